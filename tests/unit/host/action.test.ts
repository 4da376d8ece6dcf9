import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { inRoot } from "../../../operations/paths";
import { tryRun } from "../../../operations/run";
import { labCommandsIn, refused } from "../docs/labCommands";
import { blocksOf, read } from "../docs/markdown";

type Step = {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
};
type Workflow = { readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>> };

const SECRET = "c4nary";
const conf = (priority: number, vrid = 51, advert = 1): string =>
  `vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id ${vrid}\n  priority ${priority}\n  advert_int ${advert}\n  authentication {\n    auth_type PASS\n    auth_pass ${SECRET}\n  }\n  virtual_ipaddress {\n    192.0.2.100\n  }\n}\n`;

describe("the action and the pre-commit hook", function () {
  this.timeout(300_000);
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    fs.mkdirSync(path.join(folder, "repo"));
    git("init", "--quiet");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const inRepo = (file: string): string => path.join(folder, "repo", file);
  const git = (...words: string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...words], {
      cwd: inRepo("."),
      encoding: "utf8",
    }).trim();
  /** Writes the pair's files, and commits them. */
  function commit(site: string, files: Readonly<Record<string, string>>): string {
    for (const [name, text] of Object.entries(files)) {
      const file = inRepo(path.join(site, name));
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    git("add", ".");
    git("commit", "--quiet", "--message", "change");
    return git("rev-parse", "HEAD");
  }
  const pair = (lb1: string, lb2: string): Readonly<Record<string, string>> => ({
    "lb1/keepalived.conf": lb1,
    "lb2/keepalived.conf": lb2,
  });

  const at = (file: string): string => path.join(folder, file);
  const written = (file: string): string => (fs.existsSync(at(file)) ? fs.readFileSync(at(file), "utf8") : "");
  /** Runs the action's script as a step of a workflow does. */
  async function run(env: Readonly<Record<string, string>>) {
    const ran = await tryRun([inRoot(".github", "site"), at("out")], {
      cwd: inRepo("."),
      env: {
        BASE: "",
        FAIL_ON: "error",
        FAIL_ON_CHANGE: "never",
        GITHUB_ACTIONS: "true",
        GITHUB_STEP_SUMMARY: at("summary"),
        GITHUB_OUTPUT: at("output"),
        ...env,
      },
    });
    const files = ["out/comment.md", "out/audit.sarif", "out/states.svg", "summary", "output"].map(written);
    assert.ok(![ran.stdout, ran.stderr, ...files].join().includes(SECRET), "a password is shown");
    // Nothing is left of the base's work tree.
    assert.equal(git("worktree", "list", "--porcelain").match(/^worktree /gm)?.length, 1);
    assert.equal(git("status", "--porcelain"), "");
    return { ...ran, comment: written("out/comment.md") };
  }

  it("compares the site with the base: findings, what changes, who is MASTER over time, in one comment", async () => {
    const base = commit("my site", pair(conf(100), conf(90)));
    commit("my site", pair(conf(100, 51, 3), conf(90, 52, 3)));
    const { code, stdout, comment } = await run({ SITE: "my site", BASE: base });
    // An error in the head: the step fails, and the comment is complete all the same.
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^::error file=my site\/lb2\/keepalived\.conf,line=3,col=\d+,title=keepalived audit%3A vrid-/m,
    );
    assert.match(comment, /^<!-- lvs-lab: my site -->\n### keepalived audit: lb1, lb2\n/);
    assert.match(comment, /^\| error \| `my site\/lb2\/keepalived\.conf:3` .*`vrid-differs`/m);
    assert.match(comment, /^### keepalived predict: what changes for lb1, lb2$/m);
    assert.match(comment, /^\| nothing fails \| VI_1: MASTER \| lb1 \| lb1 \+ lb2 \| worse \|$/m);
    assert.match(comment, /<summary>What each failure does<\/summary>\n\n### keepalived predict: lb1, lb2\n/);
    assert.match(comment, /^```mermaid\n---\ndisplayMode: compact\n[^`]*^ {2}section lb1 is down, VI_1\n[^`]*^```$/m);
    assert.equal(written("summary"), comment);
    const [, end = "", value = ""] = /^comment<<(end-[0-9a-f]{32})\n([^]*)\n\1\n$/.exec(written("output")) ?? [];
    assert.ok(end !== "" && `${value}\n` === comment);
    assert.match(written("out/states.svg"), /^<svg [^]*lb1 is down[^]*<\/svg>\n$/);
    assert.equal((JSON.parse(written("out/audit.sarif")) as { version: string }).version, "2.1.0");
  });

  it("fails by what changes, if that is asked for", async () => {
    const base = commit("site", pair(conf(100), conf(90)));
    commit("site", pair(conf(100, 51, 3), conf(90, 51, 3)));
    const { code, comment } = await run({ SITE: "site", BASE: base, FAIL_ON_CHANGE: "warning" });
    assert.equal(code, 1);
    assert.match(comment, /^0 errors, /m);
    assert.match(comment, / \| worse \|$/m);
  });

  it("says that everything is new if the base has no such folder, and compares nothing without a base", async () => {
    const base = commit(".", { README: "no site yet\n" });
    commit("site", pair(conf(100), conf(90)));
    const { code, comment } = await run({ SITE: "site", BASE: base, FAIL_ON_CHANGE: "warning" });
    assert.equal(code, 0);
    assert.match(comment, /^The base has no site: everything is new\.$/m);
    const alone = await run({
      SITE: "site",
      GITHUB_SERVER_URL: "https://host",
      GITHUB_REPOSITORY: "o/r",
      GITHUB_RUN_ID: "7",
    });
    assert.equal(alone.code, 0);
    assert.doesNotMatch(alone.comment, /what changes|everything is new/);
    assert.match(alone.comment, /^\[The same picture as SVG\]\(https:\/\/host\/o\/r\/actions\/runs\/7\)$/m);
  });

  it("ends with one clear error if the folder is missing, or the base is not here", async () => {
    commit("site", pair(conf(100), conf(90)));
    const missing = await run({ SITE: "no such" });
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^lab: audit: got no such, need a folder with one folder per machine .*\n$/);
    const shallow = await run({ SITE: "site", BASE: "0123456789012345678901234567890123456789" });
    assert.deepEqual(
      [shallow.code, shallow.stderr],
      [
        2,
        "site: got the base 0123456789012345678901234567890123456789, need a commit that was fetched (fix: fetch-depth: 0 for actions/checkout)\n",
      ],
    );
    assert.deepEqual([missing.comment, shallow.comment, written("summary"), written("output")], ["", "", "", ""]);
  });

  it("as a hook: audits the repository itself, or the folder that its arguments name", async () => {
    type Hook = { readonly entry: string; readonly args: readonly string[]; readonly pass_filenames: boolean };
    const [hook, ...others] = parse(read(".pre-commit-hooks.yaml")) as readonly Hook[];
    assert.ok(hook !== undefined && others.length === 0 && !hook.pass_filenames);
    commit(".", pair(conf(100), conf(90, 52)));
    const hooked = (args: readonly string[]) => tryRun([inRoot(hook.entry), ...args], { cwd: inRepo(".") });
    const { code, stdout } = await hooked(hook.args);
    assert.equal(code, 1);
    assert.match(stdout, /^lb2\/keepalived\.conf:3:\d+: error vrid-differs: /);
    assert.ok(!stdout.includes(SECRET));
    fs.writeFileSync(inRepo("lb2/keepalived.conf"), conf(90));
    assert.equal((await hooked(["--fail-on", "error", "."])).code, 0);
  });

  const action = parse(read("action.yml")) as {
    readonly inputs: Readonly<Record<string, unknown>>;
    readonly runs: { readonly steps: readonly Step[] };
  };
  const examples = ["check.yml", "rehearse.yml"].map((file) => path.join(".github", "examples", file));
  const stepsOf = (file: string): readonly Step[] =>
    Object.values((parse(read(file)) as Workflow).jobs).flatMap(({ steps }) => steps);

  it("use only actions of a full commit, and what comes from outside only as environment", () => {
    for (const file of ["action.yml", ...examples])
      for (const line of read(file).match(/uses: .*/g) ?? [])
        assert.match(line, /^uses: (?:[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|OWNER\/lvs-lab@main # .*)$/, file);
    for (const step of [...action.runs.steps, ...examples.flatMap(stepsOf)])
      assert.doesNotMatch(step.run ?? "", /\$\{\{/);
    assert.deepEqual(
      action.runs.steps.flatMap(({ run: script }) => script ?? []),
      ['"$GITHUB_ACTION_PATH/.github/site" "$OUT"', '"$GITHUB_ACTION_PATH/.github/comment" "$REPOSITORY" "$NUMBER"'],
    );
    for (const [, input = ""] of read("action.yml").matchAll(/inputs\.([\w-]+)/g))
      assert.ok(input in action.inputs, input);
  });

  it("give the action only inputs that it has", () => {
    const given = examples.flatMap(stepsOf).filter(({ uses = "" }) => uses.startsWith("OWNER/lvs-lab@"));
    assert.equal(given.length, 1);
    for (const one of given) for (const name of Object.keys(one.with ?? {})) assert.ok(name in action.inputs, name);
  });

  it("have only `lab` commands that exist", () => {
    const scripts = ["action.yml", ".github/site", ".github/audit", ...examples];
    const commands = scripts.flatMap((file) => labCommandsIn(read(file)));
    for (const verb of ["audit", "predict", "import", "up", "verify", "destroy"])
      assert.ok(
        commands.some((words) => words.startsWith(`${verb} `)),
        verb,
      );
    assert.deepEqual(commands.flatMap(refused), []);
    assert.deepEqual(labCommandsIn('sudo ./lvs-lab/scripts/lab verfy x || true\n"$lab" up --fail "${A:-b}" >c\n'), [
      "verfy x",
      "up --fail b",
    ]);
    assert.equal(labCommandsIn("./scripts/lab verfy x").flatMap(refused).length, 1);
  });

  it("are shown in docs/ci.md as they are", () => {
    const blocks = blocksOf(read("docs/ci.md")).map(({ lines }) => `${lines.join("\n")}\n`);
    for (const file of examples) assert.ok(blocks.includes(read(file)), file);
  });

  it("rehearse: the example's commands, in their order, with a lab that only says what it was asked for", async () => {
    commit("site", pair(conf(100), conf(90)));
    // The verbs that only read files are real. The others need a runner with KVM.
    const fake = '#!/bin/sh\ncase $1 in import) exec "$REAL/scripts/lab" "$@" ;; esac\necho "$*" >>"$ASKED"\n';
    const programs: Readonly<Record<string, string>> = {
      "repo/lvs-lab/scripts/lab": fake,
      "repo/lvs-lab/host/modules": "#!/bin/sh\n",
      "repo/lvs-lab/.github/kvm": "#!/bin/sh\n",
      "bin/sudo": '#!/bin/sh\nexec "$@"\n',
    };
    for (const [file, text] of Object.entries(programs)) {
      fs.mkdirSync(path.dirname(at(file)), { recursive: true });
      fs.writeFileSync(at(file), text, { mode: 0o755 });
      // What the example calls is in the checkout, too.
      if (file.startsWith("repo/lvs-lab/")) assert.ok(fs.existsSync(inRoot(file.slice("repo/lvs-lab/".length))), file);
    }
    const env = { SITE: "site", REAL: inRoot(), ASKED: at("asked"), PATH: `${at("bin")}:${process.env.PATH}` };
    for (const { run: script } of stepsOf(".github/examples/rehearse.yml"))
      if (script !== undefined) {
        const { code, stderr } = await tryRun(["bash", "-e", "-c", script], { cwd: inRepo("."), env });
        assert.equal(code, 0, `${script}: ${stderr}`);
      }
    assert.match(fs.readFileSync(inRepo("rehearsal.yaml"), "utf8"), /^ +keepalived: /m);
    assert.deepEqual(written("asked").trim().split("\n"), [
      "up ./rehearsal.yaml",
      "verify ./rehearsal.yaml --predictions",
      "destroy ./rehearsal.yaml",
    ]);
    // A site that makes no lab ends the job at its import.
    const importing = stepsOf(".github/examples/rehearse.yml").find(({ run: script = "" }) =>
      script.includes("import"),
    );
    const none = await tryRun(["bash", "-e", "-c", importing?.run ?? ""], {
      cwd: inRepo("."),
      env: { ...env, SITE: "no such" },
    });
    assert.notEqual(none.code, 0);
  });
});
