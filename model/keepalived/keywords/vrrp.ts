import { alias, given, many, one, type Table } from "../entry";
import { address, multicast } from "../kinds/addresses";
import { command, notifyScript, user } from "../kinds/scripts";
import { extraInterfaces } from "../kinds/globals";
import { integer, INT_MAX, LONGEST_SECONDS, optionalInteger, seconds, UINT_MAX, weight } from "../kinds/numbers";
import { card, choice, flag, onOff, optionalChoice, secret, text } from "../kinds/plain";
import { peerLine, peerText } from "../kinds/peers";
import { routeLine, routeText } from "../kinds/routes";
import { ruleLine, ruleText } from "../kinds/rules";
import { trackedLine, trackedText } from "../kinds/tracked";
import { hmacKey, processCommand, trackFileInit } from "../kinds/vrrp";
import { addressLine, addressText } from "../kinds/vip";
import { ipvlan, virtualMac } from "../kinds/macs";
import { block, lines, names } from "../settings";

const UP_TO_4294 = { min: 0, max: LONGEST_SECONDS } as const;
const ONE_IF_ZERO = { min: 0, max: UINT_MAX, zero: 1 } as const;

const track = {
  track_interface: one(lines("interfaces: NAME [weight N [reverse]]", trackedLine(253, false), trackedText)),
  track_script: one(lines("scripts: NAME [weight N [reverse|noreverse]]", trackedLine(253), trackedText)),
  track_file: one(lines("files: NAME [weight N [reverse|noreverse]]", trackedLine(254), trackedText)),
  track_process: one(lines("processes: NAME [weight N [reverse|noreverse]]", trackedLine(254), trackedText), {
    since: "2.0.11",
  }),
  track_bfd: one(lines("BFD instances: NAME [weight N [reverse|noreverse]]", trackedLine(253), trackedText)),
} satisfies Table;

const notify = {
  notify_backup: one(notifyScript(), { repeats: "first" }),
  notify_master: one(notifyScript(), { repeats: "first" }),
  notify_fault: one(notifyScript(), { repeats: "first" }),
  notify_stop: one(notifyScript(), { repeats: "first" }),
  notify: one(notifyScript(), { repeats: "first" }),
} satisfies Table;

/** The words of authentication. */
export const authentication = {
  // A wrong value may be the password.
  auth_type: one(choice(["PASS", "AH"], {}, { isSecret: true })),
  auth_pass: one(secret(8)),
} satisfies Table;

const authHmac = {
  key: many(hmacKey()),
  active_key: one(integer({ min: 1, max: 255 })),
  time_window: one(integer({ min: 1, max: 300 })),
  anti_replay: given(choice(["time", "monotonic"]), "time"),
  mode: given(choice(["enforce", "permissive", "receive-only"]), "enforce"),
} satisfies Table;

/** The words of vrrp_instance. */
export const vrrpInstance = {
  use_vmac: one(virtualMac()),
  use_vmac_addr: one(flag(), { since: "2.2.0" }),
  vmac_xmit_base: one(flag()),
  use_ipvlan: one(ipvlan(), {
    since: "2.0.17",
    repeats: "first",
  }),
  unicast_peer: one(lines("addresses: ADDRESS [min_ttl N] [max_ttl N]", peerLine, peerText)),
  unicast_fault_no_peer: one(flag(), { since: "2.2.5" }),
  check_unicast_src: one(flag(), { since: "2.1.0" }),
  old_unicast_checksum: one(optionalChoice(["never"], "")),
  native_ipv6: one(flag()),
  state: one(
    choice(["MASTER", "BACKUP"], { then: "the daemon uses BACKUP", taken: "BACKUP", suggestion: "MASTER or BACKUP" }),
  ),
  interface: one(card()),
  vrf: one(card(), { since: "2.2.5", repeats: "first" }),
  dont_track_primary: one(flag()),
  ...track,
  mcast_src_ip: one(address()),
  unicast_src_ip: one(address()),
  mcast_dst_ip: one(multicast(), { since: "2.2.5" }),
  track_src_ip: one(flag()),
  virtual_router_id: one(integer({ min: 1, max: 255 })),
  unicast_ttl: one(integer({ min: 0, max: 255 }), { since: "2.1.0" }),
  version: one(integer({ min: 2, max: 3 })),
  priority: one(integer({ min: 1, max: 255, taken: 100 })),
  advert_int: given(seconds({ min: 0.01, max: 255, decimals: 6 }), 1),
  virtual_ipaddress: one(
    lines("addresses: ADDRESS[/PREFIX] [dev NAME] [label LABEL] …", addressLine(false), addressText),
  ),
  virtual_ipaddress_excluded: one(
    lines("addresses: ADDRESS[/PREFIX] [dev NAME] [label LABEL] …", addressLine(false), addressText),
  ),
  no_virtual_ipaddress: one(flag(), { since: "2.2.8" }),
  promote_secondaries: one(flag()),
  linkbeat_use_polling: one(flag(), { deprecated: "2.0.13", instead: "a linkbeat_interfaces block", isRefused: true }),
  v3_checksum_as_v2: given(onOff(), false, { since: "2.2.8" }),
  virtual_routes: one(lines("routes", routeLine(false), routeText)),
  virtual_rules: one(lines("rules", ruleLine(false), ruleText)),
  accept: one(flag()),
  no_accept: one(flag()),
  skip_check_adv_addr: one(onOff()),
  strict_mode: one(onOff()),
  preempt: one(flag()),
  nopreempt: one(flag()),
  preempt_delay: given(seconds({ min: 0, max: 1000, decimals: 6, taken: 0 }), 0),
  debug: given(integer({ min: 0, max: 4 }), 0),
  ...notify,
  notify_deleted: one(optionalScript(), { since: "2.1.0", repeats: "first" }),
  notify_master_rx_lower_pri: one(notifyScript(), { since: "2.0.6", repeats: "first" }),
  smtp_alert: one(onOff()),
  notify_priority_changes: one(onOff(), { since: "2.0.16" }),
  lvs_sync_daemon_interface: one(text("the name of an interface"), {
    deprecated: "1.2.20",
    instead: "lvs_sync_daemon in global_defs",
    isRefused: true,
  }),
  garp_master_delay: one(integer(UP_TO_4294)),
  garp_master_refresh: one(integer({ min: 0, max: UINT_MAX, taken: 0 })),
  garp_master_repeat: one(integer(ONE_IF_ZERO)),
  garp_master_refresh_repeat: one(integer(ONE_IF_ZERO)),
  garp_lower_prio_delay: one(integer(UP_TO_4294)),
  garp_lower_prio_repeat: one(integer({ min: 0, max: INT_MAX })),
  down_timer_adverts: one(integer({ min: 1, max: 100 }), { since: "2.2.3" }),
  timer_expired_backup: one(optionalInteger({ min: 1, max: 254 }, 254), { since: "2.2.8" }),
  thread_timer_expired: alias("timer_expired_backup", optionalInteger({ min: 1, max: 254 }, 254), {
    since: "2.3.2",
    deprecated: "2.3.2",
    instead: "timer_expired_backup",
    isRefused: true,
  }),
  garp_extra_if: one(extraInterfaces(0), { since: "2.2.3" }),
  vmac_garp_intvl: alias("garp_extra_if", extraInterfaces(0), {
    since: "2.2.0",
    deprecated: "2.2.3",
    instead: "garp_extra_if",
    isRefused: true,
  }),
  lower_prio_no_advert: one(onOff()),
  higher_prio_send_advert: one(onOff()),
  owner_ignore_adverts: one(onOff(), { since: "2.3.3" }),
  kernel_rx_buf_size: one(integer({ min: 0, max: UINT_MAX }), { since: "2.0.3" }),
  authentication: one(block(authentication)),
  auth_hmac: one(block(authHmac), { since: "2.4.0" }),
} satisfies Table;

