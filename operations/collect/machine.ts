import { braces, type Files, filesOf } from "../../model/keepalived/files";
import { readConfiguration } from "../../model/keepalived/read";
import { includesOf } from "../../model/plan/host/nginx";
import { scriptsOf } from "../../model/plan/site";
import type { Answer, Request } from "./conversation";

export const MAIN = "/etc/keepalived/keepalived.conf";

/** Files that are there on some machines only. */
const OTHERS = ["/etc/ipvsadm.rules", "/etc/sysconfig/ipvsadm", "/etc/haproxy/haproxy.cfg", "/etc/nginx/nginx.conf"];

/** Commands, and the file in the machine's folder that gets their output. */
export const OUTPUTS: Readonly<Record<string, string>> = {
  version: "keepalived.version",
  address: "address.json",
  route: "route.json",
  route6: "route6.json",
  sysctl: "sysctl.conf",
  ipvsadm: "ipvsadm-save",
  nftables: "nftables.conf",
  iptables: "iptables-save",
  ip6tables: "ip6tables-save",
};

/** A file as it was on the machine, by its absolute path there. */
export interface RemoteFile {
  readonly text: string;
  readonly isExecutable: boolean;
}

/** What a machine has said so far, and what to ask it next. */
export class RemoteMachine {
  readonly files = new Map<string, RemoteFile>();
  /** Output of commands, by the names of OUTPUTS. */
  readonly outputs = new Map<string, string>();
  /** What could not be read, each with the reason. */
  readonly unread: string[] = [];
  readonly #asked = new Set<string>();
  /** Words of the configuration that name a file or a program: it is told if they name none. */
  readonly #named = new Set<string>();

  constructor(readonly name: string) {}

  first(): readonly Request[] {
    return [
      ...[MAIN, ...OTHERS].flatMap((what) => this.#request("file", what)),
      ...Object.keys(OUTPUTS).map((what): Request => ({ ask: "run", what })),
    ];
  }

  /** Takes the answers of a round. Returns what the files name that nobody asked for yet. */
  next(answers: readonly Answer[]): readonly Request[] {
    for (const answer of answers) this.#take(answer);
    const { config } = readConfiguration(MAIN, this.#reachable(), { configId: this.name });
    const patterns = [...this.#wanted.splice(0), ...this.#proxyIncludes()].flatMap(braces);
    const commands = scriptsOf(config).map(({ written }) => written.value.command);
    const programs = commands.flatMap(([program = ""]) => (/^\/|^[^/]+$/.test(program) ? [program] : []));
    for (const word of [...patterns, ...programs]) this.#named.add(word);
    return [
      ...patterns.flatMap((what) => this.#request("file", what)),
      ...programs.flatMap((what) => this.#request("program", what)),
      // An interpreter's parameter may be the script.
      ...commands
        .flatMap(([, ...parameters]) => parameters.filter((word) => word.startsWith("/")))
        .flatMap((what) => this.#request("script", what)),
    ];
  }

  #take(answer: Answer): void {
    if (answer.kind === "file")
      this.files.set(answer.path, { text: answer.bytes.toString(), isExecutable: answer.isExecutable });
    else if (answer.kind === "text") {
      if (answer.code === 0 && answer.text.trim() !== "") this.outputs.set(answer.name, answer.text);
      else if (answer.code !== 0 && answer.code !== MISSING)
        this.unread.push(`${OUTPUTS[answer.name] ?? answer.name} (its command failed with exit code ${answer.code})`);
    } else if (answer.kind === "closed") this.unread.push(`${answer.path} (this login may not read it)`);
    else if (answer.kind === "large") this.unread.push(`${answer.path} (it has more than 4 MiB)`);
    else if (this.#named.has(answer.path)) this.unread.push(`${answer.path} (it does not exist)`);
  }

  /** Patterns that the reader looked for. */
  readonly #wanted: string[] = [];

  /** The files so far. What is looked for is noted. */
  #reachable(): Files {
    const files = filesOf(new Map([...this.files].map(([path, { text }]) => [path, text])));
    const note = (pattern: string): void => {
      if (pattern.startsWith("/")) this.#wanted.push(pattern);
    };
    return {
      read: (path) => {
        note(path);
        return files.read(path);
      },
      glob: (pattern) => {
        note(pattern);
        return files.glob(pattern);
      },
    };
  }

  #proxyIncludes(): readonly string[] {
    return [...this.files].flatMap(([path, { text }]) => (path.startsWith("/etc/nginx/") ? includesOf(text) : []));
  }

  #request(ask: Request["ask"], what: string): readonly Request[] {
    // A line end would begin another request.
    if (this.#asked.has(what) || /[\n\0]/.test(what)) return [];
    this.#asked.add(what);
    return [{ ask, what }];
  }
}

/** The exit code of a shell whose command does not exist. */
const MISSING = 127;
