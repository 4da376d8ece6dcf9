import { canonical } from "../addresses";
import type { Config, SyncGroup } from "../../keepalived/config/config";
import type { VrrpInstance } from "../../keepalived/config/instances";
import type { HealthCheck, RealServer, VirtualServer } from "../../keepalived/config/servers";
import type { Written } from "../../keepalived/entry";
import type { StatusRange } from "../../keepalived/kinds/checks";
import type { Forwarding } from "../../keepalived/kinds/servers";
import type { Tracked } from "../../keepalived/kinds/tracked";
import type { Address } from "../../keepalived/kinds/vip";
import { type Fact, factsOf, secondsText } from "./fact";

/** What keepalived must have understood: the values of a Config whose place in the daemon's data is certain. */
export const expectedFacts = (config: Config): readonly Fact[] => [
  ...config.instances.flatMap((instance) => instanceFacts(config, instance)),
  ...config.syncGroups.flatMap((group) => groupFacts(config, group)),
  ...scriptFacts(config),
  ...config.virtualServers.flatMap(serverFacts),
];

interface Items {
  readonly cards: readonly Written<Tracked>[];
  readonly scripts: readonly Written<Tracked>[];
  readonly processes: readonly Written<Tracked>[];
  readonly files: readonly Written<Tracked>[];
}

type Weighed = { readonly name: string; readonly weight: { readonly value: { weight: number; isReversed: boolean } } };

/** A tracked item in a line, with the weight that counts: the line's own, or the item's. */
interface Kept {
  readonly name: string;
  readonly weight: number;
  readonly isReversed: boolean;
}

/** The tracked items with their weights. A name that nothing defines is left out, as the daemon does; cards are defined elsewhere. */
const kept = (tracked: readonly Written<Tracked>[], known: readonly Weighed[] | "cards"): readonly Kept[] =>
  tracked.flatMap(({ value: { name, weight, isReversed } }) => {
    const own = known === "cards" ? undefined : known.find((one) => one.name === name);
    if (known !== "cards" && own === undefined) return [];
    const { value } = own?.weight ?? {};
    return [{ name, weight: weight ?? value?.weight ?? 0, isReversed: isReversed ?? value?.isReversed ?? false }];
  });

const texts = (items: readonly Kept[]): readonly string[] | undefined =>
  items.length === 0
    ? undefined
    : items.map(({ name, weight, isReversed }) => `${name} weight ${weightText({ weight, isReversed })}`);

/**
 * What an instance or a group tracks. In a sync group without sync_group_tracking_weight ("group"), and for the owner of the address, weights do not
 * count: the daemon drops what has one, except a file with the default, and in a group a card.
 */
function trackFacts(
  { scripts, trackProcesses, trackFiles }: Config,
  of: Items,
  unweighted?: "group" | "owner",
): Readonly<Record<string, readonly string[] | undefined>> {
  const without = (items: readonly Kept[], stays: (one: Kept) => boolean): readonly Kept[] =>
    unweighted === undefined
      ? items
      : items.filter((one) => one.weight === 0 || stays(one)).map((one) => ({ ...one, weight: 0 }));
  return {
    track_interface: texts(without(kept(of.cards, "cards"), () => unweighted === "group")),
    track_script: texts(without(kept(of.scripts, scripts), () => false)),
    track_process: texts(kept(of.processes, trackProcesses)),
    track_file: texts(without(kept(of.files, trackFiles), ({ weight }) => weight === 1)),
  };
}

/** `ADDRESS/PREFIX dev CARD`; without the card where the daemon makes one of its own (use_vmac). */
const vipText = ({ address, prefix, dev }: Address, card: string | undefined): string =>
  [`${canonical(address)}/${prefix}`, ...((dev ?? card) ? [`dev ${dev ?? card}`] : [])].join(" ");

/** Whether the daemon makes a card of its own for an instance. */
const hasOwnCard = ({ useVmac, useIpvlan }: VrrpInstance): boolean => useVmac !== undefined || useIpvlan !== undefined;

