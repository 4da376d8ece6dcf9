/** What people write instead of a key of the schema: keepalived's words, the documents' mistakes. */
const otherNames: Readonly<Record<string, string>> = {
  algo: "scheduler",
  authpass: "pass",
  authtype: "type",
  connectport: "port",
  defaultgateway: "gateway",
  gw: "gateway",
  ip: "address",
  kind: "forwarding",
  lbalgo: "scheduler",
  lbkind: "forwarding",
  lvsmethod: "forwarding",
  lvssched: "scheduler",
  nbgetretry: "retry",
  notificationemail: "notification",
  persistencetimeout: "persistence",
  sorryserver: "sorryPage",
  statuscode: "status",
  virtualipaddress: "virtualAddresses",
  vrid: "virtualRouterId",
  vrrpmcastgroup4: "multicastGroup",
};

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

/** Why a value that people have reason to try is refused; by key and value, in lower case. */
const refusals: Readonly<Record<string, Readonly<Record<string, Hint>>>> = {
  forwarding: {
    fullnat,
    fnat: fullnat,
    masq: { fix: "ipvsadm's Masq is NAT" },
    route: { fix: "ipvsadm's Route is DR" },
    tunnel: { fix: "ipvsadm's Tunnel is TUN" },
  },
  priority: {
    "0": { fix: "the protocol keeps 0 for release" },
    "255": { fix: "the protocol keeps 255 for the address owner" },
  },
};

/** A word about a refused value, if there is one. */
export const refusal = (key: string, value: unknown): Hint | undefined =>
  typeof value === "string" || typeof value === "number"
    ? refusals[key]?.[
        String(value)
          .toLowerCase()
          .replaceAll(/(?<=[a-z])[-_ ](?=[a-z])/g, "")
      ]
    : undefined;

/** A word about an unknown key of a node's part in VRRP that is one of the instance's, if it is. */
export function sharedKey(path: string, unknown: string, instance: readonly string[]): Hint | undefined {
  const key = /^nodes\.[^.]+\.vrrp$/.test(path) ? nearestKey(unknown, instance) : undefined;
  return key === undefined
    ? undefined
    : {
        fix: `write it once as vrrp.${key}: peers must agree`,
        reason: "RFC 3768 7.1, RFC 5798 7.1: a router drops the adverts of a peer that is set otherwise",
      };
}

/** Which of the allowed keys an unknown one was meant to be: another spelling of it, or at most two letters away. */
export function nearestKey(unknown: string, allowed: readonly string[]): string | undefined {
  const plain = (key: string) => key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const wanted = plain(unknown);
  const other = otherNames[wanted];
  if (other !== undefined && allowed.includes(other)) return other;
  const ranked = allowed
    .map((key) => ({ key, distance: editDistance(wanted, plain(key)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.min(2, Math.ceil(wanted.length / 3)) ? best.key : undefined;
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
