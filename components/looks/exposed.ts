/** What a machine offers to others: sockets, ways to log in, scripts that run as root. */
import * as fs from "node:fs";
import * as path from "node:path";
import { checkScriptPath } from "../roles/proxy/checkScript";
import { type Look, textOf } from "./look";

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

const passwords = fs.readFileSync(path.join(__dirname, "passwords.sh"), "utf8");

export const exposed: Look<ExposedSeen> = {
  ask: ({ topology: { proxy, vrrp }, node }) => `
${passwords}show sockets ss -H -l -n -t -u
show sshd sshd -T
show passwords passwords
${node.role === "nfs" ? "show rpc rpcinfo\n" : ""}${
  node.role === "proxy" && proxy !== undefined && vrrp?.trackScript !== undefined
    ? `show script stat -c '%a %U' ${checkScriptPath(proxy.software)}\n`
    : ""
}`,
  read: (part) => {
    const script = textOf(part, "script");
    return {
      sockets: parseSockets(part.sockets ?? ""),
      rpc: parseRpc(part.rpc ?? ""),
      sshd: parseWords(part.sshd ?? ""),
      passwords: parseWords(part.passwords ?? "") as ExposedSeen["passwords"],
      ...(script === "" ? {} : { script }),
    };
  },
};

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
