import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../../../operations/paths";
import { Temporary } from "../../../../operations/temporary";
import { fixturePath } from "../../../fixtures";
import { failure, step } from "./run";

/** What the stand-in for Pulumi writes into the log of events, and prints. */
const lines = (moments: ReturnType<typeof step>): string =>
  moments.map(([, event]) => `${JSON.stringify(event)}\n`).join("");

describe("a run of the engine, as a person sees it", () => {
  let folder: Temporary;
  before(() => {
    folder = new Temporary();
  });
  after(() => folder.remove());

  /** Puts a pulumi on PATH that writes these events, prints a line, and then runs some shell text. */
  function standIn(moments: ReturnType<typeof step>, rest: string): void {
    fs.writeFileSync(folder.at("log"), lines(moments));
    fs.writeFileSync(
      folder.at("pulumi"),
      `#!/bin/sh\nwhile [ "$1" != --event-log ]; do shift; done\ncat '${folder.at("log")}' >>"$2"\necho "what pulumi says"\n${rest}\n`,
      { mode: 0o755 },
    );
  }

  type Ended = { readonly code: number | null; readonly said: string };
  const program = [process.execPath, "--require", inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs")];
  const words = [...program, path.join(__dirname, "watching.ts"), fixturePath("valid-minimal")];

  /**
   * Runs watching.ts; on a terminal by script(1), where a text that appears is answered by keys. It takes the place of script's shell, which
   * is whatever SHELL names: dash dies of a Ctrl-C at once, bash asks how its child ended.
   */
  function watch(terminal: boolean, env: NodeJS.ProcessEnv = {}, wait?: { for: string; keys: string }): Promise<Ended> {
    const { CI: _ci, NO_COLOR: _colour, LVS_LAB_SAYS: _says, ...rest } = process.env;
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const [command = "", ...args] = terminal
      ? ["script", "-qec", `stty cols 60 rows 20; exec ${quoted}`, "/dev/null"]
      : words;
    return new Promise((resolve) => {
      const child = spawn(command, args, {
        env: { ...rest, TERM: "xterm", PATH: `${folder.path}:${process.env.PATH}`, ...env },
      });
      let said = "";
      let answered = false;
      const listen = (chunk: Buffer): void => {
        said += String(chunk);
        if (wait === undefined || answered || !said.includes(wait.for)) return;
        answered = true;
        child.stdin.write(wait.keys);
      };
      child.stdout.on("data", listen);
      child.stderr.on("data", listen);
      child.on("close", (code) => resolve({ code, said: said.replaceAll("\r\n", "\n").replaceAll("\u001b", "␛") }));
    });
  }

  const made = step("minimal", "lb-domain", 0, 1);
  const broken = failure("minimal", "lb-domain", 0, 1, "error creating libvirt domain: no memory");

  it("is shown line by line without a terminal, without Pulumi's output, and leaves nothing", async () => {
    standIn(made, "sleep 0.5");
    const temporary = folder.at("temporary");
    fs.mkdirSync(temporary);
    const { code, said } = await watch(false, { TMPDIR: temporary });
    assert.equal(code, 0, said);
    assert.match(said, /^ +\d\.\d s {2}lb: made in 0\.0 s$/m);
    assert.match(said, /^ended with 0 after 2 events$/m);
    assert.doesNotMatch(said, /what pulumi says|␛/);
    assert.deepEqual(
      fs.readdirSync(temporary).filter((name) => name.startsWith("lvs-")),
      [],
    );
  });

  it("is drawn on a terminal, stays there, and shows the cursor again", async () => {
    standIn(made, "sleep 0.5");
    const { code, said } = await watch(true);
    assert.equal(code, 0, said);
    assert.match(said, /␛\[\?25l[^]*\[1\/9\] pulumi up[^]*␛\[\?25h/);
    assert.match(said, /^ +lb +director\S* +made 0\.0 s/m);
    assert.doesNotMatch(said, /what pulumi says/);
    assert.ok(said.lastIndexOf("␛[?25h") > said.lastIndexOf("␛[?25l"));
  });

  it("has no colours with NO_COLOR, and is not drawn with CI", async () => {
    standIn(made, "sleep 0.3");
    const uncoloured = await watch(true, { NO_COLOR: "1" });
    assert.match(uncoloured.said, /␛\[\?25l/);
    assert.doesNotMatch(uncoloured.said, /␛\[\d+m/);
    assert.doesNotMatch((await watch(true, { CI: "true" })).said, /␛/);
  });

  for (const terminal of [false, true])
    it(`shows all of Pulumi's output if it fails, ${terminal ? "on a terminal" : "without a terminal"}`, async () => {
      standIn(broken, "echo 'Diagnostics: it broke' >&2; sleep 0.3; exit 255");
      const { said } = await watch(terminal);
      assert.match(said, /what pulumi says\n(␛\[K)?Diagnostics: it broke\n/);
      assert.match(said, /lb.*not made/);
      assert.match(said, /ended with 255/);
      assert.match(said, /\[1\/9\] pulumi up: done/);
    });

  it("shows Pulumi's output as it comes with --verbose, and no lines of its own with --quiet", async () => {
    standIn(made, "sleep 0.3");
    const verbose = await watch(true, { LVS_LAB_SAYS: "more" });
    assert.match(verbose.said, /what pulumi says/);
    assert.doesNotMatch(verbose.said, /␛|made in/);
    assert.equal((await watch(false, { LVS_LAB_SAYS: "less" })).said, "ended with 0 after 2 events\n");
  });

  for (const SHELL of ["/bin/sh", "/bin/bash"])
    it(`leaves Ctrl-C to Pulumi, says that it waits, and shows the cursor again, under ${SHELL}`, async () => {
      standIn(made, "trap 'sleep 0.5; echo written down; exit 130' INT; while :; do sleep 0.1; done");
      const { code, said } = await watch(true, { SHELL }, { for: "made", keys: "\u0003" });
      assert.equal(code, 2, said);
      assert.match(said, /interrupted: waiting until the state is written/);
      assert.match(said, /written down\n[^]*Error: interrupted; the state is valid, go on/);
      assert.ok(said.lastIndexOf("␛[?25h") > said.lastIndexOf("␛[?25l"));
    });
});
