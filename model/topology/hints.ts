import { isIPv6 } from "node:net";
import { type Meaning, WORDS } from "./words";

const { closest } = require("../editDistance.cjs") as {
  closest: (typed: string, known: readonly string[], fold: (known: string) => string) => Near | undefined;
};

type Near = { readonly word: string; readonly distance: number };

/** Advice about something that is refused. */
export type Hint = {
  readonly fix: string;
  /** The document behind it; undefined: the advice says enough. */
  readonly reason?: string;
};

const fullnat: Hint = {
  fix: "no mainline kernel has FULLNAT: use NAT, or TUN if the real servers are in other segments",
  reason:
    "003: FULLNAT also replaces the client's address by an inner one (SNAT); ipvsadm(8) has only gatewaying, ipip and masquerading",
};
const notBuilt = (word: string, instead: string): Hint => ({ fix: `${word} is not built: ${instead}` });
const otherCheck = (word: string): Hint => notBuilt(word, "use TCP_CHECK (connects) or HTTP_GET (fetches a page)");
const roundRobin: Hint = { fix: "write rr for round robin" };
const http: Hint = { fix: "write HTTP_GET" };
const tcp: Hint = { fix: "write TCP_CHECK" };

const dnsServer: Hint = { fix: "a DNS server has the role dns" };
const mailServer: Hint = { fix: "a mail server has the role mail" };

/** Advice for values that people are likely to try, by key and value: lower case without hyphens, underscores and spaces. */
const refusals: Readonly<Record<string, Readonly<Record<string, Hint>>>> = {
  forwarding: {
    fullnat,
    fnat: fullnat,
    masq: { fix: "ipvsadm's Masq is NAT" },
    masquerading: { fix: "ipvsadm's Masq is NAT" },
    route: { fix: "ipvsadm's Route is DR" },
    gatewaying: { fix: "ipvsadm's Route is DR" },
    tunnel: { fix: "ipvsadm's Tunnel is TUN" },
    ipip: { fix: "ipvsadm's Tunnel is TUN" },
  },
  scheduler: { roundrobin: roundRobin, leastconn: { fix: "write lc for least connections" } },
  priority: {
    "0": { fix: "the protocol uses 0 to release the VIP" },
    "255": { fix: "the protocol reserves 255 for the address owner" },
  },
  type: {
    ah: notBuilt("AH", "use PASS; only the lab's machines are on its segments"),
    sslget: otherCheck("SSL_GET"),
    misccheck: otherCheck("MISC_CHECK"),
    smtpcheck: otherCheck("SMTP_CHECK"),
    dnscheck: otherCheck("DNS_CHECK"),
    udpcheck: otherCheck("UDP_CHECK"),
    pingcheck: otherCheck("PING_CHECK"),
    filecheck: otherCheck("FILE_CHECK"),
    http,
    tcp,
  },
  protocol: { sctp: notBuilt("SCTP", "TCP is") },
  role: {
    realserver: { fix: "a real server has the role web" },
    loadbalancer: { fix: "a load balancer is a director (LVS) or a proxy (haproxy, nginx)" },
    lb: { fix: "a load balancer is a director (LVS) or a proxy (haproxy, nginx)" },
    client: { fix: "describe the client in the section client" },
    nameserver: dnsServer,
    dnsserver: dnsServer,
    dnsmasq: dnsServer,
    mailserver: mailServer,
    smtp: mailServer,
  },
};

const plain = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The advice about a refused value, if there is any. */
export const refusal = (key: string, value: unknown): Hint | undefined =>
  typeof value === "string" || typeof value === "number"
    ? refusals[key]?.[
        String(value)
          .toLowerCase()
          .replaceAll(/(?<=[a-z])[-_ ](?=[a-z])/g, "")
      ]
    : undefined;

/** The advice about an IPv6 address among the VIPs of an instance. `place` is a path of the schema. */
export const otherFamily = (place: string, value: unknown): Hint | undefined =>
  typeof value === "string" && isIPv6(value.replace(/\/\d+$/, "")) && /^vrrp\.\w+Addresses\[\]$/.test(place)
    ? {
        fix: "an instance has the family of its first VIP, and keepalived drops the others: IPv4 and IPv6 are two instances, in one vrrp_sync_group; a keepalived.conf of your own can have IPv6 (nodes.NAME.keepalived)",
        reason: "RFC 5798 5.2.9: an advert has addresses of one family; keepalived.conf(5), virtual_ipaddress",
      }
    : undefined;

