import { type Meaning, WORDS } from "./words";

/** A word about something that is refused. */
export type Hint = {
  readonly fix: string;
  /** What it rests on; undefined: the word says it. */
  readonly reason?: string;
};

const fullnat: Hint = {
  fix: "FULLNAT is in no mainline kernel: use NAT, or TUN when the real servers are in other segments",
  reason:
    "003: FULLNAT also writes an inner address over the client's (SNAT); ipvsadm(8) has gatewaying, ipip and masquerading alone",
};
const notBuilt = (word: string, instead: string): Hint => ({ fix: `${word} is not built: ${instead}` });
const otherCheck = (word: string): Hint => notBuilt(word, "TCP_CHECK asks for a connection, HTTP_GET for a page");
const roundRobin: Hint = { fix: "round robin is rr" };
const http: Hint = { fix: "it is HTTP_GET" };
const tcp: Hint = { fix: "it is TCP_CHECK" };

/** Why a value that people have reason to try is refused; by key and value, in lower case without hyphens, underscores and spaces. */
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
  scheduler: { roundrobin: roundRobin, leastconn: { fix: "the fewest connections are lc" } },
  priority: {
    "0": { fix: "the protocol keeps 0 for release" },
    "255": { fix: "the protocol keeps 255 for the address owner" },
  },
  type: {
    ah: notBuilt("AH", "PASS is a plain text; the lab's segments are its own"),
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
    client: { fix: "the client has a section of its own, client" },
  },
};

const plain = (word: string): string => word.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** A word about a refused value, if there is one. */
export const refusal = (key: string, value: unknown): Hint | undefined =>
  typeof value === "string" || typeof value === "number"
    ? refusals[key]?.[
        String(value)
          .toLowerCase()
          .replaceAll(/(?<=[a-z])[-_ ](?=[a-z])/g, "")
      ]
    : undefined;

const meanings: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(WORDS).map(([word, meaning]) => [plain(word), meaning]),
);

/** Whether a word is one of keepalived's or of the others that have an answer: such a word is nobody's secret. */
export const isWord = (text: string): boolean => meanings.has(plain(text)) && /^[A-Za-z0-9_-]+$/.test(text);

/** Whether a text is one of these words, or another spelling of one, or at most two letters away. */
export const isNear = (text: string, words: readonly string[]): boolean => nearest(text, words) !== undefined;

/** Where an unknown key stands, and what the schema knows. Paths are the schema's: `nodes.NAME.vrrp`, `virtualServers[].port`. */
export type KeyPlace = {
  readonly section: string;
  readonly allowed: readonly string[];
  /** Every key of the schema. */
  readonly all: readonly string[];
  /** Whether words of keepalived.conf are looked for: in a topology, not in a description of an image. */
  readonly words: boolean;
};

/** What is told of an unknown key. */
export type KeyHint = Hint & {
  /** The key of the same section that it was meant to be; undefined: none of them. */
  readonly meant?: string;
  /** What knows it: it is a word of the topology's or of keepalived.conf's, or it is only like one. */
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
  // One letter away is a slip; further away a word of its own counts more.
  if (near !== undefined && (meaning === undefined || near.distance <= 1))
    return meant(near.key, meaning === undefined ? "likeness" : "word");
  if (meaning !== undefined) return { ...placed(unknown, section, meaning.keys, meaning.note), by: "word" };
  const elsewhere = all.filter((path) => lastKey(path) === unknown);
  if (elsewhere.length > 0) return { ...placed(unknown, section, elsewhere), by: "word" };
  // A key of the VRRP instance, misspelt in a node's part.
  const shared = section === PART ? nearest(unknown, all.filter(isShared).map(lastKey)) : undefined;
  if (shared === undefined) return { fix: "remove it", by: "nothing" };
  return { ...placed(unknown, section, [`vrrp.${shared.key}`]), by: "likeness" };
}

/** A node's part in the VRRP instance. */
const PART = "nodes.NAME.vrrp";
/** Whether a key is one of the instance itself, which all nodes share. */
const isShared = (path: string): boolean => /^vrrp\.\w+$/.test(path);

const lastKey = (path: string): string => path.slice(path.lastIndexOf(".") + 1);
const sectionOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(".")));

/** That a key is said elsewhere, or by another one. */
function placed(unknown: string, section: string, keys: readonly string[], note?: string): Hint {
  const shared = section === PART ? keys.find(isShared) : undefined;
  if (shared !== undefined)
    return {
      fix: `write it once as ${shared}: peers must agree`,
      reason: "RFC 3768 7.1, RFC 5798 7.1: a router drops the adverts of a peer that is set otherwise",
    };
  return { fix: `${unknown} is written as ${keys.join(" or ")}${note === undefined ? "" : `: ${note}`}` };
}

/** Which of the allowed keys an unknown one is another spelling of, or at most two letters away from. */
function nearest(
  unknown: string,
  allowed: readonly string[],
): { readonly key: string; readonly distance: number } | undefined {
  const wanted = plain(unknown);
  const [best] = allowed
    .map((key) => ({ key, distance: editDistance(wanted, plain(key)) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.min(2, Math.ceil(wanted.length / 3)) ? best : undefined;
}

/** Levenshtein's distance: letters to add, drop or change. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of a.split("").entries()) {
    const current = [row + 1];
    for (const [column, other] of b.split("").entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
