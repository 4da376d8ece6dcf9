import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../../operations/paths";
import { run, tryRun } from "../../../operations/run";
import { digestOf, hasToRun, keep, surroundings } from "../../lab/green";

const suite = "tests/lab/nat.test.ts";
/** A small checkout: product, tests, pages. */
const files: Readonly<Record<string, string>> = {
  ".gitignore": "node_modules/\n",
  "cli/main.ts": "main",
  "image/build": "build",
  "labs/nat.yaml": "nat",
  "package-lock.json": "{}",
  "scripts/lab": "lab",
  [suite]:
    'import { lab } from "./lab";\nimport { controlled } from "./proofs/networks";\nimport * as fs from "node:fs";\nimport { fixture } from "../fixtures";\n',
  "tests/lab/lab.ts": 'import { run } from "../../cli/main";\nimport "../soak";\n',
  "tests/lab/proofs/networks.ts": 'export { a } from "./control";\n',
  "tests/lab/proofs/control.ts": "",
  "tests/lab/life.yaml": "life",
  "tests/lab/tun.test.ts": "",
  "tests/lab/proofs/labs.ts": "",
  "tests/soak.ts": "",
  "tests/fixtures.ts": "",
  "tests/fixtures/valid-minimal.yaml": "minimal",
  "tests/unit/cli/x.test.ts": "",
  "tests/golden/a": "",
  "docs/tutorial.md": "tutorial",
  "docs/generator/index.ts": "",
  "README.md": "readme",
};

