import type { Context, Settings, Value, Written } from "../entry";
import type { Position } from "../finding";
import type { Check } from "../keywords/checks";
import type { virtualServer } from "../keywords/servers";
import type { Endpoint, Family } from "../kinds/addresses";
import { familyOf, isLinkLocal } from "../kinds/addresses";
import type { GroupEntry } from "../kinds/peers";
import type { Forwarding, Scheduler, VirtualServerOf } from "../kinds/servers";
import { joined, type Placed } from "../settings";
import { firstOf, type Global } from "./instances";

export type WrittenServer = VirtualServerOf<typeof virtualServer>;
export type WrittenRealServer = Settings<typeof virtualServer>["realServer"][number]["value"];
export type VirtualServerGroup = Placed<{ readonly name: string; readonly entries: readonly Written<GroupEntry>[] }>;

/** Settings of every check: its own value, the real server's, or the virtual server's. Times are in seconds. */
interface CheckTimes {
  readonly retry: Value<number>;
  readonly delayLoop: Value<number>;
  readonly delayBeforeRetry: Value<number>;
  readonly warmup: Value<number>;
  readonly connectTimeout: Value<number>;
  readonly alpha: Value<boolean>;
  /** What it asks: connect_ip and connect_port, or the real server. */
  readonly target: Endpoint;
}

type Completed<C> = C extends unknown ? Omit<C, keyof CheckTimes> & CheckTimes : never;
/** A check as the daemon runs it. */
export type HealthCheck = Completed<Check>;

interface EffectiveRealServer {
  readonly weight: Value<number>;
  readonly lvsMethod: Value<Forwarding>;
  readonly inhibitOnFailure: Value<boolean>;
  readonly alpha: Value<boolean>;
  readonly smtpAlert: Value<boolean>;
  readonly virtualhost: Value<string> | undefined;
  readonly checks: readonly HealthCheck[];
  readonly written: WrittenRealServer;
}

/** A real server as the daemon runs it. `port` is the virtual server's if the forwarding method needs that. */
export type RealServer = Omit<WrittenRealServer, keyof EffectiveRealServer> & EffectiveRealServer;

interface EffectiveServer {
  /** Absent if a group of both families decides. */
  readonly family: Family | undefined;
  readonly lbAlgo: Value<Scheduler>;
  readonly lbKind: Value<Forwarding>;
  /** Absent for a firewall mark, which covers all protocols. */
  readonly protocol: Value<"TCP" | "UDP" | "SCTP"> | undefined;
  /** Seconds; absent: the service is not persistent. */
  readonly persistenceTimeout: Value<number> | undefined;
  readonly quorum: Value<number>;
  readonly hysteresis: Value<number>;
  readonly inhibitOnFailure: Value<boolean>;
  readonly smtpAlert: Value<boolean>;
  readonly realServers: readonly RealServer[];
  readonly sorryServer:
    | (Written<Endpoint> & { readonly lvsMethod: Value<Forwarding>; readonly inhibit: boolean })
    | undefined;
  readonly group: VirtualServerGroup | undefined;
  readonly written: WrittenServer;
}

/** A virtual server as the daemon runs it. */
export type VirtualServer = Omit<WrittenServer, keyof EffectiveServer | "realServer"> & EffectiveServer;

const value = <T>(of: T): Value<T> => Object.freeze({ value: of });
const NAT: Value<Forwarding> = value(Object.freeze({ method: "NAT" }));

/** Defaults of each check: 3 s between attempts of HTTP_GET, 3 attempts of DNS_CHECK … */
const defaults = (method: Check["method"]): { retry: number; delayBeforeRetry: number | undefined } => {
  if (method === "HTTP_GET" || method === "SSL_GET") return { retry: 1, delayBeforeRetry: 3 };
  if (method === "DNS_CHECK") return { retry: 3, delayBeforeRetry: undefined };
  return { retry: method === "MISC_CHECK" ? 0 : 1, delayBeforeRetry: 1 };
};

function completeCheck(check: Check, rs: WrittenRealServer, vs: WrittenServer, rsAlpha: Value<boolean>): HealthCheck {
  const own = check as Partial<
    Record<"retry" | "delayLoop" | "delayBeforeRetry" | "warmup" | "connectTimeout" | "connectPort", Value<number>>
  > & {
    connectIp?: Value<string>;
    alpha?: Value<boolean>;
  };
  const { retry, delayBeforeRetry } = defaults(check.method);
  const delayLoop = own.delayLoop ?? rs.delayLoop ?? vs.delayLoop;
  return joined(check, {
    retry: firstOf(own.retry, rs.retry, vs.retry) ?? value(retry),
    delayLoop,
    delayBeforeRetry:
      firstOf(own.delayBeforeRetry, rs.delayBeforeRetry, vs.delayBeforeRetry) ??
      (delayBeforeRetry === undefined ? delayLoop : value(delayBeforeRetry)),
    warmup: firstOf(own.warmup, rs.warmup, vs.warmup) ?? delayLoop,
    connectTimeout: own.connectTimeout ?? rs.connectTimeout ?? vs.connectTimeout,
    alpha: own.alpha ?? rsAlpha,
    target: Object.freeze({ address: own.connectIp?.value ?? rs.address, port: own.connectPort?.value ?? rs.port }),
  }) as HealthCheck;
}

