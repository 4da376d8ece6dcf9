import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { filesOf } from "../../model/keepalived/files";
import { readConfiguration } from "../../model/keepalived/read";
import { render } from "../../model/keepalived/render";
import { SEED } from "../random";
import { rounds } from "../soak";
import { fixtures, included, mutation } from "../unit/model/keepalived/mutations";
import { groups, unopened } from "../unit/model/keepalived/rows";
import { judge } from "./run";

/** The results of the daemon and of our reader for one text. */
interface Verdict {
  readonly text: string;
  readonly code: number;
  readonly said: string;
  /** Whether our reader refuses it. */
  readonly refused: readonly string[];
}

const version = /Keepalived v(\d+\.\d+\.\d+)/.exec(judge("keepalived", "--version").said)?.[1] ?? "";

/**
 * Checks all texts with `keepalived --config-test`, in one network namespace with eth0 and eth1, and with our reader for the same version.
 * The daemon itself is never started.
 */
function verdicts(texts: readonly string[]): readonly Verdict[] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-configuration-"));
  try {
    for (const [name, text] of Object.entries(included)) fs.writeFileSync(path.join(folder, name), text);
    for (const [index, text] of texts.entries()) fs.writeFileSync(path.join(folder, `${index}.conf`), text);
    fs.writeFileSync(path.join(folder, "names"), texts.map((_, index) => `${index}\n`).join(""));
    const namespace = process.getuid?.() === 0 ? ["--net"] : ["--net", "--map-root-user"];
    const { code, said } = judge("unshare", ...namespace, path.join(__dirname, "configtest.sh"), folder);
    assert.equal(code, 0, said);
    const codes = new Map(
      [...said.matchAll(/^(\d+) (\d+)$/gm)].map(([, index, exit]) => [Number(index), Number(exit)]),
    );
    return texts.map((text, index) => {
      const files = filesOf(new Map([["keepalived.conf", text], ...Object.entries(included)]));
      const { findings } = readConfiguration("keepalived.conf", files, { version, configId: "lb1" });
      return {
        text,
        code: codes.get(index) ?? -1,
        said: fs.readFileSync(path.join(folder, `${index}.said`), "utf8"),
        refused: findings
          .filter((finding) => finding.refused)
          .map(({ line, column, message }) => `${line}:${column} ${message}`),
      };
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** In parts: one call of the daemon's parser takes 15 s at most, and a busy machine is slow. */
const inParts = (texts: readonly string[]): readonly Verdict[] =>
  Array.from({ length: Math.ceil(texts.length / 25) }, (_, part) =>
    verdicts(texts.slice(part * 25, part * 25 + 25)),
  ).flat();

/** Messages of the daemon that a reader of files cannot give. */
const ofTheMachine: readonly (readonly [reason: string, said: RegExp])[] = [
  [
    "interfaces that are not there",
    /interface \S+ .*doesn't exist|Non-existent interface|unknown interface|no interface for|does not support multicast/i,
  ],
  [
    "interfaces that are there, and are no virtual ones",
    /already exists and is not a private macvlan|not an l2 ipvlan|loopback interface/,
  ],
  [
    "users and groups that are not there",
    /Unable to set|Error setting global script|uid\/gid|user .* (?:not found|doesn't exist)|Unable to resolve/i,
  ],
  [
    "scripts that are not there or not safe",
    /SECURITY VIOLATION|Disabling track script|script .* (?:not found|insecure)/i,
  ],
  [
    "folders and files that are not there",
    /realpath\(\)|track file directory|cannot be monitored|Unable to open|config_save_dir/i,
  ],
  [
    "names that routing tables do not have",
    /(?:table|scope|protocol|TOS value|realms|group|Scope|Protocol) .*(?:not found|invalid)/,
  ],
  ["a kernel without a feature", /not supported by kernel|no kernel support|kernel does not support/],
  ["a build without a feature", /iptables not supported/],
  ["a mail server whose name cannot be resolved", /Invalid smtp server/],
  ["more processors than there are", /cpu_id/],
];

/** What our reader refuses and the daemon accepts silently, each with the reason. */
const onlyOurs: readonly (readonly [reason: string, refused: RegExp])[] = [];

const explained = ({ code, said, refused }: Verdict): boolean => {
  if ((code !== 0) === refused.length > 0) return true;
  if (code === 0) return refused.every((message) => onlyOurs.some(([, pattern]) => pattern.test(message)));
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 && lines.every((line) => ofTheMachine.some(([, pattern]) => pattern.test(line)));
};

const show = ({ text, code, said, refused }: Verdict): string =>
  `code ${code}\n${said}we: ${refused.join("; ")}\n${text}\n`;

describe(`keepalived ${version} and our reader`, () => {
  it("differ if only one of them refuses a file, except for what the machine lacks", () => {
    const verdict = { text: "", refused: [] };
    assert.ok(!explained({ ...verdict, code: 5, said: "(Line 1) Unknown keyword 'weigth'\n" }));
    assert.ok(!explained({ ...verdict, code: 0, said: "", refused: ["1:1 weigth is not understood"] }));
    assert.ok(explained({ ...verdict, code: 5, said: "Non-existent interface specified in configuration\n" }));
  });
  it("both accept the fixtures", () => {
    for (const verdict of verdicts(Object.values(fixtures)))
      assert.deepEqual([verdict.code, verdict.refused], [0, []], show(verdict));
  });
  it("both accept the fixtures as they are written again", () => {
    const again = Object.values(fixtures).map((text) => {
      const files = filesOf(new Map([["keepalived.conf", text], ...Object.entries(included)]));
      return render(readConfiguration("keepalived.conf", files, { version, configId: "lb1" }).config);
    });
    for (const verdict of verdicts(again)) assert.deepEqual([verdict.code, verdict.refused], [0, []], show(verdict));
  });
  it("both refuse every kind of mistake", () => {
    const rows = Object.values(groups).flat();
    const all = inParts(rows.map(([, text]) => text));
    const differing = all.flatMap((verdict, index) =>
      explained(verdict) ? [] : `${rows[index]?.[0] ?? ""}: ${show(verdict)}`,
    );
    assert.deepEqual(differing, []);
    assert.ok(all.filter(({ code }) => code !== 0).length > 20);
  }).timeout(120_000);
  it("find the same unknown words where an unknown one has a block inside a block", () => {
    for (const [index, { text, said, refused }] of verdicts(unopened).entries()) {
      // A } that is too many was told with the word whose block ended early.
      const unknown = [...said.matchAll(/Line (\d+)\) Unknown keyword '([^'}]+)'/g)].map(([, line]) => Number(line));
      const ours = refused.flatMap((one) =>
        /is not (?:understood|valid) /.test(one) ? [Number.parseInt(one, 10)] : [],
      );
      // What stands in a block of lines outside is one finding of ours: that of its word.
      const inside = index === 1 ? [13] : [];
      assert.deepEqual(
        [...ours, ...inside].sort((a, b) => a - b),
        unknown,
        show({ text, code: 0, said, refused }),
      );
    }
  });
  it("refuse the same mutated files", () => {
    const texts = fc.sample(mutation, { seed: SEED, numRuns: rounds(100, 5_000) });
    const all = inParts(texts);
    const differing = all.filter((verdict) => !explained(verdict));
    // Every few hundred files show a new difference. A few may differ, and are shown.
    assert.ok(differing.length <= all.length / 50, differing.map(show).join("\n"));
  }).timeout(rounds(180_000, 3_600_000));
});
