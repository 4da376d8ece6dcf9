import type { Value } from "../../../model/keepalived/entry";
import type { Config } from "../../../model/keepalived/config/config";
import type { RealServer, VirtualServer } from "../../../model/keepalived/config/servers";
import type { Position } from "../../../model/keepalived/finding";
import { labelOf } from "./services";
import { isSame, type Said } from "./statements";
import type { Unsaid } from "./unsaid";

const SAME = "all machines of a lab have the same configuration";

/** Reports an unwritten value if the lab's value differs from the daemon's. Written values are compared word by word. */
function differ(
  at: Position,
  what: string,
  own: Value<unknown> | undefined,
  lab: Value<unknown> | undefined,
): readonly Unsaid[] {
  if (own?.at !== undefined || isSame(own?.value, lab?.value)) return [];
  return [{ at, what, reason: `this file does not have it; ${SAME}` }];
}

/** Words that the daemon completes; {@link completedIn} compares the completed values. */
const COMPLETED = new Set([
  ...["advert_int", "version", "state", "priority", "router_id", "interface", "smtp_alert"],
  ...["lb_algo", "lb_kind", "delay_loop", "persistence_timeout", "protocol", "sorry_server_lvs_method"],
  ...["weight", "connect_port", "connect_timeout", "retry", "delay_before_retry", "status_code"],
  // Without these words mail stays on the machine, and scripts run as some user: a lab sets both.
  ...["smtp_server", "script_user", "enable_script_security"],
]);
/** Whether two lines of a block are about the same thing: for an address on both sides the difference is reported. */
function isAlike(own: unknown, lab: unknown): boolean {
  const addressOf = (value: unknown): unknown =>
    typeof value === "object" && value !== null && "address" in value ? value.address : undefined;
  return addressOf(own) === undefined ? isSame(own, lab) : addressOf(own) === addressOf(lab);
}
const isCheck = (word: string): boolean => /_CHECK$|_GET$/.test(word);

/** What the lab's file says but the machine's own file does not: it would come from the other machines or from the lab. */
export function addedIn(own: readonly Said[], lab: readonly Said[], start: Position): readonly Unsaid[] {
  const placeOf = (words: readonly string[]): string => words.join("\n");
  const blocks = new Map(
    own.flatMap((one) => (one.kind === "block" ? [[placeOf([...one.blocks, one.word]), one.at]] : [])),
  );
  const at = (words: readonly string[]): Position | undefined =>
    words.length === 0 ? start : (blocks.get(placeOf(words)) ?? (words[0] === "global_defs" ? start : undefined));
  return lab.flatMap((one): readonly Unsaid[] => {
    const around = at(one.blocks);
    // Report a missing block only once.
    if (around === undefined || COMPLETED.has(one.word) || isCheck(one.word) || one.word === "global_defs") return [];
    if (one.entry?.shape === "given" && isSame(one.value, one.entry.fallback)) return [];
    const same = own.filter(({ blocks: others, word }) => word === one.word && placeOf(others) === placeOf(one.blocks));
    // The lab's only script has its own name.
    if (one.word === "track_script" && same.length > 0) return [];
    const isThere = one.kind === "line" ? same.some(({ value }) => isAlike(value, one.value)) : same.length > 0;
    if (isThere) return [];
    return [{ at: around, what: [...one.blocks, one.word].join(": "), reason: `this file does not have it; ${SAME}` }];
  });
}

/** What is not written here and has another value in the lab. */
export function completedIn(own: Config, lab: Config, name: string, card: string): readonly Unsaid[] {
  const mine = own.instances.find((one) => one.name === name);
  const [theirs] = lab.instances;
  if (!mine || !theirs) return [];
  const { at } = mine;
  const isSilent = lab.global.notificationEmail && own.global.notificationEmail && !mine.smtpAlert.value;
  return [
    ...differ(at, "vrrp_instance: advert_int", mine.advertInt, theirs.advertInt),
    ...differ(at, "vrrp_instance: version", mine.version, theirs.version),
    ...(mine.interface ? [] : differ(at, "vrrp_instance: interface", { value: card }, theirs.interface)),
    ...(isSilent
      ? [
          {
            at,
            what: "vrrp_instance: smtp_alert",
            reason: "this file does not have it; a lab sends mail about changes of state too",
          },
        ]
      : []),
    ...lab.virtualServers.flatMap((server) => {
      const same = own.virtualServers.find((one) => labelOf(one) === labelOf(server));
      return same ? ofServer(same, server) : [];
    }),
  ];
}

function ofServer(own: VirtualServer, lab: VirtualServer): readonly Unsaid[] {
  const label = labelOf(own);
  return [
    ...differ(own.at, `${label}: lb_algo`, own.lbAlgo, lab.lbAlgo),
    ...differ(own.at, `${label}: lb_kind`, own.lbKind, lab.lbKind),
    ...differ(own.at, `${label}: delay_loop`, own.delayLoop, lab.delayLoop),
    ...differ(own.at, `${label}: persistence_timeout`, own.persistenceTimeout, lab.persistenceTimeout),
    ...lab.realServers.flatMap((real): readonly Unsaid[] => {
      const same = own.realServers.find(({ address, port }) => address === real.address && port === real.port);
      const what = `${label}: real_server ${real.address} ${real.port}`;
      return same ? ofRealServer(same, real, what) : [];
    }),
  ];
}

function ofRealServer(own: RealServer, lab: RealServer, what: string): readonly Unsaid[] {
  const [mine, theirs] = [own.checks[0], lab.checks[0]];
  const weight = differ(own.at, `${what}: weight`, own.weight, lab.weight);
  if (!mine) return [...weight, { at: own.at, what, reason: "it has no check; a lab checks each real server" }];
  // A check of another kind is reported as a whole.
  if (!theirs || mine.method !== theirs.method) return weight;
  const path = `${what}: ${mine.method}`;
  const isAnyStatus = mine.method === "HTTP_GET" && mine.url.some(({ value }) => value.statusCode.length === 0);
  return [
    ...weight,
    ...differ(own.at, `${path}: connect_timeout`, mine.connectTimeout, theirs.connectTimeout),
    ...differ(own.at, `${path}: retry`, mine.retry, theirs.retry),
    ...differ(own.at, `${path}: delay_before_retry`, mine.delayBeforeRetry, theirs.delayBeforeRetry),
    ...(isAnyStatus
      ? [
          {
            at: own.at,
            what: `${path}: status_code`,
            reason: "without it keepalived accepts 200 to 299; a lab accepts one status",
          },
        ]
      : []),
  ];
}