function completeRealServer(
  rs: WrittenRealServer,
  vs: WrittenServer,
  lbKind: Value<Forwarding>,
  global: Global,
): RealServer {
  const alpha = rs.alpha ?? vs.alpha ?? value(false);
  const lvsMethod = rs.lvsMethod ?? lbKind;
  const servicePort = vs.service.kind === "address" ? vs.service.port : 0;
  const keepsPort =
    vs.service.kind === "group" ||
    (lvsMethod.value.method === "NAT" && (rs.port !== 0 || vs.service.kind === "fwmark"));
  const port = keepsPort ? rs.port : servicePort;
  const checked = { ...rs, port };
  return joined(checked, {
    weight: rs.weight ?? vs.weight,
    lvsMethod,
    inhibitOnFailure: rs.inhibitOnFailure ?? vs.inhibitOnFailure ?? value(false),
    alpha,
    smtpAlert: firstOf<boolean>(rs.smtpAlert, global.smtpAlertChecker, global.smtpAlert) ?? value(true),
    virtualhost: rs.virtualhost ?? vs.virtualhost,
    checks: Object.freeze(rs.checks.map((check) => completeCheck(check, checked, vs, alpha))),
    written: rs,
  });
}

/** Completes a virtual server and its real servers with the daemon's defaults. */
export function completeServer(
  vs: WrittenServer,
  groups: readonly VirtualServerGroup[],
  global: Global,
): VirtualServer {
  const { service } = vs;
  const group = service.kind === "group" ? groups.find((candidate) => candidate.name === service.group) : undefined;
  const lbKind = vs.lbKind ?? NAT;
  const hasAddresses =
    service.kind === "address" || (group?.entries.some((entry) => entry.value.kind === "addresses") ?? false);
  const ports =
    service.kind === "address"
      ? [service.port]
      : (group?.entries ?? []).flatMap(({ value: entry }) => (entry.kind === "addresses" ? entry.port : []));
  const realServers = vs.realServer.map((rs) => completeRealServer(rs.value, vs, lbKind, global));
  const family = familyOfServer(vs, group);
  const kept = realServers.filter(
    (rs, index) =>
      (family === undefined || rs.family === family || rs.lvsMethod.value.method === "TUN") &&
      realServers.findIndex((other) => other.address === rs.address && other.port === rs.port) === index,
  );
  const weights = kept.reduce((sum, rs) => sum + rs.weight.value, 0);
  const quorum = { ...vs.quorum, value: Math.min(vs.quorum.value, weights) };
  const sorry = vs.sorryServer;
  return joined(vs, {
    family,
    lbAlgo: vs.lbAlgo ?? value<Scheduler>("wlc"),
    lbKind,
    protocol: hasAddresses ? (vs.protocol ?? value<"UDP">("UDP")) : undefined,
    persistenceTimeout:
      vs.persistenceTimeout ?? (ports.includes(0) || vs.persistenceGranularity ? value(360) : undefined),
    quorum: Object.freeze(quorum),
    hysteresis: Object.freeze({
      ...vs.hysteresis,
      value: Math.max(0, Math.min(vs.hysteresis.value, quorum.value - 1)),
    }),
    inhibitOnFailure: vs.inhibitOnFailure ?? value(false),
    smtpAlert: firstOf<boolean>(vs.smtpAlert, global.smtpAlertChecker, global.smtpAlert) ?? value(false),
    realServers: Object.freeze(kept),
    sorryServer:
      sorry &&
      joined(sorry, { lvsMethod: vs.sorryServerLvsMethod ?? lbKind, inhibit: vs.sorryServerInhibit !== undefined }),
    group,
    written: vs,
  });
}

/** The address family of a virtual server: from its address, its ip_family, or its real servers. */
function familyOfServer(vs: WrittenServer, group: VirtualServerGroup | undefined): Family | undefined {
  if (vs.service.kind === "address") return vs.service.family;
  const families = new Set((group?.entries ?? []).flatMap(({ value: entry }) => entry.family ?? []));
  if (families.size > 1) return undefined;
  const [only] = families;
  return (
    only ??
    vs.ipFamily?.value ??
    vs.realServer.find((rs) => (rs.value.lvsMethod ?? vs.lbKind)?.value.method !== "TUN")?.value.family ??
    "inet"
  );
}

/** The name of a virtual server in messages. */
export const nameOf = ({ service }: Pick<WrittenServer, "service">): string => {
  if (service.kind === "group") return `virtual_server group ${service.group}`;
  return service.kind === "fwmark"
    ? `virtual_server fwmark ${service.fwmark}`
    : `virtual_server ${service.address} ${service.port}`;
};

/** Whether a check's own addresses fit together. */
export function judgeTargets(check: Check, context: Context): void {
  if (!("connectIp" in check) && !("bindto" in check)) return;
  const { connectIp, bindto, bindIf } = check as {
    connectIp?: Written<string>;
    bindto?: Written<string>;
    bindIf?: Written<string>;
  };
  const tell = (at: Position, message: string, why: string): void =>
    context.report.add(at, { severity: "error", rule: "conflict", message, why });
  if (connectIp && bindto && familyOf(connectIp.value) !== familyOf(bindto.value))
    tell(
      bindto.at,
      `${check.method}: connect_ip and bindto are of different families`,
      "the daemon ignores the second one",
    );
  if (connectIp && isLinkLocal(connectIp.value) && !bindIf)
    tell(connectIp.at, `${check.method}: a link-local address needs bind_if`, "the daemon drops the check");
}
