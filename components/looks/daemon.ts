/** What a director's keepalived says of itself: its parser, its log, and its data (SIGUSR1). */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Config } from "../../model/keepalived/config/config";
import { shellQuote } from "../../model/shellQuote";
import { linesOf, type Sections, textOf } from "./look";

export type DaemonSeen = {
  /** The exit code of `keepalived --config-test`; undefined: it was not run. */
  readonly parserCode?: number;
  /** What that said. */
  readonly parserLines: readonly string[];
  /** How often systemd started it again by itself. */
  readonly restarts: number;
  /** Its log since its start. */
  readonly log: readonly string[];
  /** The data of its VRRP process and of its checker, with passwords masked; empty: it has none. */
  readonly vrrp: string;
  readonly checker: string;
};

const functions = fs.readFileSync(path.join(__dirname, "daemon.sh"), "utf8");

/** Where keepalived writes its data, keepalived.conf(5) `state_dump_file`: a folder, a name, or both. */
const DEFAULT = "/tmp/keepalived.data";

/** The file of one of its processes: the suffix stands before the ending. */
function dataFile({ global }: Config, suffix: "" | "_check"): string {
  const said = global.stateDumpFile?.value ?? DEFAULT;
  const file = path.posix.resolve("/tmp", said.endsWith("/") ? `${said}keepalived.data` : said);
  const { dir, name, ext } = path.posix.parse(file);
  return path.posix.join(dir, `${name}${suffix}${ext}`);
}

/** Commands that ask a director's keepalived. Each process writes its data only if it has something to do. */
export function askDaemon(config: Config, main: string): string {
  const files = [
    ...(config.instances.length === 0 ? [] : [["vrrp", dataFile(config, "")] as const]),
    ...(config.virtualServers.length === 0 ? [] : [["checker", dataFile(config, "_check")] as const]),
  ].map(([name, file]) => ({ name, file: shellQuote(file) }));
  return `${functions}
rm -f ${files.map(({ file }) => file).join(" ")}
kill -USR1 "$pid"
show parser tested ${shellQuote(main)}
show restarts systemctl show --property=NRestarts --value keepalived
show log journalctl --quiet --no-pager --output=cat _SYSTEMD_INVOCATION_ID="$run"
${files.map(({ name, file }) => `show ${name} written ${file}\n`).join("")}`;
}

export function readDaemon(part: Sections): DaemonSeen {
  const lines = linesOf(part, "parser");
  const code = /^exit code (\d+)$/.exec(lines.at(-1) ?? "")?.[1];
  return {
    ...(code === undefined ? {} : { parserCode: Number(code) }),
    parserLines: lines.slice(0, -1),
    restarts: Number(textOf(part, "restarts")),
    log: linesOf(part, "log"),
    vrrp: part.vrrp ?? "",
    checker: part.checker ?? "",
  };
}
