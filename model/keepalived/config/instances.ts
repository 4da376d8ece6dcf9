import type { Settings, Value, Written } from "../entry";
import { byPosition, type Position } from "../finding";
import type { globalDefs } from "../keywords/global";
import type { vrrpInstance } from "../keywords/vrrp";
import { type Family, familyOf } from "../kinds/addresses";
import type { Peer } from "../kinds/peers";
import type { Route } from "../kinds/routes";
import type { RoutingRule } from "../kinds/rules";
import type { Tracked } from "../kinds/tracked";
import type { Address } from "../kinds/vip";
import type { Secret } from "../secret";
import { joined, type Named } from "../settings";

export type Global = Settings<typeof globalDefs>;
export type WrittenInstance = Named<Settings<typeof vrrpInstance>>;

/** The part of an instance that the daemon completes with defaults, values of global_defs and resets. */
interface Effective {
  readonly family: Family;
  readonly state: Value<"MASTER" | "BACKUP">;
  readonly priority: Value<number>;
  readonly version: Value<number>;
  readonly strictMode: Value<boolean>;
  /** False: `nopreempt` is in effect. */
  readonly preempt: Value<boolean>;
  readonly preemptDelay: Value<number>;
  readonly advertInt: Value<number>;
  readonly accept: Value<boolean>;
  readonly downTimerAdverts: Value<number>;
  readonly garpMasterDelay: Value<number>;
  readonly garpMasterRepeat: Value<number>;
  readonly garpMasterRefresh: Value<number>;
  readonly garpMasterRefreshRepeat: Value<number>;
  readonly garpLowerPrioDelay: Value<number>;
  readonly garpLowerPrioRepeat: Value<number>;
  readonly lowerPrioNoAdvert: Value<boolean>;
  readonly higherPrioSendAdvert: Value<boolean>;
  readonly skipCheckAdvAddr: Value<boolean>;
  readonly smtpAlert: Value<boolean>;
  /** Absent if the daemon uses none: VRRPv3, strict mode, or no password. */
  readonly authentication: { readonly type: Written<"PASS" | "AH">; readonly pass: Written<Secret> } | undefined;
  /** Whether it has peers. Without peers adverts go to the multicast group. */
  readonly isUnicast: boolean;
  /** unicast_src_ip or mcast_src_ip; the last one counts. */
  readonly sourceIp: Written<string> | undefined;
  /** The group of adverts; absent with unicast. */
  readonly multicastGroup: Value<string> | undefined;
  readonly unicastPeer: readonly Written<Peer>[];
  readonly virtualIpaddress: readonly Written<Address>[];
  readonly virtualIpaddressExcluded: readonly Written<Address>[];
  readonly virtualRoutes: readonly Written<Route>[];
  readonly virtualRules: readonly Written<RoutingRule>[];
  readonly trackInterface: readonly Written<Tracked>[];
  readonly trackScript: readonly Written<Tracked>[];
  readonly trackFile: readonly Written<Tracked>[];
  readonly trackProcess: readonly Written<Tracked>[];
  readonly trackBfd: readonly Written<Tracked>[];
  /** The words as written, before the daemon completes them. */
  readonly written: WrittenInstance;
}

/** An instance as the daemon runs it. */
export type VrrpInstance = Omit<WrittenInstance, keyof Effective> & Effective;

/** The effective value: the first one that is present. */
export const firstOf = <T>(
  value: Value<T> | undefined,
  ...others: readonly (Value<T> | undefined)[]
): Value<T> | undefined => value ?? others.find((other) => other !== undefined);

/** The values in a block of lines; empty without the block. */
export const linesOf = <T>(block: Written<readonly Written<T>[]> | undefined): readonly Written<T>[] =>
  block?.value ?? Object.freeze([]);

const isBefore = (a: Position, b: Position): boolean => (a.file === b.file ? byPosition(a, b) : 0) < 0;

/** The first written address decides the family of the instance. */
export function familyOfInstance(written: WrittenInstance): Family {
  const places: { at: Position; family: Family | undefined }[] = [
    written.mcastSrcIp,
    written.unicastSrcIp,
    written.mcastDstIp,
    written.nativeIpv6 && { value: "::", at: written.nativeIpv6.at },
    ...linesOf(written.unicastPeer).map(({ value, at }) => ({ value: value.address, at })),
    ...linesOf(written.virtualIpaddress).map(({ value, at }) => ({ value: value.address, at })),
  ].flatMap((place) => (place ? { at: place.at, family: familyOf(place.value) } : []));
  const first = places.reduce<(typeof places)[number] | undefined>(
    (best, place) => (best && !isBefore(place.at, best.at) ? best : place),
    undefined,
  );
  return first?.family ?? "inet";
}

const later = <T>(a: Written<T> | undefined, b: Written<T> | undefined): Written<T> | undefined =>
  a && b ? (isBefore(a.at, b.at) ? b : a) : (a ?? b);

const value = <T>(of: T): Value<T> => Object.freeze({ value: of });

