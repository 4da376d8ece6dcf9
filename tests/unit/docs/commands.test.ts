import * as assert from "node:assert/strict";
import { pointsProvenBy } from "../../../documents";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../../operations/paths";
import { CHECKS } from "../../../operations/verify/checks";
import { tryRun } from "../../../operations/run";
import { type Block, blocksOf, pages, read } from "./markdown";
import { labCommandsIn, refused } from "./labCommands";
import { commandsOf, courseOf, fileOf, isOfLab, prints, stepsOf } from "./steps";

/** The result of a page's commands: differences from the page, and the page with the real output. */
type Ran = { readonly differences: readonly string[]; readonly page: string };

/** Runs a page's pure blocks in order, in a folder that looks like a checkout. */
async function run(page: string): Promise<Ran> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  const differences: string[] = [];
  const lines: string[] = page.split("\n");
  try {
    for (const part of ["scripts", "labs"]) fs.symlinkSync(inRoot(part), path.join(folder, part));
    for (const block of blocksOf(page).filter((one) => !isOfLab(one))) {
      const file = fileOf(block);
      if (file !== undefined) fs.writeFileSync(path.join(folder, file), `${block.lines.join("\n")}\n`);
      if (block.language !== "console") continue;
      const printed: string[] = [];
      for (const { command, output = [] } of commandsOf(block)) {
        const { stdout, stderr } = await tryRun(["bash", "-c", `cd '${folder}' && ${command}`], {});
        const got = stdout + stderr;
        const same = prints(got, output);
        if (!same) differences.push(`$ ${command}\n${got}`);
        printed.push(`$ ${command}`, ...(same ? output : got.trimEnd().split("\n")));
      }
      // Blocks keep their place if all their lines are one string at their first line.
      lines.splice(block.at, block.lines.length, printed.join("\n"), ...block.lines.slice(1).map(() => gone));
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  return { differences, page: lines.filter((line) => line !== gone).join("\n") };
}

/** A removed line. */
const gone = "\0";

/** The words of each `./scripts/lab` command in a page's blocks. */
const labCommands = (page: string): string[] =>
  blocksOf(page)
    .filter(({ language }) => ["sh", "console", "yaml"].includes(language))
    .flatMap(({ lines }) => labCommandsIn(lines.join("\n")));

/** The blocks that two languages of a page share. */
const shared = (page: string): Block[] =>
  blocksOf(page).filter((block) => block.language === "console" || fileOf(block) !== undefined);

describe("commands in the pages", function () {
  this.timeout(300_000);

  const runnable = pages().filter((file) =>
    blocksOf(read(file)).some((block) => block.language === "console" && !isOfLab(block)),
  );

  it("exist in the first pages", () => {
    for (const file of ["README.md", "docs/quick-start.md", "docs/tutorial.md"])
      assert.ok(runnable.includes(file), file);
  });

  for (const file of runnable.filter((one) => !one.includes("zh")))
    it(`${file}: commands that only read files print what the page shows`, async () => {
      const { differences, page } = await run(read(file));
      if (process.env.UPDATE === "1") fs.writeFileSync(inRoot(file), page);
      else assert.deepEqual(differences, [], `${file} (npm run test:update, then read it)`);
    });

  it("use only known verbs and options", () => {
    const wrong = pages()
      // Written from the table, with words that stand for others.
      .filter((file) => file !== "docs/commands.md")
      .flatMap((file) => labCommands(read(file)).flatMap((words) => refused(words).map((said) => `${file}: ${said}`)));
    assert.deepEqual(wrong, []);
    assert.deepEqual(refused("verify nat --list --only arp"), []);
    for (const words of ["verfy", "verify --lst", "up --webs many", "console"])
      assert.equal(refused(words).length, 1, words);
  });

  it("are reported if they are wrong", async () => {
    const page = (said: string): string => `\`\`\`console\n$ printf 'a\\nb\\nc\\n'\n${said}\n\`\`\`\n`;
    for (const said of ["a\nb\nc", "a\n…", "…\nc", "a\n…\nc", "…"])
      assert.deepEqual((await run(page(said))).differences, [], said);
    for (const said of ["a", "a\nc", "…\nb", "a\n…\nd"]) {
      const ran = await run(page(said));
      assert.equal(ran.differences.length, 1, said);
      assert.equal(ran.page, page("a\nb\nc"));
    }
  });

  it("are the same in the Chinese pages", () => {
    for (const [english, chinese] of [
      ["README.md", "README.zh-CN.md"],
      ["docs/quick-start.md", "docs/zh/quick-start.md"],
      ["docs/tutorial.md", "docs/zh/tutorial.md"],
    ] as const) {
      const code = (page: string): string[] => shared(page).map(({ lines }) => lines.join("\n"));
      if (process.env.UPDATE === "1") {
        const wanted = code(read(english));
        const lines = read(chinese).split("\n");
        for (const [index, { at, lines: old }] of [...shared(read(chinese)).entries()].reverse())
          lines.splice(at, old.length, wanted[index] ?? "");
        fs.writeFileSync(inRoot(chinese), lines.join("\n"));
      }
      assert.deepEqual(code(read(chinese)), code(read(english)), chinese);
      assert.deepEqual(stepsOf(read(chinese)), stepsOf(read(english)), chinese);
    }
  });

  it("are all run where a newcomer goes: blocks of these pages show nothing else", () => {
    for (const file of ["README.md", "docs/quick-start.md", "docs/tutorial.md"]) {
      const others = blocksOf(read(file)).filter(
        (block) => commandsOf(block).length === 0 && fileOf(block) === undefined && block.language !== "mermaid",
      );
      assert.deepEqual(others, [], file);
    }
  });

  it("show checks as verify has them", () => {
    const line = /^(ok {3}(\S+) +(\S+) +\d+\.\d s {2})(.*)$/gm;
    const wrong = pages().flatMap((file) => {
      const page = read(file);
      const right = page.replace(line, (said: string, row: string, id: string, name: string) => {
        const check = CHECKS.find((one) => one.name === name);
        const known = check !== undefined && [check.name, ...pointsProvenBy(check.name)].includes(id);
        return known ? `${row}${check.title}` : `${said}: no such check`;
      });
      if (process.env.UPDATE === "1" && page !== right) fs.writeFileSync(inRoot(file), right);
      return page === right ? [] : [`${file} (npm run test:update)`];
    });
    assert.deepEqual(wrong, []);
    assert.match(read("README.md"), line);
  });

  it("are steps in the page's order, without the comments of a shell", () => {
    const page = [
      "```sh lab\n./scripts/lab up   # from nothing\n# all of it\n./scripts/lab verify\n```",
      "```yaml file=a.yaml\nname: a\n```",
      "```console\n$ true\n$ echo a\na\n…\n```",
      "```json\n{}\n```",
    ].join("\n\n");
    assert.deepEqual(stepsOf(page), [
      { command: "./scripts/lab up", output: undefined, needsLab: true },
      { command: "./scripts/lab verify", output: undefined, needsLab: true },
      { file: "a.yaml", text: "name: a\n" },
      { command: "true", output: [], needsLab: false },
      { command: "echo a", output: ["a", "…"], needsLab: false },
    ]);
  });

  it("for one lab, from several pages, bring it up once and take it away last", () => {
    const [first, second] = ["up\n./scripts/lab destroy\n./scripts/lab ssh a", "up\n./scripts/lab reset"];
    const block = (lines: string): string => `\`\`\`sh lab\n./scripts/lab ${lines}\n\`\`\`\n`;
    const shown = "```console lab\n$ ./scripts/lab up\n…\nall passed\n```\n";
    const { up, between, destroy } = courseOf(stepsOf(block(first) + shown + block(second)));
    assert.deepEqual(up.output, ["…", "all passed"]);
    assert.deepEqual(
      [...between, destroy].map(({ command }) => command),
      ["./scripts/lab ssh a", "./scripts/lab reset", "./scripts/lab destroy"],
    );
    assert.throws(() => courseOf(stepsOf(block("up nat\n./scripts/lab up tun"))), /two labs: .* nat and .* tun/);
    assert.throws(() => courseOf(stepsOf(block("up"))), /no page has destroy/);
  });

  it("may print other seconds, where these are said to differ, and no other words", () => {
    const said = ["ok   failover  8.4 s", "2 of 2 passed in 44.1 s"];
    const seconds = (text: string): string => text.replace(/ +\d+\.\d s/g, " N s");
    assert.ok(prints("ok   failover 12.0 s\n2 of 2 passed in 9.9 s\n", said, seconds));
    assert.ok(!prints("ok   failover 12.0 s\n1 of 2 passed in 9.9 s\n", said, seconds));
    assert.ok(!prints("ok   failover 12.0 s\n2 of 2 passed in 9.9 s\n", said));
  });
});
