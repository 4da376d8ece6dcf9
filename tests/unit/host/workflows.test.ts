import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { inRoot } from "../../../operations/paths";
import { tryRun } from "../../../operations/run";

type Step = { readonly uses?: string; readonly run?: string; readonly with?: Record<string, unknown> };
type Job = { readonly permissions: Record<string, string>; readonly steps: readonly Step[] };
type Workflow = { readonly permissions: object; readonly on: unknown; readonly jobs: Record<string, Job> };

const folder = inRoot(".github", "workflows");
const workflows = fs
  .readdirSync(folder)
  .map((file) => [file, parse(fs.readFileSync(path.join(folder, file), "utf8")) as Workflow] as const);
const steps = workflows.flatMap(([file, { jobs }]) =>
  Object.entries(jobs).flatMap(([job, { steps: all }]) => all.map((step) => ({ file, job, step }))),
);
const temporary = (): string => fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));

describe("the workflows", () => {
  it("pin every action by its full commit, with the version beside it", () => {
    for (const [file] of workflows) {
      const uses = fs.readFileSync(path.join(folder, file), "utf8").match(/uses: .*/g) ?? [];
      assert.ok(uses.length > 0);
      for (const line of uses) assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, file);
    }
  });

  it("only run scripts of this checkout", () => {
    for (const { file, step } of steps.filter((one) => one.step.run !== undefined)) {
      const [, script = ""] = /^(?:sudo (?:env "PATH=\$PATH" )?)?\.\/(\S+)[^\n]*$/.exec(step.run ?? "") ?? [];
      assert.ok(fs.existsSync(inRoot(script)) && script !== "", `${file}: ${step.run}`);
      // What comes from outside travels in the environment, never in the text of a command.
      assert.doesNotMatch(step.run ?? "", /\$\{\{/);
    }
  });

  it("have only the permissions that each job lists, and no job that runs a pull request's code may write", () => {
    for (const [file, { permissions, on, jobs }] of workflows) {
      assert.deepEqual(permissions, {}, file);
      assert.doesNotMatch(JSON.stringify(on), /pull_request_target/);
      for (const [name, job] of Object.entries(jobs)) {
        const writes = Object.values(job.permissions).includes("write");
        const own = job.steps.every(
          ({ uses = "", with: given }) => !uses.startsWith("actions/checkout") || "ref" in (given ?? {}),
        );
        assert.ok(!writes || own, `${file} ${name}`);
      }
    }
    assert.doesNotMatch(fs.readFileSync(path.join(folder, "preview.yml"), "utf8"), /secrets\./);
  });

  it("review: the same text as summary and as output, and the exit code of the checks", async function () {
    this.timeout(300_000); // five labs, each at two revisions
    const at = temporary();
    const [summary, output] = [path.join(at, "summary"), path.join(at, "output")];
    const env = { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output };
    const result = await tryRun([inRoot(".github", "review"), "HEAD", "--files"], { env });
    assert.equal(result.code, 0, result.stderr);
    const text = fs.readFileSync(summary, "utf8");
    assert.match(text, /^<!-- lvs-lab: preview -->\n### What this changes in the labs\n[\s\S]*\| `dr-keepalived` \|/);
    const [, end = "", value = ""] =
      /^comment<<(end-[0-9a-f]{32})\n([\s\S]*)\n\1\n$/.exec(fs.readFileSync(output, "utf8")) ?? [];
    assert.notEqual(end, "");
    assert.equal(`${value}\n`, text);
    const refused = await tryRun([inRoot(".github", "review"), "no-such-commit", "--files"], { env });
    assert.equal(refused.code, 2);
    fs.rmSync(at, { recursive: true });
  });

  describe("comment", () => {
    const marker = "<!-- lvs-lab: preview -->";
    /** Runs the script with a `gh` that returns a list of comments and records its calls. */
    async function post(comments: readonly { id: number; login: string; body: string }[], text: string) {
      const at = temporary();
      const answer = comments
        .filter(({ login }) => login === "github-actions[bot]")
        .map(({ id, body }) => `${id} ${body.split("\n")[0] ?? ""}\n`)
        .join("");
      fs.writeFileSync(path.join(at, "answer"), answer);
      fs.writeFileSync(
        path.join(at, "gh"),
        `#!/bin/sh\ncase "$*" in *--jq*) cat '${at}/answer' ;; *) echo "$*" >'${at}/asked'; cat >'${at}/body' ;; esac\n`,
        { mode: 0o755 },
      );
      const env = { PATH: `${at}:${process.env.PATH}`, COMMENT: text };
      const { code, stderr } = await tryRun([inRoot(".github", "comment"), "owner/repo", "7"], { env });
      const read = (name: string): string =>
        fs.existsSync(path.join(at, name)) ? fs.readFileSync(path.join(at, name), "utf8").trim() : "";
      const asked = { code, stderr, asked: read("asked"), body: read("body") };
      fs.rmSync(at, { recursive: true });
      return asked;
    }
    const text = `${marker}\nnew`;

    it("writes the first comment", async () => {
      const { code, asked, body } = await post([{ id: 1, login: "github-actions[bot]", body: "other" }], text);
      assert.deepEqual([code, body], [0, text]);
      assert.match(asked, /^api --method POST repos\/owner\/repo\/issues\/7\/comments --field body=@-/);
    });

    it("replaces its own comment, but not another one that quotes it", async () => {
      const { asked } = await post(
        [
          { id: 1, login: "somebody", body: `${marker}\nquoted` },
          { id: 2, login: "github-actions[bot]", body: "other" },
          { id: 3, login: "github-actions[bot]", body: `${marker}\nold` },
        ],
        text,
      );
      assert.match(asked, /^api --method PATCH repos\/owner\/repo\/issues\/comments\/3 /);
    });

    it("refuses a text without its marker", async () => {
      const { code, asked } = await post([], "hello");
      assert.deepEqual([code, asked], [2, ""]);
    });
  });

  it("kvm: a rule that udev accepts", async () => {
    const at = temporary();
    const { code } = await tryRun([inRoot(".github", "kvm"), at]);
    assert.equal(code, 0);
    assert.equal(
      fs.readFileSync(path.join(at, "99-kvm.rules"), "utf8"),
      'KERNEL=="kvm", GROUP="kvm", MODE="0666", OPTIONS+="static_node=kvm"\n',
    );
    fs.rmSync(at, { recursive: true });
  });
});