function instanceFacts(config: Config, instance: VrrpInstance): readonly Fact[] {
  const card = hasOwnCard(instance) ? undefined : instance.interface?.value;
  const vips = (all: readonly Written<Address>[]): readonly string[] | undefined =>
    all.length === 0 || hasOwnCard(instance) ? undefined : all.map(({ value }) => vipText(value, card));
  const { authentication, multicastGroup, sourceIp, preemptDelay, priority } = instance;
  const group = config.syncGroups.find((one) => one.group?.value.some(({ value }) => value === instance.name));
  const isBound = group !== undefined && group.syncGroupTrackingWeight === undefined;
  return factsOf(`vrrp_instance ${instance.name}`, {
    version: instance.version.value,
    interface: card,
    virtual_router_id: instance.virtualRouterId?.value,
    priority: priority.value,
    advert_int: secondsText(instance.advertInt.value),
    preempt: instance.preempt.value ? "enabled" : "disabled",
    preempt_delay: preemptDelay.value === 0 ? undefined : secondsText(preemptDelay.value),
    accept: instance.accept.value ? "enabled" : "disabled",
    strict_mode: instance.strictMode.value ? "on" : "off",
    down_timer_adverts: instance.downTimerAdverts.value,
    garp_master_delay: instance.garpMasterDelay.value,
    garp_master_repeat: instance.garpMasterRepeat.value,
    garp_master_refresh: instance.garpMasterRefresh.value,
    garp_master_refresh_repeat: instance.garpMasterRefreshRepeat.value,
    garp_lower_prio_delay: instance.garpLowerPrioDelay.value,
    garp_lower_prio_repeat: instance.garpLowerPrioRepeat.value,
    sync_group: group?.name,
    auth_type: instance.version.value === 2 ? (authentication?.type.value ?? "none") : undefined,
    source: sourceIp === undefined ? undefined : canonical(sourceIp.value),
    multicast: multicastGroup === undefined ? undefined : canonical(multicastGroup.value),
    unicast_peer: instance.isUnicast ? instance.unicastPeer.map(({ value }) => canonical(value.address)) : undefined,
    virtual_ipaddress: vips(instance.virtualIpaddress),
    virtual_ipaddress_excluded: vips(instance.virtualIpaddressExcluded),
    ...trackFacts(
      config,
      {
        cards: instance.trackInterface.filter(({ value }) => value.name !== instance.interface?.value),
        scripts: instance.trackScript,
        processes: instance.trackProcess,
        files: instance.trackFile,
      },
      isBound ? "group" : priority.value === 255 ? "owner" : undefined,
    ),
  });
}

const linesOf = (block: Written<readonly Written<Tracked>[]> | undefined): readonly Written<Tracked>[] =>
  block?.value ?? [];

const groupFacts = (config: Config, group: SyncGroup): readonly Fact[] =>
  factsOf(`vrrp_sync_group ${group.name}`, {
    group: (group.group?.value ?? []).map(({ value }) => value),
    ...trackFacts(config, {
      cards: linesOf(group.trackInterface),
      scripts: linesOf(group.trackScript),
      processes: linesOf(group.trackProcess),
      files: linesOf(group.trackFile),
    }),
  });

/** Scripts and processes that something tracks. The daemon drops the others. */
function scriptFacts({ instances, syncGroups, scripts, trackProcesses }: Config): readonly Fact[] {
  const names = (word: "trackScript" | "trackProcess"): ReadonlySet<string> =>
    new Set([
      ...instances.flatMap((one) => one[word].map(({ value }) => value.name)),
      ...syncGroups.flatMap((one) => linesOf(one[word]).map(({ value }) => value.name)),
    ]);
  const [asked, watched] = [names("trackScript"), names("trackProcess")];
  return [
    ...scripts
      .filter(({ name }) => asked.has(name))
      .flatMap(({ name, interval, weight, rise, fall }) =>
        factsOf(`vrrp_script ${name}`, {
          interval: secondsText(interval.value),
          weight: weightText(weight.value),
          rise: rise.value,
          fall: fall.value,
        }),
      ),
    ...trackProcesses
      .filter(({ name }) => watched.has(name))
      .flatMap(({ name, quorum, weight }) =>
        factsOf(`vrrp_track_process ${name}`, { quorum: quorum.value, weight: weightText(weight.value) }),
      ),
  ];
}

const weightText = ({ weight, isReversed }: { readonly weight: number; readonly isReversed: boolean }): string =>
  `${weight}${isReversed ? " reverse" : ""}`;

/** The name of a virtual server here: what clients ask, and the protocol. */
function serverName({ service, protocol, family }: VirtualServer): string {
  const transport = protocol === undefined ? "" : ` ${protocol.value}`;
  switch (service.kind) {
    case "group":
      return `virtual_server group ${service.group}${transport}`;
    case "fwmark":
      return `virtual_server fwmark ${service.fwmark} ${family ?? "inet"}`;
    case "address":
      return `virtual_server ${canonical(service.address)} ${service.port}${transport}`;
  }
}

