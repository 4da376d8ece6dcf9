/** Programs, users, processes and files that a site's configuration names: which of them a lab has, and which it stands in for. */
import { posix } from "node:path";
import type { Config } from "../../keepalived/config/config";
import type { Statement } from "../../keepalived/entry";
import { type Position, Report } from "../../keepalived/finding";
import type { Script } from "../../keepalived/kinds/scripts";
import type { Reading } from "../../keepalived/read";
import { type Machine, placeOf, programFile, type SiteFile } from "../../plan/site";
import type { StandIns } from "../node";
import type { Edit, Lines } from "./edit";
import { mayHoldSecret, type Passwords } from "./secrets";

/** Where stand-ins are whose own path belongs to a program of the system. */
const STAND_INS = "/usr/local/lib/lvs-lab/stand-ins";

/** Programs of the base system that do in a lab what they do on the site. */
const TRUE_HERE = new Set(
  `sh bash dash ash test [ true false : ip cat grep egrep fgrep sleep echo printf logger date touch rm mkdir expr awk sed head
  tail cut tr wc sort uniq id hostname uname env nice timeout ipvsadm sysctl modprobe nft arptables arping chmod chown ln cp mv
  kill find xargs tee sync nohup setsid tcpdump exit cd set export return read if then else fi for do done while case esac`.split(
    /\s+/,
  ),
);
const SHELLS = new Set(["sh", "bash", "dash", "ash"]);
/** Programs that the lab itself uses, so that nothing may stand before them in PATH. */
const USED_BY_THE_LAB = new Set(
  "systemctl service pidof pgrep pkill ps ss curl ping ping6 socat reboot shutdown poweroff halt init journalctl networkctl haproxy nginx apache2 apache2ctl httpd conntrack conntrackd keepalived iptables ip6tables iptables-restore ssh mount".split(
    " ",
  ),
);
const SYSTEM = /^\/(?:usr\/)?s?bin\//;
/** Processes that every machine of a lab has. */
const RUNNING = new Set(["keepalived", "sshd", "systemd", "systemd-networkd", "systemd-journald"]);

/** What a machine needs besides its keepalived.conf. */
export interface Needed {
  /** Texts of the site's own scripts, by their paths on the machine. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly standIns: StandIns;
  /** Programs of the system that give way to a stand-in. */
  readonly edits: readonly Edit[];
}

/** A program that the configuration starts. */
interface Call {
  readonly word: string;
  readonly command: readonly string[];
  readonly at: Position;
}

const STARTS =
  /^(?:script|misc_path|notify(?!_priority|_fifo$)\w*|quorum_(?:up|down)|startup_script|shutdown_script|(?:vrrp_|lvs_)?notify_fifo_script)$/;
const TELLS = /^(?:notify|quorum_)/;

function* statementsOf(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.entry?.kind.holds === "keywords") yield* statementsOf(statement.block?.statements ?? []);
  }
}

/** What else a machine needs for its configuration. */
export function neededBy({ config, tree }: Reading, machine: Machine, lines: Lines, passwords: Passwords): Needed {
  const calls: Call[] = [];
  const users = new Set<string>();
  const context = { report: new Report() };
  for (const statement of statementsOf(tree.statements)) {
    const { keyword, values, entry } = statement;
    const word = keyword.text;
    if (!entry) continue;
    if (STARTS.test(word)) {
      const script = entry.kind.read(statement, context) as Script | undefined;
      for (const name of [script?.user, script?.group]) if (name !== undefined) users.add(name);
      if (script?.command[0] !== undefined && values[0])
        calls.push({ word, command: script.command, at: values[0].at });
    } else if (word === "user" || word === "script_user") for (const { text } of values) users.add(text);
    else if (/^(?:vrrp_|lvs_)?notify_fifo$/.test(word)) for (const { text } of values.slice(1)) users.add(text);
  }
  const scripts: Record<string, string> = {};
  const standIns = new Set<string>();
  const notifies = new Set<string>();
  const edits: Edit[] = [];
  for (const { word, command, at } of calls) {
    const path = programOf(command);
    const own = programFile(path, machine);
    if (own !== undefined && isTaken(own)) take(path, own);
    else if (own !== undefined || path.startsWith("/") || !isTrueHere(command)) standIn(word, path, command, at, own);
  }
  const isNoRoot = (name: string): boolean => name !== "root" && !/^\d+$/.test(name);
  return {
    scripts,
    edits,
    standIns: {
      scripts: [...standIns],
      notifies: [...notifies],
      processes: processesOf(config),
      files: config.trackFiles.flatMap(({ file }) => (file ? [file.value] : [])).filter((file) => !(file in scripts)),
      users: [...users].filter(isNoRoot),
    },
  };

  function isTaken({ text }: SiteFile): boolean {
    return !/[\0\ufffd]/.test(text) && !mayHoldSecret(text, passwords);
  }

  /** Takes a script along, and the files beside it that it names by their paths. */
  function take(path: string, { text }: SiteFile): void {
    if (path in scripts) return;
    scripts[path] = text;
    for (const [named] of text.matchAll(/(?:\/[\w.+-]+)+/g)) {
      const file = machine.files.get(placeOf(named, machine) ?? "");
      if (file !== undefined && !config.files.includes(placeOf(named, machine) ?? "") && isTaken(file))
        take(named, file);
    }
  }

  function standIn(word: string, path: string, command: readonly string[], at: Position, own?: SiteFile): void {
    const name = posix.basename(path);
    if (path.startsWith("/") && SYSTEM.test(path) && isTrueHere(command)) return;
    const isInTheWay = path.startsWith("/") ? SYSTEM.test(path) : USED_BY_THE_LAB.has(name) || SHELLS.has(name);
    const place = isInTheWay ? `${STAND_INS}/${name}` : path;
    const column = lines.at(at).indexOf(path, at.column - 1) + 1;
    // A program out of a definition stays.
    if (isInTheWay && column === 0) return;
    if (isInTheWay)
      edits.push({
        at: { ...at, column },
        to: column + path.length,
        text: place,
        what: `the program ${name}`,
        why: "it asks for something that the lab has not; a stand-in succeeds until a drill turns it",
      });
    else if (own !== undefined)
      edits.push({
        at: { ...at, column: Math.max(1, column) },
        to: Math.max(1, column),
        text: "",
        what: `the script ${name}`,
        why: "it is no text, or may hold a password; a stand-in succeeds until a drill turns it",
      });
    standIns.add(place);
    if (TELLS.test(word)) notifies.add(place);
  }
}

/** The program of a command. A shell that runs a script is none: the script is. */
function programOf([first = "", second = ""]: readonly string[]): string {
  return SHELLS.has(posix.basename(first)) && second.startsWith("/") ? second : first;
}

/** Whether a command does in a lab what it does on the site. */
function isTrueHere([first = "", option = "", text = ""]: readonly string[]): boolean {
  const name = posix.basename(first);
  if (SHELLS.has(name) && option === "-c")
    return text
      .split(/[;&|\n(){}`]+/)
      .map((part) => part.replace(/^[\s!$]+|^\s*\w+=\S*\s+/g, "").split(/\s+/)[0] ?? "")
      .every((one) => one === "" || TRUE_HERE.has(posix.basename(one)));
  return TRUE_HERE.has(name);
}

/** Names of the processes that it tracks, as the kernel has them. */
const processesOf = ({ trackProcesses }: Config): string[] =>
  [
    ...new Set(trackProcesses.flatMap(({ process }) => (process ? [posix.basename(process.value.process)] : []))),
  ].filter((name) => !RUNNING.has(name));
