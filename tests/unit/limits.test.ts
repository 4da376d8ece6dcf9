import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../cli/paths";
import { LIMITS, type Limit, SHELL_LIMITS } from "../../infra/limits";

const page = inRoot("docs", "waits.md");

/** The page of all waits. */
function renderPage(limits: readonly Limit[]): string {
  const rows = limits.map(
    ({ seconds, where, waitsFor, looksAt }) => `| ${waitsFor} | ${seconds} s | ${looksAt} | \`${where}\` |`,
  );
  return `${[
    "# What the product waits for",
    "",
    "No wait is without an end, and whoever waits looks at what he waits for. This page is made from `infra/limits.ts` (`npm run test:update`).",
    "",
    "| waits for | at most | looks meanwhile at | in |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "Drills add to these what a lab's own settings ask for: `delay_loop`, retries, `preempt_delay`, `advert_int`. Pulumi's own limits are 30 minutes for",
    "an image, 60 for a cloud image, 20 for a script, and three times the first row for a guest.",
    "",
    "## A guest that cannot come up",
    "",
    "`lab up` looks at every guest that it waits for, every 1.5 seconds: at its serial log and at its domain.",
    "",
    "- A kernel that panics restarts after a second (`panic=1`). A guest that fell before it answered SSH has nothing to lose: it may fall twice, and",
    "  one line says so each time. So may one whose QEMU ended, which is started again.",
    "- A third fall, an emergency shell, a disk without a system, a domain that is paused or off end the `up`. The error names node, cause and the log's",
    "  lines. The guest is removed, so that the next `up` makes another.",
    "- A guest that is alive and late is waited for, however slow the host is.",
    "",
    "Plain `pulumi up` has no such watch. There a guest that never answers SSH ends the run after the first row's time.",
  ].join("\n")}\n`;
}

/** Words of a shell script that set how long it waits. */
const SHELL_WAIT =
  /\bflock (?:-w|--wait) \d+|\b(?:PATIENCE|DEADLINE|LIMIT)=\d+|\bSECONDS \+ \d+|Timeout=\d+|\btimeout \d+|--max-time \d+/g;

/** Seconds that stand in a call of a wait, as a plain number. */
const PLAIN = /\b(?:timeout: |until\()(\d+(?:\.\d+)?)\b(?! \*)/;

describe("the limits of all waits", () => {
  it("are on their page", () => {
    const wanted = renderPage([...Object.values(LIMITS), ...SHELL_LIMITS]);
    if (process.env.UPDATE) fs.writeFileSync(page, wanted);
    assert.equal(fs.readFileSync(page, "utf8"), wanted, "npm run test:update, then review");
  });

  it("are used by the file that they name", () => {
    for (const [name, { where }] of Object.entries(LIMITS)) {
      const uses = fs.readFileSync(inRoot(where), "utf8").includes(`LIMITS.${name}`);
      assert.ok(uses, `${where} does not use LIMITS.${name}`);
    }
  });

  it("of shell scripts are what the scripts say", () => {
    for (const { where, words, seconds } of SHELL_LIMITS) {
      assert.ok(fs.readFileSync(inRoot(where), "utf8").includes(words), `${where} does not say ${words}`);
      assert.match(words, new RegExp(`\\b${seconds}\\b`));
    }
  });

  it("of shell scripts are all in the list", () => {
    const scripts = ["host", "image", "scripts", "components/remote", "toolchain"].flatMap((folder) =>
      fs
        .readdirSync(inRoot(folder), { withFileTypes: true })
        .filter((entry) => entry.isFile() && (entry.name.endsWith(".sh") || !entry.name.includes(".")))
        .map(({ name }) => `${folder}/${name}`),
    );
    assert.ok(scripts.length > 10, scripts.join(" "));
    for (const script of scripts) {
      const listed = SHELL_LIMITS.filter(({ where }) => where === script).map(({ words }) => words);
      for (const [words] of fs.readFileSync(inRoot(script), "utf8").matchAll(SHELL_WAIT))
        assert.ok(
          listed.some((one) => one.includes(words) || words.includes(one)),
          `${script}: ${words} is not in SHELL_LIMITS`,
        );
    }
  });

  it("stand nowhere else: no wait of TypeScript has a number of its own", () => {
    assert.match("until(15, x)", PLAIN);
    assert.match("{ timeout: 60 }", PLAIN);
    const files = ["cli", "components", "infra"].flatMap((folder) =>
      fs
        .readdirSync(inRoot(folder), { recursive: true })
        .map((file) => `${folder}/${String(file)}`)
        .filter((file) => file.endsWith(".ts")),
    );
    for (const file of files) assert.doesNotMatch(fs.readFileSync(inRoot(file), "utf8"), PLAIN, file);
  });
});
