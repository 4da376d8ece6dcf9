import { checkScriptPath } from "../../../components/roles/proxy/checkScript";
import { guestsOf } from "../../../model/topology/guests";
import type { Node, Topology } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { lookAt } from "../look";

/** What a machine offers to others: sockets, ways to log in, scripts that run as root. */
export type ExposedSeen = {
  /** Sockets that wait for somebody. */
  readonly sockets: readonly SocketSeen[];
  /** Ports that rpcbind tells of, as "udp 111". */
  readonly rpc: readonly string[];
  /** What sshd goes by (`sshd -T`): the last value of each setting, all in lower case. */
  readonly sshd: Readonly<Record<string, string>>;
  /** Users of /etc/shadow: whether somebody could log in with their password, or with none. */
  readonly passwords: Readonly<Record<string, "locked" | "usable">>;
  /** The script that keepalived runs: "0755 root"; undefined: there is none. */
  readonly script?: string;
};

export type SocketSeen = { readonly transport: string; readonly address: string; readonly port: number };

/** Shell text. The users are read by builtins, and no hash leaves the machine. */
const look = ({ proxy, vrrp }: Topology, node: Node): string => `
passwords() {
  while IFS=: read -r user hash _; do
    case $hash in '!'* | '*'*) echo "$user locked" ;; *) echo "$user usable" ;; esac
  done </etc/shadow
}
show sockets ss -H -l -n -t -u
show sshd sshd -T
show passwords passwords
${node.role === "nfs" ? "show rpc rpcinfo\n" : ""}${
  node.role === "proxy" && proxy !== undefined && vrrp?.trackScript !== undefined
    ? `show script stat -c '%a %U' ${checkScriptPath(proxy.software)}\n`
    : ""
}`;

/** Looks at every node, once. */
export async function lookAtExposed(session: Session): Promise<Record<string, ExposedSeen>> {
  const { topology } = session;
  const seen = Object.values(guestsOf(topology)).map(async (node) => {
    const { part } = await lookAt(session, node.name, look(topology, node));
    const script = (part.script ?? "").trim();
    return [
      node.name,
      {
        sockets: parseSockets(part.sockets ?? ""),
        rpc: parseRpc(part.rpc ?? ""),
        sshd: parseWords(part.sshd ?? ""),
        passwords: parseWords(part.passwords ?? "") as ExposedSeen["passwords"],
        ...(script === "" ? {} : { script }),
      },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}

/** Lines of `ss -H -l -n -t -u`: `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*`. */
export const parseSockets = (text: string): SocketSeen[] =>
  [...text.matchAll(/^(\S+)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s/gm)].map(([, transport = "", address = "", port]) => ({
    transport,
    address,
    port: Number(port),
  }));

/** Lines of `rpcinfo`, IPv6's too: `100021 4 tcp6 ::.170.27 nlockmgr unknown`, the port by its two bytes. */
export const parseRpc = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/^\s*\d+\s+\d+\s+(tcp|udp)6?\s+\S*\.(\d+)\.(\d+)\s/gm)].map(
      ([, transport, high, low]) => `${transport} ${Number(high) * 256 + Number(low)}`,
    ),
  ),
];

/** Lines of a word and the rest, by the word. */
const parseWords = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\S+) (.*)$/gm)].map(([, word = "", rest = ""]) => [word, rest]));
