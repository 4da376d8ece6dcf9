import { alias, given, many, one, retired, type Table } from "../entry";
import { integer, LONGEST_SECONDS, optionalInteger, seconds, UINT_MAX } from "../kinds/numbers";
import { choice, exactText, flag, onOff, secret, shortText, text } from "../kinds/plain";
import { notifyScript } from "../kinds/scripts";
import { forwarding, granularity, realServerBlock, scheduler, sorryServer } from "../kinds/servers";
import { LONGEST_TIMEOUT } from "../kinds/globals";
import { checks, WEIGHT_LIMIT } from "./checks";

const TIMEOUT = { min: 0.000001, max: LONGEST_SECONDS, decimals: 6 } as const;
const ANY_TIME = { min: 0, max: 1e12, decimals: 6 } as const;

/** The words of real_server. Missing values come from the virtual server. */
export const realServer = {
  weight: one(integer({ min: 0, max: WEIGHT_LIMIT })),
  lvs_method: one(forwarding()),
  uthreshold: given(integer({ min: 0, max: UINT_MAX }), 0),
  lthreshold: given(integer({ min: 0, max: UINT_MAX }), 0),
  inhibit_on_failure: one(onOff()),
  notify_up: one(notifyScript(), { repeats: "first" }),
  notify_down: one(notifyScript(), { repeats: "first" }),
  alpha: one(onOff()),
  retry: one(integer({ min: 1, max: UINT_MAX })),
  delay_before_retry: one(seconds(ANY_TIME)),
  warmup: one(seconds(ANY_TIME)),
  connect_timeout: one(seconds(TIMEOUT), { since: "2.0.13" }),
  delay_loop: one(seconds({ ...ANY_TIME, min: 0.000001 })),
  smtp_alert: one(onOff()),
  virtualhost: one(text("a host name")),
  snmp_name: one(exactText("a name"), { since: "2.2.3" }),
  ...checks,
} satisfies Table;

/** The words of virtual_server. */
export const virtualServer = {
  ip_family: one(choice(["inet", "inet6"])),
  retry: one(integer({ min: 1, max: UINT_MAX })),
  delay_before_retry: one(seconds(ANY_TIME)),
  warmup: one(seconds(ANY_TIME)),
  connect_timeout: given(seconds(TIMEOUT), 5, { since: "2.0.13" }),
  delay_loop: given(seconds({ ...ANY_TIME, min: 0.000001 }), 60),
  inhibit_on_failure: one(flag()),
  lb_algo: one(scheduler()),
  lvs_sched: alias("lb_algo", scheduler()),
  hashed: one(flag()),
  ops: one(flag()),
  "flag-1": one(flag()),
  "flag-2": one(flag()),
  "flag-3": one(flag()),
  "sh-port": one(flag()),
  "sh-fallback": one(flag()),
  "mh-port": one(flag(), { since: "2.0.20" }),
  "mh-fallback": one(flag(), { since: "2.0.20" }),
  lb_kind: one(forwarding()),
  lvs_method: alias("lb_kind", forwarding()),
  persistence_engine: one(shortText("the name of a persistence engine", 15, true)),
  persistence_timeout: one(
    optionalInteger(
      { min: 1, max: LONGEST_TIMEOUT, suggestion: "remove the word if the service is not persistent" },
      360,
    ),
  ),
  persistence_granularity: one(granularity()),
  protocol: one(choice(["TCP", "UDP", "SCTP"], { anyCase: true })),
  ha_suspend: one(flag()),
  smtp_alert: one(onOff()),
  virtualhost: one(text("a host name")),
  snmp_name: one(exactText("a name"), { since: "2.2.3" }),
  alpha: one(flag()),
  omega: one(flag()),
  quorum_up: one(notifyScript(), { repeats: "first" }),
  quorum_down: one(notifyScript(), { repeats: "first" }),
  quorum: given(integer({ min: 1, max: UINT_MAX, taken: 1 }), 1),
  hysteresis: given(integer({ min: 0, max: UINT_MAX }), 0),
  weight: given(integer({ min: 1, max: WEIGHT_LIMIT }), 1),
  sorry_server: one(sorryServer()),
  sorry_server_inhibit: one(flag()),
  sorry_server_lvs_method: one(forwarding()),
  real_server: many(realServerBlock(realServer)),
  nat_mask: retired("1.2.20", "remove it: IPVS never used it"),
} satisfies Table;

/** The words of SSL: certificate and key of SSL_GET. */
export const ssl = {
  password: one(secret()),
  ca: one(text("a path")),
  certificate: one(text("a path")),
  key: one(text("a path")),
} satisfies Table;
