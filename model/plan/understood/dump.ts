import { canonical } from "../addresses";
import { type Fact, factsOf, secondsText } from "./fact";

/** A line of the daemon's data with the lines that are indented below it. */
interface Line {
  readonly text: string;
  readonly lines: readonly Line[];
}

/** The lines by their indentation. */
function treeOf(text: string): readonly Line[] {
  const root: { text: string; lines: Line[] } = { text: "", lines: [] };
  const open: { indent: number; line: typeof root }[] = [{ indent: -1, line: root }];
  for (const row of text.split("\n")) {
    if (row.trim() === "") continue;
    const indent = row.length - row.trimStart().length;
    const line = { text: row.trim(), lines: [] };
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    (open.at(-1)?.line ?? root).lines.push(line);
    // A rule stands above its lines, not around them.
    if (!line.text.startsWith("------<")) open.push({ indent, line });
  }
  return root.lines;
}

/** What follows `NAME = ` in the first line that has it. */
const valueOf = (lines: readonly Line[], name: string): string | undefined =>
  lines.find(({ text }) => text.startsWith(`${name} = `))?.text.slice(name.length + 3);

/** The lines below the first one that begins with a text. */
const below = (lines: readonly Line[], begin: string): readonly string[] | undefined =>
  lines.find(({ text }) => text.startsWith(begin))?.lines.map(({ text }) => text);

const seconds = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : secondsText(Number.parseFloat(text) / (text.endsWith("milli-sec") ? 1000 : 1));

const microseconds = (text: string | undefined): string => secondsText(Number.parseInt(text ?? "", 10) / 1e6);

/** The lines of top level that begin with `NAME = `: that value, and what is below. */
const blocks = (
  lines: readonly Line[],
  name: string,
): readonly { readonly name: string; readonly lines: readonly Line[] }[] =>
  lines.flatMap(({ text, lines: inner }) =>
    text.startsWith(`${name} = `) ? [{ name: text.slice(name.length + 3), lines: inner }] : [],
  );

/** What keepalived's VRRP process says of itself: the text of its data (SIGUSR1), keepalived 2.2 and 2.3. */
export function vrrpFacts(data: string): readonly Fact[] {
  const lines = treeOf(data);
  return [
    ...blocks(lines, "VRRP Instance").flatMap(instanceFacts),
    ...blocks(lines, "VRRP Sync Group").flatMap((group) =>
      // The state stands behind the name.
      factsOf(`vrrp_sync_group ${group.name.replace(/, [A-Z]+$/, "")}`, {
        group: below(group.lines, "VRRP member instances"),
        ...trackFacts(group.lines),
      }),
    ),
    ...blocks(lines, "VRRP Script").flatMap(({ name, lines: inner }) =>
      factsOf(`vrrp_script ${name}`, {
        interval: seconds(valueOf(inner, "Interval")),
        weight: valueOf(inner, "Weight"),
        rise: valueOf(inner, "Rise"),
        fall: valueOf(inner, "Fall"),
      }),
    ),
    ...blocks(lines, "VRRP Track process").flatMap(({ name, lines: inner }) =>
      factsOf(`vrrp_track_process ${name}`, {
        quorum: valueOf(inner, "Min processes"),
        weight: valueOf(inner, "Weight"),
      }),
    ),
  ];
}

/** The state of each instance by its name. */
export const statesIn = (data: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    blocks(treeOf(data), "VRRP Instance").map(({ name, lines }) => [name, valueOf(lines, "State") ?? ""]),
  );

/** `NAME, weight N` or `NAME weight N`. */
const tracked = (lines: readonly string[] | undefined): readonly string[] | undefined =>
  lines?.map((text) => text.replace(/,? weight (-?\d+)/, " weight $1"));

const trackFacts = (lines: readonly Line[]) => ({
  track_interface: tracked(below(lines, "Tracked interfaces")),
  track_script: tracked(below(lines, "Tracked scripts")),
  track_process: tracked(below(lines, "Tracked process")),
  track_file: tracked(below(lines, "Tracked files")),
});

const AUTHENTICATION: Readonly<Record<string, string>> = { SIMPLE_PASSWORD: "PASS", IPSEC_AH: "AH", none: "none" };

/** `192.0.2.1/24 dev eth0 scope global set`; the prefix is missing if it is the longest. */
function vipText(line: string): string {
  const [address = "", written] = (line.split(" ")[0] ?? "").split("/");
  const prefix = written ?? (address.includes(":") ? "128" : "32");
  const card = / dev ([^\s@]+)/.exec(line)?.[1];
  return `${canonical(address)}/${prefix}${card === undefined ? "" : ` dev ${card}`}`;
}