describe("suites that were green before", () => {
  let checkout = "";
  let records = "";

  const write = (file: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
    fs.writeFileSync(path.join(checkout, file), text);
  };
  const git = (...words: readonly string[]): Promise<string> =>
    run(["git", "-C", checkout, "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...words]);
  const digest = (): string => digestOf(path.join(checkout, suite), { checkout, beside: "the same" });

  beforeEach(async () => {
    checkout = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    records = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    for (const [file, text] of Object.entries(files)) write(file, text);
    await git("init", "--quiet");
    await git("add", ".");
    await git("commit", "--quiet", "--message=first");
  });

  afterEach(() => {
    for (const folder of [checkout, records]) fs.rmSync(folder, { recursive: true });
  });

  const changes: readonly [title: string, change: () => unknown, hasChanged: boolean][] = [
    ["product code that is not committed", () => write("cli/main.ts", "other"), true],
    ["a product file that git does not have yet", () => write("cli/new.ts", ""), true],
    ["a product file that is gone", () => fs.rmSync(path.join(checkout, "image", "build")), true],
    ["a file of a folder that is new", () => write("roles/web.ts", ""), true],
    ["a script that can be run now", () => fs.chmodSync(path.join(checkout, "scripts", "lab"), 0o755), true],
    ["a lab", () => write("labs/nat.yaml", "other"), true],
    ["a lab more", () => write("labs/new.yaml", ""), true],
    ["a dependency", () => write("package-lock.json", "{ }"), true],
    ["the suite", () => fs.appendFileSync(path.join(checkout, suite), "\n"), true],
    ["what it imports", () => write("tests/lab/proofs/networks.ts", 'import "./control";\n'), true],
    ["what that imports", () => write("tests/lab/proofs/control.ts", "other"), true],
    ["what it imports from another folder", () => write("tests/soak.ts", "other"), true],
    ["a topology that it reads", () => write("tests/lab/life.yaml", "other"), true],
    ["a fixture that it reads", () => write("tests/fixtures/valid-minimal.yaml", "other"), true],
    ["nothing", () => undefined, false],
    ["what is committed, with the same content", () => git("commit", "--quiet", "--allow-empty", "--message=x"), false],
    ["a file that git ignores", () => write("node_modules/a/index.js", ""), false],
    ["the time of a file", () => fs.utimesSync(path.join(checkout, "cli", "main.ts"), 1, 1), false],
    ["another suite", () => write("tests/lab/tun.test.ts", "other"), false],
    ["another suite's declaration", () => write("tests/lab/proofs/labs.ts", "other"), false],
    ["a unit test", () => write("tests/unit/cli/x.test.ts", "other"), false],
    ["a golden file", () => write("tests/golden/a", "other"), false],
    ["a page", () => write("docs/tutorial.md", "other"), false],
    ["README", () => write("README.md", "other"), false],
  ];
  for (const [title, change, hasChanged] of changes)
    it(`${hasChanged ? "run again after a change of" : "are not run again after a change of"} ${title}`, async () => {
      const before = digest();
      await change();
      assert.equal(digest() !== before, hasChanged);
    });

  it("run again after a change of a page, where they read the pages", () => {
    fs.appendFileSync(path.join(checkout, suite), 'import { read } from "../unit/docs/markdown";\n');
    write("tests/unit/docs/markdown.ts", "");
    const before = digest();
    write("docs/tutorial.md", "other");
    assert.notEqual(digest(), before);
  });

  it("run again in a folder that is not a git checkout", () => {
    fs.rmSync(path.join(checkout, ".git"), { recursive: true });
    assert.notEqual(digest(), digest());
  });

  it("run again on another image, with another toolchain or other settings; namespace and state do not matter", () => {
    const cache = path.join(checkout, "cache");
    const put = (name: string): void => void fs.mkdirSync(path.join(cache, name), { recursive: true });
    const seen = (env: NodeJS.ProcessEnv = {}): string => surroundings(env, cache);
    for (const change of [
      () => put("images/a"),
      () => put("toolchain/pulumi-b"),
      () => fs.utimesSync(path.join(cache, "images", "a"), 1, 1),
    ]) {
      const before = seen();
      change();
      assert.notEqual(seen(), before);
    }
    assert.notEqual(seen({ LVS_LAB_EMBEDDED: "1" }), seen());
    const here = { LVS_LAB_NAMESPACE: "lvs-lab-2", LVS_LAB_STATE: "/tmp/x", LVS_LAB_TEST_GREEN: "x", HOME: "/x" };
    assert.equal(seen(here), seen());
  });

  const asked: readonly [title: string, record: string | undefined, env: NodeJS.ProcessEnv, runs: boolean][] = [
    ["without a record", undefined, {}, true],
    ["with the same inputs", "same", {}, false],
    ["with the same inputs and CI=false", "same", { CI: "false" }, false],
    ["with other inputs", "other", {}, true],
    ["with the same inputs in CI", "same", { CI: "true" }, true],
    ["with the same inputs and CI=1", "same", { CI: "1" }, true],
  ];
  for (const [title, record, env, runs] of asked)
    it(`${runs ? "run" : "are skipped"} ${title}`, () => {
      if (record !== undefined) fs.writeFileSync(path.join(records, "nat"), `${record}\n`);
      assert.equal(
        hasToRun(records, suite, env, () => "same"),
        runs,
      );
    });

  it("are not recorded if something changed while they ran", () => {
    const file = inRoot("tests", "lab", "falls.test.ts");
    keep(records, file, "what it was before");
    assert.deepEqual(fs.readdirSync(records), []);
    keep(records, file, digestOf(file));
    assert.equal(
      hasToRun(records, file, {}, () => digestOf(file)),
      false,
    );
  });

  it("are recorded by the reporter only if everything passed, including hooks", async () => {
    const specs: Readonly<Record<string, string>> = {
      good: 'describe("a", () => it("b", () => {})); describe("c", () => it("d", () => {}));',
      failing: 'describe("a", () => it("b", () => {})); describe("c", () => it("d", () => { throw new Error(); }));',
      hook: 'describe("a", () => { after(() => { throw new Error(); }); it("b", () => {}); });',
      empty: 'describe("a", () => {});',
      last: 'describe("a", () => it("b", () => {}));',
    };
    for (const [name, text] of Object.entries(specs)) write(`${name}.test.ts`, text);
    const paths = Object.keys(specs).map((name) => path.join(checkout, `${name}.test.ts`));
    const words = ["mocha", "--no-config", "--require", "tsx/cjs", "--reporter", "tests/reporter.cjs", ...paths];
    const env = { LVS_LAB_TEST_GREEN: records, LVS_LAB_TEST_COUNTS: path.join(checkout, "counts") };
    const result = await tryRun(["npx", ...words], { env });
    assert.deepEqual(fs.readdirSync(records).sort(), ["good", "last"], result.stdout + result.stderr);
  });
});