/** Completes an instance: missing values come from global_defs or the daemon's defaults. */
export function completeInstance(written: WrittenInstance, global: Global): VrrpInstance {
  const family = familyOfInstance(written);
  const strictMode = written.strictMode ?? global.vrrpStrict;
  const version = written.version ?? (family === "inet6" ? value(3) : global.vrrpVersion);
  const isMaster = written.state?.value === "MASTER";
  const priority: Value<number> = written.priority ?? value(isMaster ? 255 : 100);
  const isOwner = priority.value === 255;
  const state: Value<"MASTER" | "BACKUP"> = written.state ?? value(isOwner ? "MASTER" : "BACKUP");
  const peers = linesOf(written.unicastPeer).filter((peer) => peer.value.family === family);
  const accept = acceptOf(written) ?? value(isOwner || !strictMode.value);
  const strictly = <T>(own: Value<T> | undefined, strict: T, otherwise: Value<T>): Value<T> =>
    strictMode.value ? value(strict) : (own ?? otherwise);
  const hasPreempt =
    written.preempt !== undefined && (!written.nopreempt || isBefore(written.nopreempt.at, written.preempt.at));
  const preempt: Value<boolean> =
    written.nopreempt && !hasPreempt ? Object.freeze({ value: false, at: written.nopreempt.at }) : value(true);
  const group: Value<string> =
    written.mcastDstIp ?? (family === "inet" ? global.vrrpMcastGroup4 : global.vrrpMcastGroup6);
  const { garpMasterDelay, garpMasterRepeat, garpMasterRefresh, garpMasterRefreshRepeat } = written;
  return joined(written, {
    family,
    state,
    priority,
    version,
    strictMode,
    preempt: state.value === "MASTER" || isOwner ? value(true) : preempt,
    preemptDelay: state.value === "MASTER" || strictMode.value || !preempt.value ? value(0) : written.preemptDelay,
    advertInt: Object.freeze({ ...written.advertInt, value: roundedInterval(written.advertInt.value, version.value) }),
    accept,
    downTimerAdverts: strictly(written.downTimerAdverts, 3, global.vrrpDownTimerAdverts),
    garpMasterDelay: garpMasterDelay ?? global.vrrpGarpMasterDelay,
    garpMasterRepeat: garpMasterRepeat ?? global.vrrpGarpMasterRepeat,
    garpMasterRefresh: garpMasterRefresh ?? global.vrrpGarpMasterRefresh,
    garpMasterRefreshRepeat: garpMasterRefreshRepeat ?? global.vrrpGarpMasterRefreshRepeat,
    garpLowerPrioDelay: strictly(
      written.garpLowerPrioDelay,
      0,
      global.vrrpGarpLowerPrioDelay ?? global.vrrpGarpMasterDelay,
    ),
    garpLowerPrioRepeat: strictly(
      written.garpLowerPrioRepeat,
      0,
      global.vrrpGarpLowerPrioRepeat ?? global.vrrpGarpMasterRepeat,
    ),
    lowerPrioNoAdvert: strictly(written.lowerPrioNoAdvert, true, global.vrrpLowerPrioNoAdvert),
    higherPrioSendAdvert: strictly(written.higherPrioSendAdvert, false, global.vrrpHigherPrioSendAdvert),
    skipCheckAdvAddr: written.skipCheckAdvAddr ?? global.vrrpSkipCheckAdvAddr,
    smtpAlert: firstOf<boolean>(written.smtpAlert, global.smtpAlertVrrp, global.smtpAlert) ?? value(false),
    authentication: authenticationOf(written, family, version.value, strictMode.value),
    isUnicast: peers.length > 0,
    sourceIp: later(written.mcastSrcIp, written.unicastSrcIp),
    multicastGroup: peers.length > 0 ? undefined : group,
    unicastPeer: Object.freeze(peers),
    virtualIpaddress: Object.freeze(
      linesOf(written.virtualIpaddress).filter((address) => address.value.family === family),
    ),
    virtualIpaddressExcluded: linesOf(written.virtualIpaddressExcluded),
    virtualRoutes: linesOf(written.virtualRoutes),
    virtualRules: linesOf(written.virtualRules),
    trackInterface: linesOf(written.trackInterface),
    trackScript: linesOf(written.trackScript),
    trackFile: linesOf(written.trackFile),
    trackProcess: linesOf(written.trackProcess),
    trackBfd: linesOf(written.trackBfd),
    written,
  });
}

function acceptOf({ accept, noAccept }: WrittenInstance): Value<boolean> | undefined {
  if (noAccept && !(accept && isBefore(noAccept.at, accept.at)))
    return Object.freeze({ value: false, at: noAccept.at });
  return accept;
}

/** VRRPv2 has whole seconds up to 255, VRRPv3 hundredths up to 40.95. */
export function roundedInterval(seconds: number, version: number): number {
  const [unit, most] = version === 2 ? [1, 255] : [0.01, 40.95];
  const units = Math.max(1, Math.round(seconds / unit));
  return Math.min(most, version === 2 ? units : units / 100);
}

function authenticationOf(
  written: WrittenInstance,
  family: Family,
  version: number,
  isStrict: boolean,
): Effective["authentication"] {
  const { authType, authPass } = written.authentication?.value ?? {};
  if (
    !authType ||
    !authPass ||
    isStrict ||
    version === 3 ||
    written.authHmac ||
    (family === "inet6" && authType.value === "AH")
  )
    return undefined;
  return Object.freeze({ type: authType, pass: authPass });
}