/** `notify_deleted` may have no script. Then an instance that a reload removes is reported as DELETED instead of FAULT. */
function optionalScript(): ReturnType<typeof notifyScript> {
  const kind = notifyScript();
  return {
    ...kind,
    takes: "a script or no value",
    read: (statement, context) =>
      statement.values.length === 0 ? Object.freeze({ command: Object.freeze([]) }) : kind.read(statement, context),
    write: (value) => (value.command.length === 0 ? { text: "" } : (kind.write?.(value) ?? { text: "" })),
  };
}

/** The words of vrrp_sync_group. */
export const vrrpSyncGroup = {
  group: one(names("VRRP instances"), { repeats: "first" }),
  ...track,
  ...notify,
  smtp_alert: one(onOff()),
  global_tracking: one(flag(), {
    deprecated: "2.0.0",
    instead: "track_interface, track_script, track_file of the sync group",
    isRefused: true,
  }),
  sync_group_tracking_weight: one(flag()),
  notify_priority_changes: one(onOff(), { since: "2.2.0" }),
} satisfies Table;

/** The words of vrrp_script. */
export const vrrpScript = {
  script: one(command()),
  interval: given(seconds({ min: 0, max: 4_294_000, decimals: 3, zero: 1, wholeBefore: "2.3.2" }), 1),
  timeout: one(seconds({ min: 0, max: 4_294_000, decimals: 3, zero: 1, wholeBefore: "2.3.2" })),
  weight: given(weight({ min: -253, max: 253 }), Object.freeze({ weight: 0, isReversed: false })),
  rise: given(integer({ min: 1, max: INT_MAX, taken: 1 }), 1),
  fall: given(integer({ min: 1, max: INT_MAX, taken: 1 }), 1),
  user: one(user()),
  init_fail: one(flag()),
} satisfies Table;

const DELAY = { min: 0.000001, max: 3600, decimals: 6 } as const;

/** The words of vrrp_track_process. Without a quorum one process is enough. */
export const vrrpTrackProcess = {
  process: one(processCommand(), { repeats: "first" }),
  param_match: one(optionalChoice(["initial", "partial"], "exact"), { since: "2.0.16" }),
  weight: given(weight({ min: -254, max: 254 }), Object.freeze({ weight: 0, isReversed: false })),
  quorum: given(integer({ min: 1, max: 65_535 }), 1),
  quorum_max: one(integer({ min: 0, max: 65_535 }), { since: "2.0.16" }),
  delay: one(seconds(DELAY)),
  terminate_delay: one(seconds(DELAY), { since: "2.0.16" }),
  fork_delay: one(seconds(DELAY), { since: "2.0.16" }),
  full_command: one(flag()),
} satisfies Table;

/** The words of track_file at the top. */
export const trackFile = {
  file: one(text("a path"), { repeats: "first" }),
  weight: given(weight({ min: -254, max: 254, taken: 1 }), Object.freeze({ weight: 1, isReversed: false })),
  init_file: one(trackFileInit()),
} satisfies Table;

/** The words of garp_group: several interfaces share one pause. */
export const garpGroup = {
  garp_interval: one(seconds({ min: 0, max: LONGEST_SECONDS, decimals: 6 })),
  gna_interval: one(seconds({ min: 0, max: LONGEST_SECONDS, decimals: 6 })),
  interface: one(text("the name of an interface")),
  interfaces: one(names("interfaces")),
} satisfies Table;

/** The words of track_group: static addresses, routes and rules follow the state of its instances. */
export const trackGroup = {
  group: one(names("VRRP instances"), { repeats: "first" }),
} satisfies Table;