/** ipip is what TUN is without a word about it. */
export const forwardingText = ({ method, tunnel = "ipip" }: Pick<Forwarding, "method" | "tunnel">): string =>
  method === "TUN" ? `TUN ${tunnel}` : method;

function serverFacts(vs: VirtualServer): readonly Fact[] {
  const of = serverName(vs);
  const { sorryServer: sorry } = vs;
  const isOn = (value: unknown): string => (value === undefined ? "off" : "on");
  return [
    ...factsOf(of, {
      lb_algo: vs.lbAlgo.value,
      delay_loop: secondsText(vs.delayLoop.value),
      lb_kind: forwardingText(vs.lbKind.value),
      persistence_timeout: vs.persistenceTimeout?.value,
      persistence_granularity: vs.persistenceGranularity?.value,
      quorum: vs.quorum.value,
      hysteresis: vs.hysteresis.value,
      ops: isOn(vs.ops),
      alpha: isOn(vs.alpha),
      omega: isOn(vs.omega),
      sorry_server: sorry === undefined ? undefined : `${canonical(sorry.value.address)} ${sorry.value.port}`,
    }),
    ...vs.realServers.flatMap((rs) => realServerFacts(of, rs)),
  ];
}

const realServerFacts = (of: string, rs: RealServer): readonly Fact[] =>
  factsOf(`${of} real_server ${canonical(rs.address)} ${rs.port}`, {
    weight: rs.weight.value,
    lvs_method: forwardingText(rs.lvsMethod.value),
    inhibit_on_failure: rs.inhibitOnFailure.value ? "on" : "off",
    checks: rs.checks.length === 0 ? undefined : rs.checks.map(checkText),
  });

/** Checks that connect to somebody: whom they ask is certain. */
const CONNECTING: readonly HealthCheck["method"][] = [
  "TCP_CHECK",
  "HTTP_GET",
  "SSL_GET",
  "SMTP_CHECK",
  "DNS_CHECK",
  "UDP_CHECK",
];

/** A check in a line. Files and BFD sessions are not asked, so they have no times. */
function checkText(check: HealthCheck): string {
  const { method, target, connectTimeout, retry, delayLoop, delayBeforeRetry } = check;
  if (method === "FILE_CHECK" || method === "BFD_CHECK") return method;
  const isOwn = method === "SMTP_CHECK" && check.host.length > 0;
  return [
    method,
    ...(CONNECTING.includes(method) && !isOwn
      ? [`asks ${canonical(target.address)} ${target.port} connect_timeout ${secondsText(connectTimeout.value)}`]
      : []),
    `delay_loop ${secondsText(delayLoop.value)}`,
    `retry ${retry.value}`,
    ...(retry.value === 0 ? [] : [`delay_before_retry ${secondsText(delayBeforeRetry.value)}`]),
    ...("url" in check
      ? check.url.map(({ value }) => urlText(value.path?.value, value.statusCode, value.digest?.value))
      : []),
  ].join(" ");
}

/** A page that is asked for. Without a status the daemon takes those of success. */
function urlText(
  path: string | undefined,
  statuses: readonly Written<readonly StatusRange[]>[],
  digest: string | undefined,
): string {
  const written = merged(statuses.flatMap(({ value }) => value));
  const ranges = written.length === 0 ? [SUCCESS] : written;
  return [
    `url ${path ?? ""}`,
    ...(digest === undefined ? [] : [`digest ${digest}`]),
    `status ${ranges.map(rangeText).join(" ")}`,
  ].join(" ");
}

const SUCCESS: StatusRange = { min: 200, max: 299 };

/** Ranges that touch become one, as the daemon keeps a set. */
const merged = (ranges: readonly StatusRange[]): readonly StatusRange[] =>
  [...ranges]
    .sort((a, b) => a.min - b.min)
    .reduce<readonly StatusRange[]>((all, range) => {
      const last = all.at(-1);
      if (last === undefined || range.min > last.max + 1) return [...all, range];
      return [...all.slice(0, -1), { min: last.min, max: Math.max(last.max, range.max) }];
    }, []);

const rangeText = ({ min, max }: StatusRange): string => (min === max ? `${min}` : `${min}-${max}`);
