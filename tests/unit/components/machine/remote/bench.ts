import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { RUN_SCRIPT } from "../../../../../components/machine/remote/runScript";
import { composeScript, type Step } from "../../../../../components/machine/remote/script";

/** A machine in a folder. Scripts really run; only systemctl and modprobe are substitutes that record their calls. */
export class Bench {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-script-"));

  constructor() {
    for (const name of ["bin", "run", "module", "proc/net"]) fs.mkdirSync(this.at(name), { recursive: true });
    this.tool("modprobe", `echo "modprobe $*" >>"$CALLS"; mkdir "$LVS_LAB_SYS_MODULE/$1"`);
    // Each unit is a folder, with a file for each of its states.
    this.tool(
      "systemctl",
      `words=
      for word in "$@"; do case $word in --*) ;; *) words="$words $word" ;; esac; done
      set -- $words
      unit=$UNITS/$2; mkdir -p "$unit"
      case $1 in
        show) [ -e "$unit/active" ] && echo ActiveState=active || echo ActiveState=inactive
          [ -e "$unit/unknown" ] && echo LoadState=not-found || echo LoadState=loaded
          [ ! -e "$unit/fragment" ] || echo "FragmentPath=$(cat "$unit/fragment")"
          [ -e "$unit/stale" ] && echo NeedDaemonReload=yes || echo NeedDaemonReload=no; exit ;;
        daemon-reload) rm -f "$UNITS"/*/stale "$UNITS"/*/unknown ;;
        enable) mkdir -p "$UNITS/multi-user.target.wants"; ln -s . "$UNITS/multi-user.target.wants/$2.service" ;;
        disable) rm "$UNITS/multi-user.target.wants/$2.service" ;;
        start) [ ! -e "$unit/broken" ] || exit 1; : >"$unit/active" ;;
        stop) rm "$unit/active" ;;
        status) echo "this is what $2 said" ;;
      esac
      echo "$*" >>"$CALLS"`,
    );
  }

  at = (name: string): string => path.join(this.folder, name);
  read = (name: string): string => fs.readFileSync(this.at(name), "utf8");

  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), text);
  }

  tool(name: string, text: string): void {
    fs.writeFileSync(this.at(`bin/${name}`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }

  /** Calls of systemctl and modprobe since the last look. */
  calls(): string[] {
    const file = this.at("calls");
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
    fs.rmSync(file, { force: true });
    return text.split("\n").filter(Boolean);
  }

  /** Runs a script like a machine: constant command line, script on standard input. */
  run(script: string): { code: number | null; lines: string[]; stderr: string } {
    const env = {
      PATH: `${this.at("bin")}:${process.env.PATH ?? ""}`,
      CALLS: this.at("calls"),
      UNITS: this.at("units"),
      LVS_LAB_RUN: this.at("run"),
      LVS_LAB_PROC_SYS: this.at("proc"),
      LVS_LAB_SYS_MODULE: this.at("module"),
      LVS_LAB_NETWORKS: `${this.at("networks")} ${this.at("run-networks")}`,
      LVS_LAB_UNITS: this.at("units"),
      LVS_LAB_DPKG: this.at("dpkg"),
      LVS_LAB_SOURCES: this.at("sources"),
      LVS_LAB_LISTS: this.at("lists"),
      LVS_LAB_SELINUX: this.at("selinux"),
      LVS_LAB_SELINUX_CONFIG: this.at("selinux-config"),
    };
    const { status, stdout, stderr } = spawnSync("sh", ["-c", RUN_SCRIPT], { input: script, env, encoding: "utf8" });
    return { code: status, lines: stdout.split("\n").filter(Boolean), stderr };
  }

  apply = (...steps: readonly Step[]): ReturnType<Bench["run"]> => this.run(composeScript(steps));
}
