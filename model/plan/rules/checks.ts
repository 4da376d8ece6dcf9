import { type HealthCheck, nameOf, type RealServer, type VirtualServer } from "../../keepalived/config/servers";
import type { Node } from "../plan";
import { type Found, type Rule, seconds, type View } from "./rule";

/** Seconds for which a dead real server may stay in use. */
const PATIENCE = 60;
/** TCP ports of UDP services, beside their own port. */
const BOTH = new Map([
  [53, "DNS"],
  [443, "HTTP/3"],
  [853, "DNS over TLS"],
]);

interface Checked {
  readonly node: Node;
  readonly vs: VirtualServer;
  readonly rs: RealServer;
  readonly check: HealthCheck;
}

const all = ({ plan }: View): readonly Checked[] =>
  plan.nodes.flatMap((node) =>
    node.config.virtualServers.flatMap((vs) =>
      vs.realServers.flatMap((rs) => rs.checks.map((check): Checked => ({ node, vs, rs, check }))),
    ),
  );

const isTcp = ({ method }: HealthCheck): boolean => ["TCP_CHECK", "HTTP_GET", "SSL_GET", "SMTP_CHECK"].includes(method);
const isNetwork = (check: HealthCheck): boolean =>
  isTcp(check) || ["DNS_CHECK", "UDP_CHECK", "PING_CHECK"].includes(check.method);

/** The longest time from the failure of a real server until it is removed. */
export const worstCase = ({ delayLoop, connectTimeout, retry, delayBeforeRetry }: HealthCheck): number =>
  delayLoop.value + connectTimeout.value + retry.value * (delayBeforeRetry.value + connectTimeout.value);

/** Rules about health checks. */
export const checks: readonly Rule[] = [
  {
    name: "udp-asked-by-tcp",
    severity: "warning",
    summary: "A TCP check for a UDP service",
    why: "nothing listens there with TCP, or something else does: the real server is always removed, or never",
    source: "keepalived.conf(5), UDP_CHECK, DNS_CHECK, PING_CHECK, MISC_CHECK",
    find: (view) =>
      all(view).flatMap(({ node, vs, rs, check }): Found[] => {
        if (vs.protocol?.value !== "UDP" || !isTcp(check) || check.target.port !== rs.port) return [];
        const both = BOTH.get(rs.port);
        const hasTcp = node.config.virtualServers.some(
          (other) =>
            other.protocol?.value === "TCP" &&
            other.realServers.some(({ address, port }) => address === rs.address && port === rs.port),
        );
        return [
          {
            at: check.at,
            also: [vs.protocol.at],
            message: `${node.name}: ${check.method} asks ${rs.address} ${rs.port} by TCP, and ${nameOf(vs)} is UDP`,
            fix:
              rs.port === 53
                ? "use DNS_CHECK"
                : "use UDP_CHECK, PING_CHECK or MISC_CHECK; or connect_port of a TCP service",
            ...(both || hasTcp
              ? {
                  severity: "note" as const,
                  why: `${both ?? "the service"} also listens with TCP, so the check does not show whether it answers with UDP`,
                }
              : check.method === "TCP_CHECK"
                ? {}
                : { severity: "error" as const }),
          },
        ];
      }),
  },
  {
    name: "dead-server-stays",
    severity: "warning",
    summary: `A dead real server stays in use for more than ${PATIENCE} s`,
    why: "until it is removed, its share of the clients gets no answer",
    source: "keepalived.conf(5), delay_loop, connect_timeout, retry, delay_before_retry",
    find: (view) =>
      all(view).flatMap(({ node, vs, rs, check }): Found[] => {
        if (!isNetwork(check) || worstCase(check) <= PATIENCE) return [];
        const { delayLoop, connectTimeout, retry, delayBeforeRetry } = check;
        // A setting of the virtual server is reported once for all real servers.
        const [first] = vs.realServers;
        const place = connectTimeout.at ?? delayLoop.at ?? check.at;
        if (rs !== first && place === (first?.checks[0]?.connectTimeout.at ?? first?.checks[0]?.delayLoop.at))
          return [];
        return [
          {
            at: place,
            also: [delayLoop.at, retry.at],
            message: `${node.name}: ${nameOf(vs)}: a dead ${rs.address} stays in for up to ${seconds(worstCase(check))}: delay_loop ${delayLoop.value}, then ${retry.value + 1} tries of ${connectTimeout.value} s with ${delayBeforeRetry.value} s between them`,
            fix: "use a connect_timeout of a few seconds and a shorter delay_loop",
          },
        ];
      }),
  },
  {
    name: "server-unchecked",
    severity: "note",
    summary: "A real server without a check",
    why: "it stays in use after it fails",
    source: "keepalived.conf(5), real_server",
    find: ({ plan }) =>
      plan.nodes.flatMap((node) =>
        node.config.virtualServers.flatMap((vs): Found[] => {
          const without = vs.realServers.filter((rs) => rs.checks.length === 0);
          const [first, ...others] = without;
          if (!first) return [];
          const some =
            others.length === 0 ? `${first.address} ${first.port} has` : `${without.length} real servers have`;
          return [
            {
              at: first.written.at,
              also: others.map(({ written }) => written.at),
              message: `${node.name}: ${nameOf(vs)}: ${some} no check`,
              fix: "add TCP_CHECK { connect_timeout 3 }, or the check of the protocol",
            },
          ];
        }),
      ),
  },
];
