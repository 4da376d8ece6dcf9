import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { LIMITS, type Limit, SHELL_LIMITS } from "../../../model/limits";

const page = inRoot("docs", "waits.md");

/** The page of all waits. */
function renderPage(limits: readonly Limit[]): string {
  const rows = limits.map(
    ({ seconds, where, waitsFor, looksAt }) => `| ${waitsFor} | ${seconds} s | ${looksAt} | \`${where}\` |`,
  );
  return `${[
    "# What lvs-lab waits for",
    "",
    "Every wait has a limit. A wait also ends early if what it watches has failed. This page is generated from `model/limits.ts` (`npm run test:update`).",
    "",
    "| waits for | at most | watches meanwhile | in |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
    "Drills add the times of the lab's own settings: `delay_loop`, retries, `preempt_delay`, `advert_int`. Pulumi's own limits are 30 minutes for",
    "an image, 60 minutes for a cloud image, 20 minutes for a script, and three times the first row for a guest.",
    "",
    "## A guest that cannot come up",
    "",
    "While `lab up` waits for a guest, it reads the guest's serial log and domain state every 1.5 seconds.",
    "",
    "- A kernel that panics restarts after a second (`panic=1`). Before its first SSH answer a guest may crash twice, because nothing is lost yet.",
    "  `up` prints one line each time. If QEMU ends, `up` starts the guest again, also twice.",
    "- `up` ends at a third crash, an emergency shell, a disk without a system, or a domain that is paused or off. The error names node, cause and the log's",
    "  lines. `up` removes the guest, so the next `up` makes a new one.",
    "- `up` waits for a guest that is slow but alive, even on a slow host.",
    "",
    "Plain `pulumi up` does not watch guests. It fails if a guest does not answer SSH within the time of the first row.",
  ].join("\n")}\n`;
}

/** Words of a shell script that set how long it waits. */
const SHELL_WAIT =
  /\bflock (?:-w|--wait) \d+|\b(?:PATIENCE|DEADLINE|LIMIT)=\d+|\bSECONDS \+ \d+|Timeout=\d+|\btimeout \d+|--max-time \d+/g;

/** Seconds as a plain number in a call of a wait. */
const PLAIN = /\b(?:timeout: |until\()(\d+(?:\.\d+)?)\b(?! \*)/;

describe("the limits of all waits", () => {
  it("are on their page", () => {
    const wanted = renderPage([...Object.values(LIMITS), ...SHELL_LIMITS]);
    if (process.env.UPDATE) fs.writeFileSync(page, wanted);
    assert.equal(fs.readFileSync(page, "utf8"), wanted, "npm run test:update, then review");
  });

  it("are used by their files", () => {
    for (const [name, { where }] of Object.entries(LIMITS)) {
      const uses = fs.readFileSync(inRoot(where), "utf8").includes(`LIMITS.${name}`);
      assert.ok(uses, `${where} does not use LIMITS.${name}`);
    }
  });

  it("of shell scripts match the scripts", () => {
    for (const { where, words, seconds } of SHELL_LIMITS) {
      assert.ok(fs.readFileSync(inRoot(where), "utf8").includes(words), `${where} does not say ${words}`);
      assert.match(words, new RegExp(`\\b${seconds}\\b`));
    }
  });

  it("of shell scripts are all in the list", () => {
    const scripts = [
      "host",
      "image",
      "scripts",
      "components/machine/remote",
      "components/roles/dns",
      "components/roles/mail",
      "toolchain",
    ].flatMap((folder) =>
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

  it("are the only ones: no wait in TypeScript has its own number", () => {
    assert.match("until(15, x)", PLAIN);
    assert.match("{ timeout: 60 }", PLAIN);
    const files = ["cli", "operations", "components", "documents", "infra", "model"].flatMap((folder) =>
      fs
        .readdirSync(inRoot(folder), { recursive: true })
        .map((file) => `${folder}/${String(file)}`)
        .filter((file) => file.endsWith(".ts")),
    );
    for (const file of files) assert.doesNotMatch(fs.readFileSync(inRoot(file), "utf8"), PLAIN, file);
  });
});