function instanceFacts({ name, lines }: { readonly name: string; readonly lines: readonly Line[] }): readonly Fact[] {
  const isOn = (begin: string): boolean => lines.some(({ text }) => text.startsWith(begin));
  const vips = (begin: string): readonly string[] | undefined => below(lines, begin)?.map(vipText);
  const source = valueOf(lines, "Using src_ip");
  const group = lines.find(({ text }) => text.startsWith("Multicast address "))?.text.split(" ")[2];
  const authentication = valueOf(lines, "Authentication type");
  return factsOf(`vrrp_instance ${name}`, {
    version: valueOf(lines, "VRRP Version"),
    interface: valueOf(lines, "Interface"),
    virtual_router_id: valueOf(lines, "Virtual Router ID"),
    priority: valueOf(lines, "Priority"),
    advert_int: seconds(valueOf(lines, "Advert interval")),
    preempt: valueOf(lines, "Preempt"),
    preempt_delay: seconds(valueOf(lines, "Preempt delay")),
    accept: valueOf(lines, "Accept"),
    strict_mode: isOn("Enforcing strict VRRP compliance") ? "on" : "off",
    down_timer_adverts: valueOf(lines, "Down timer adverts"),
    garp_master_delay: valueOf(lines, "Gratuitous ARP delay"),
    garp_master_repeat: valueOf(lines, "Gratuitous ARP repeat"),
    garp_master_refresh: valueOf(lines, "Gratuitous ARP refresh"),
    garp_master_refresh_repeat: valueOf(lines, "Gratuitous ARP refresh repeat"),
    garp_lower_prio_delay: valueOf(lines, "Gratuitous ARP lower priority delay"),
    garp_lower_prio_repeat: valueOf(lines, "Gratuitous ARP lower priority repeat"),
    sync_group: valueOf(lines, "Sync group"),
    auth_type: authentication === undefined ? undefined : AUTHENTICATION[authentication],
    source: source?.endsWith("(from configuration)") ? canonical(source.split(" ")[0] ?? "") : undefined,
    multicast: group === undefined ? undefined : canonical(group.replace(/,$/, "")),
    unicast_peer: below(lines, "Unicast Peer")?.map((text) => canonical(text.split(" ")[0] ?? "")),
    virtual_ipaddress: vips("Virtual IP ("),
    virtual_ipaddress_excluded: vips("Virtual IP Excluded"),
    ...trackFacts(lines),
  });
}

/** `NAT`, `DR`, or `TUN, type = IPIP`. */
const forwardingText = (text: string | undefined): string | undefined =>
  text?.replace(/^TUN, type = (\w+).*$/, (_, type: string) => `TUN ${type.toLowerCase()}`);

const onOff = (lines: readonly Line[], name: string): string =>
  lines.some(({ text }) => text.toLowerCase() === `${name.toLowerCase()} is on`) ? "on" : "off";

/** A virtual server's lines: its own, and those of each real server. */
interface Server {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly realServers: readonly (readonly Line[])[];
}

const isRule = (text: string, of: string): boolean => text === `------< ${of} >------`;

/** Rules separate the real servers of a virtual server. */
function serverOf({ text, lines }: Line): Server {
  const starts = lines.flatMap((line, index) => (isRule(line.text, "Real server") ? [index] : []));
  const own = lines.slice(0, starts[0] ?? lines.length);
  const protocol = valueOf(own, "protocol") ?? "none";
  const transport = protocol === "none" ? "" : ` ${protocol}`;
  return {
    name: nameOf(text, valueOf(own, "Address family") ?? "inet", transport),
    lines: own,
    realServers: starts.map((start, index) => lines.slice(start + 1, starts[index + 1] ?? lines.length)),
  };
}

function nameOf(text: string, family: string, transport: string): string {
  const [, address = "", port = ""] = /^VS VIP = (.+), VPORT = (\d+)$/.exec(text) ?? [];
  if (address !== "") return `virtual_server ${canonical(address)} ${port}${transport}`;
  const mark = /^VS FWMARK = (\d+)$/.exec(text)?.[1];
  if (mark !== undefined) return `virtual_server fwmark ${mark} ${family}`;
  return `virtual_server group ${/^VS GROUP = \[(.*)\]/.exec(text)?.[1] ?? text}${transport}`;
}

/** `[ADDRESS]:tcp:PORT`, or without the protocol. */
function endpointOf(text: string): string {
  const [, address = "", port = ""] = /\[([^\]]*)\](?::[a-z]+)?:(\d+)$/.exec(text) ?? [];
  return `${canonical(address)} ${port}`;
}