const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(WORDS).map(([word, meaning]) => [plain(word), meaning]),
);

/** Whether a word is known: one of keepalived's, or one that has advice. A known word is never a secret. */
export const isWord = (text: string): boolean => meanings.has(plain(text)) && /^[A-Za-z0-9_-]+$/.test(text);

/** Whether a text is one of these words, another spelling of one, or at most two letters away. */
export const isNear = (text: string, words: readonly string[]): boolean => nearest(text, words) !== undefined;

/** The place of an unknown key, and what the schema knows. Paths are written as `nodes.NAME.vrrp`, `virtualServers[].port`. */
export type KeyPlace = {
  readonly section: string;
  readonly allowed: readonly string[];
  /** Every key of the schema. */
  readonly all: readonly string[];
  /** Whether to look for words of keepalived.conf: yes in a topology, no in an image description. */
  readonly words: boolean;
};

/** Advice about an unknown key. */
export type KeyHint = Hint & {
  /** The key of the same section that was probably meant; undefined: none. */
  readonly meant?: string;
  /** How it was recognized: a known word of the topology or of keepalived.conf, or only like one. */
  readonly by: "word" | "likeness" | "nothing";
};

export function keyHint(unknown: string, { section, allowed, all, words }: KeyPlace): KeyHint {
  const meant = (key: string, by: KeyHint["by"]) => ({ fix: `did you mean ${key}?`, meant: key, by });
  const spelt = allowed.find((key) => plain(key) === plain(unknown));
  if (spelt !== undefined) return meant(spelt, "word");
  const meaning = words ? meanings.get(plain(unknown)) : undefined;
  if (meaning !== undefined && "no" in meaning) return { fix: meaning.no, by: "word" };
  const here = meaning?.keys.find((key) => sectionOf(key) === section);
  if (here !== undefined && meaning?.note === undefined) return meant(lastKey(here), "word");
  if (here !== undefined)
    return { ...placed(unknown, section, [lastKey(here)], meaning?.note), meant: lastKey(here), by: "word" };
  const near = nearest(unknown, allowed);
  // One wrong letter is a typing error. With more, the meaning of a known word counts more.
  if (near !== undefined && (meaning === undefined || near.distance <= 1))
    return meant(near.word, meaning === undefined ? "likeness" : "word");
  if (meaning !== undefined) return { ...placed(unknown, section, meaning.keys, meaning.note), by: "word" };
  const elsewhere = all.filter((path) => lastKey(path) === unknown);
  if (elsewhere.length > 0) return { ...placed(unknown, section, elsewhere), by: "word" };
  // A misspelt key of the VRRP instance in a node's part.
  const shared = section === PART ? nearest(unknown, all.filter(isShared).map(lastKey)) : undefined;
  if (shared === undefined) return { fix: "remove it", by: "nothing" };
  return { ...placed(unknown, section, [`vrrp.${shared.word}`]), by: "likeness" };
}

/** A node's part in the VRRP instance. */
const PART = "nodes.NAME.vrrp";
/** Whether a key belongs to the instance itself, which all nodes share. */
const isShared = (path: string): boolean => /^vrrp\.\w+$/.test(path);

const lastKey = (path: string): string => path.slice(path.lastIndexOf(".") + 1);
const sectionOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(".")));

/** Says where a key belongs, or which key replaces it. */
function placed(unknown: string, section: string, keys: readonly string[], note?: string): Hint {
  const shared = section === PART ? keys.find(isShared) : undefined;
  if (shared !== undefined)
    return {
      fix: `write it once as ${shared}: peers must agree`,
      reason: "RFC 3768 7.1, RFC 5798 7.1: a router drops the adverts of a peer with other settings",
    };
  return { fix: `${unknown} is written as ${keys.join(" or ")}${note === undefined ? "" : `: ${note}`}` };
}

/** The allowed key that an unknown one is another spelling of, or at most two letters away from. */
const nearest = (unknown: string, allowed: readonly string[]): Near | undefined =>
  closest(plain(unknown), allowed, plain);
