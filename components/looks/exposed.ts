/** What a machine offers to others: sockets, ways to log in, scripts that run as root. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { WithRpc } from "../roles/nfs/look";
import type { WithScriptMode } from "../roles/proxy/look";
import type { Look, Looked } from "./look";

/** What is looked at on every machine. */
type Everywhere = {
  /** Sockets that wait for somebody. */
  readonly sockets: readonly SocketSeen[];
  /** What sshd goes by (`sshd -T`): the last value of each setting, all in lower case. */
  readonly sshd: Readonly<Record<string, string>>;
  /** Users of /etc/shadow: whether somebody could log in with their password, or with none. */
  readonly passwords: Readonly<Record<string, "locked" | "usable">>;
};

/** What a machine exposes. Each role's look adds its fields. */
export type ExposedSeen = Everywhere & WithRpc & WithScriptMode;

export type SocketSeen = { readonly transport: string; readonly address: string; readonly port: number };

const passwords = fs.readFileSync(path.join(__dirname, "passwords.sh"), "utf8");

const everywhere: Look<Everywhere> = {
  ask: () => `${passwords}show sockets ss -H -l -n -t -u
show sshd sshd -T
show passwords passwords
`,
  read: (part) => ({
    sockets: parseSockets(part.sockets ?? ""),
    sshd: parseWords(part.sshd ?? ""),
    passwords: parseWords(part.passwords ?? "") as Everywhere["passwords"],
  }),
};

/** All looks at what a machine exposes: those of every machine, then those of its role. */
export const looksAtExposed = ({ exposes }: Pick<Looked, "exposes">): readonly Look<object>[] => [
  everywhere,
  ...exposes,
];

/** Lines of `ss -H -l -n -t -u`: `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*`. */
export const parseSockets = (text: string): SocketSeen[] =>
  [...text.matchAll(/^(\S+)\s+\S+\s+\d+\s+\d+\s+(\S+):(\d+)\s/gm)].map(([, transport = "", address = "", port]) => ({
    transport,
    address,
    port: Number(port),
  }));

/** Lines of a word and the rest, by the word. */
const parseWords = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\S+) (.*)$/gm)].map(([, word = "", rest = ""]) => [word, rest]));