/** What keepalived's checker process says of itself: the text of its data (SIGUSR1). */
export function checkerFacts(data: string): readonly Fact[] {
  const lines = treeOf(data);
  const servers = lines.filter(({ text }) => /^VS (VIP|FWMARK|GROUP) = /.test(text)).map(serverOf);
  // The checkers stand at the end, in the order of virtual servers and real servers.
  const checkers = lines.slice(lines.findIndex(({ text }) => isRule(text, "Health checkers")) + 1);
  const asked = new Map<string, string[]>();
  for (const checker of checkers.filter(({ text }) => text.includes(" -> "))) {
    const [server = "", real = ""] = checker.text.split(" -> ");
    const key = `${server} ${endpointOf(real)}`;
    asked.set(key, [...(asked.get(key) ?? []), checkText(checker.lines)]);
  }
  return servers.flatMap((server) => serverFacts(server, asked));
}

/** How the heading of a checker calls a virtual server. */
function calledIn(server: string): RegExp {
  const [, what = "", value = "", transport = ""] = /^virtual_server (\S+) (\S+) ?(\S*)$/.exec(server) ?? [];
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  if (what === "fwmark") return new RegExp(`^FWM ${value} `);
  if (what === "group") return new RegExp(`^\\[${literal(value)}\\]:\\d+ `);
  return new RegExp(`^\\[${literal(what)}\\]:${transport.toLowerCase()}:${value} `);
}

function serverFacts(
  { name, lines, realServers }: Server,
  asked: ReadonlyMap<string, readonly string[]>,
): readonly Fact[] {
  const quorum = /^(\d+), hysteresis = (\d+)$/.exec(valueOf(lines, "quorum") ?? "");
  const sorry = lines.find(({ text }) => text.startsWith("sorry server "))?.text;
  const called = calledIn(name);
  return [
    ...factsOf(name, {
      lb_algo: valueOf(lines, "lvs_sched"),
      delay_loop: seconds(valueOf(lines, "delay_loop")),
      lb_kind: forwardingText(valueOf(lines, "default forwarding method")),
      persistence_timeout: valueOf(lines, "persistence timeout"),
      persistence_granularity: valueOf(lines, "persistence granularity"),
      quorum: quorum?.[1],
      hysteresis: quorum?.[2],
      ops: valueOf(lines, "One packet scheduling")?.startsWith("enabled") ? "on" : "off",
      alpha: onOff(lines, "alpha"),
      omega: onOff(lines, "omega"),
      sorry_server: sorry === undefined ? undefined : endpointOf(sorry),
    }),
    ...realServers.flatMap((real) => {
      const [, address = "", port = ""] = /^RIP = (.+), RPORT = (\d+),/.exec(real[0]?.text ?? "") ?? [];
      const endpoint = `${canonical(address)} ${port}`;
      const checks = [...asked].filter(([key]) => called.test(key) && key.endsWith(` ${endpoint}`));
      return factsOf(`${name} real_server ${endpoint}`, {
        weight: valueOf(real, "initial weight"),
        lvs_method: forwardingText(valueOf(real, "forwarding method")),
        inhibit_on_failure: onOff(real, "Inhibit on failure"),
        checks: checks.length === 0 ? undefined : checks.flatMap(([, texts]) => texts),
      });
    }),
  ];
}

/** Checks that connect to somebody. */
const CONNECTING = ["TCP_CHECK", "HTTP_GET", "SSL_GET", "SMTP_CHECK", "DNS_CHECK", "UDP_CHECK"];

function checkText(lines: readonly Line[]): string {
  const method = /^\w+/.exec(valueOf(lines, "Keepalive method") ?? "")?.[0] ?? "";
  if (method === "FILE_CHECK" || method === "BFD_CHECK") return method;
  const connection = lines.find(({ text }) => text === "Connection")?.lines ?? [];
  const retry = valueOf(lines, "Retries") ?? "";
  return [
    method,
    ...(CONNECTING.includes(method)
      ? [
          `asks ${endpointOf(valueOf(connection, "Dest") ?? "")} connect_timeout ${seconds(valueOf(connection, "Timeout")) ?? ""}`,
        ]
      : []),
    `delay_loop ${microseconds(valueOf(lines, "Delay loop"))}`,
    `retry ${retry}`,
    ...(retry === "0" ? [] : [`delay_before_retry ${microseconds(valueOf(lines, "Delay before retry"))}`]),
    ...lines.filter(({ text }) => text.startsWith("Checked url = ")).map(urlText),
  ].join(" ");
}

function urlText({ text, lines }: Line): string {
  const digest = valueOf(lines, "digest");
  return [
    `url ${text.slice("Checked url = ".length)}`,
    ...(digest === undefined ? [] : [`digest ${digest}`]),
    `status ${(below(lines, "HTTP Status Code") ?? []).join(" ")}`,
  ].join(" ");
}
