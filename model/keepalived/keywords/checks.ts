import { alias, elsewhere, given, many, one, retired, type Table } from "../entry";
import { address } from "../kinds/addresses";
import { check, digest, dnsName, hexString, regex, statusCodes } from "../kinds/checks";
import { command, user } from "../kinds/scripts";
import { integer, LONGEST_SECONDS, seconds, UINT_MAX, weight } from "../kinds/numbers";
import { card, choice, flag, onOff, optionalText, text, words } from "../kinds/plain";
import { block } from "../settings";

const TIMEOUT = { min: 0.000001, max: LONGEST_SECONDS, decimals: 6 } as const;
const ANY_TIME = { min: 0, max: 1e12, decimals: 6 } as const;
export const WEIGHT_LIMIT = 65_535;

const common = {
  retry: one(integer({ min: 0, max: UINT_MAX })),
  delay_before_retry: one(seconds(ANY_TIME)),
  warmup: one(seconds(ANY_TIME)),
  delay_loop: one(seconds({ ...ANY_TIME, min: 0.000001 })),
  alpha: one(onOff()),
  log_all_failures: one(onOff(), { since: "2.0.11" }),
} satisfies Table;

const connection = {
  connect_ip: one(address()),
  connect_port: one(integer({ min: 1, max: 65_535 })),
  bindto: one(address()),
  bind_port: one(integer({ min: 1, max: 65_535 })),
  bind_if: one(card()),
  connect_timeout: one(seconds(TIMEOUT)),
  fwmark: one(integer({ min: 0, max: UINT_MAX })),
  ...common,
} satisfies Table;

/** Old texts often have it. Only HTTP_GET had it, and uses `retry` today. */
const oldRetry = { nb_get_retry: retired("2.0.0", "retry") } as const;

/** The words of url. */
export const url = {
  path: one(text("a path")),
  digest: one(digest(), { repeats: "first" }),
  status_code: many(statusCodes()),
  virtualhost: one(text("a host name")),
  regex: one(regex(), { since: "2.0.7" }),
  regex_no_match: one(flag(), { since: "2.0.7" }),
  regex_options: one(words("options of pcre2"), { since: "2.0.7" }),
  regex_min_offset: one(integer({ min: 0, max: UINT_MAX, refused: false }), { since: "2.0.7" }),
  regex_max_offset: one(integer({ min: 0, max: UINT_MAX, refused: false }), { since: "2.0.7" }),
  regex_stack: one(words("two sizes"), { since: "2.0.7" }),
} satisfies Table;

/** The words of HTTP_GET. */
export const httpGet = {
  ...connection,
  nb_get_retry: alias("retry", integer({ min: 0, max: UINT_MAX }), {
    deprecated: "2.0.0",
    instead: "retry",
    isRefused: true,
  }),
  virtualhost: one(text("a host name")),
  http_protocol: one(choice(["1.0", "1.1", "1.0C", "1.0c"]), { since: "2.0.17" }),
  enable_sni: one(onOff()),
  sni_name: one(optionalText("a name, or no value, which means the virtualhost", ""), { since: "2.4.4" }),
  fast_recovery: one(onOff(), { since: "2.0.17" }),
  url: many(block(url)),
} satisfies Table;

const sslGet = {
  ...httpGet,
  tls_compliant: one(onOff(), { since: "2.2.8" }),
  url: many(block({ ...url, tls_compliant: one(onOff(), { since: "2.2.8" }) })),
} satisfies Table;

const smtpCheck = {
  ...connection,
  helo_name: one(text("a name")),
  // keepalived/check/check_smtp.c: the loop over the hosts never ends before 2.3.4.
  host: many(block(connection), {
    deprecated: "2.0.0",
    instead: "one check per host; keepalived 2.3.0 to 2.3.3 never ends reading this block",
  }),
  ...oldRetry,
} satisfies Table;

const dnsCheck = {
  ...connection,
  type: given(choice(["A", "NS", "CNAME", "SOA", "MX", "TXT", "AAAA", "RRSIG", "DNSKEY"]), "SOA"),
  name: given(dnsName(), "", { repeats: "first" }),
} satisfies Table;

const udpCheck = {
  ...connection,
  payload: one(hexString(false), { since: "2.2.0" }),
  require_reply: one(hexString(true)),
  min_reply_length: given(integer({ min: 0, max: 65_535 }), 0, { since: "2.2.0" }),
  max_reply_length: given(integer({ min: 0, max: 65_535 }), 255, { since: "2.2.0" }),
} satisfies Table;

const miscCheck = {
  ...common,
  misc_path: one(command()),
  misc_timeout: one(integer({ min: 0, max: LONGEST_SECONDS })),
  misc_dynamic: one(flag()),
  user: one(user()),
  ...oldRetry,
} satisfies Table;

const fileCheck = {
  track_file: one(text("the name of a track_file")),
  weight: one(weight({ min: -WEIGHT_LIMIT, max: WEIGHT_LIMIT }, ["reverse", "noreverse"])),
} satisfies Table;

const bfdCheck = {
  name: one(text("the name of a bfd_instance")),
  alpha: one(onOff()),
} satisfies Table;

/** The words of TCP_CHECK. */
export const tcpCheck = { ...connection, ...oldRetry } satisfies Table;

/** The checks of a real_server. All of them count. */
export const checks = {
  TCP_CHECK: elsewhere(check("TCP_CHECK", tcpCheck)),
  HTTP_GET: elsewhere(check("HTTP_GET", httpGet)),
  SSL_GET: elsewhere(check("SSL_GET", sslGet)),
  SMTP_CHECK: elsewhere(check("SMTP_CHECK", smtpCheck)),
  DNS_CHECK: elsewhere(check("DNS_CHECK", dnsCheck)),
  UDP_CHECK: elsewhere(check("UDP_CHECK", udpCheck), { since: "2.1.0" }),
  PING_CHECK: elsewhere(check("PING_CHECK", connection), { since: "2.1.0" }),
  MISC_CHECK: elsewhere(check("MISC_CHECK", miscCheck)),
  FILE_CHECK: elsewhere(check("FILE_CHECK", fileCheck), { since: "2.1.0" }),
  BFD_CHECK: elsewhere(check("BFD_CHECK", bfdCheck)),
} satisfies Table;

/** A check as written. `method` names its kind. */
export type Check = {
  [Method in keyof typeof checks]: NonNullable<ReturnType<(typeof checks)[Method]["kind"]["read"]>>;
}[keyof typeof checks];
