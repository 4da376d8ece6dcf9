import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import Ajv from "ajv";
import { fixesOf, writeFixes } from "../../../../operations/audit/fix";
import { readInput } from "../../../../operations/audit/input";
import {
  reportJson,
  reportMarkdown,
  reportAnnotations,
  reportText,
  type AuditReport,
} from "../../../../operations/audit/report";
import { reportSarif } from "../../../../operations/audit/sarif";
import { inRoot } from "../../../../operations/paths";
import { tryRun } from "../../../../operations/run";
import { audit } from "../../../../model/plan/audit";
import { planOf } from "../../../../model/plan/site";
import { planOfFiles, siteFixtures } from "../../model/plan/sites";
import { sarifSchema } from "./sarif";

const outputs = {
  text: reportText,
  json: reportJson,
  sarif: reportSarif,
  markdown: reportMarkdown,
  annotations: reportAnnotations,
} as const;

const reportOf = (...words: readonly string[]): AuditReport => {
  const { machines, facts } = readInput(words);
  const plan = planOf(machines, facts);
  return { plan, findings: audit(plan) };
};

/** A configuration without findings, except those that a test adds. */
const conf = (priority: number, id = 51, more = ""): string =>
  `${more}vrrp_instance VI_1 {
  interface eth0
  virtual_router_id ${id}
  priority ${priority}
  garp_master_refresh 60
  authentication {
    auth_type PASS
    auth_pass c4nary
  }
  virtual_ipaddress {
    192.0.2.100
  }
}
`;

describe("lab audit", () => {
  let folder = "";
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };
  const names = ({ plan }: AuditReport): readonly string[] => plan.nodes.map(({ name }) => name);
  const rules = ({ findings }: AuditReport): readonly string[] => findings.map(({ rule }) => rule);

  describe("reads", () => {
    it("a folder for each machine, and only the files that it includes from its own /etc/keepalived", () => {
      write("lb1/keepalived.conf", "include /etc/keepalived/conf.d/*.conf\n");
      write("lb1/conf.d/vrrp.conf", conf(100));
      write("lb2/etc/keepalived/keepalived.conf", "include /etc/keepalived/vrrp.conf\n");
      write("lb2/etc/keepalived/vrrp.conf", conf(90, 52));
      write("README", "no machine\n");
      const report = reportOf(folder);
      assert.deepEqual(names(report), ["lb1", "lb2"]);
      const [first] = report.findings;
      assert.equal(first?.rule, "vrid-differs");
      assert.equal(first?.at.file, path.join(folder, "lb2/etc/keepalived/vrrp.conf"));
      assert.deepEqual(
        first?.also.map(({ file, line }) => [file, line]),
        [[path.join(folder, "lb1/conf.d/vrrp.conf"), 3]],
      );
    });

    it("a folder of NAME.keepalived.conf, with NAME.address.json beside them", () => {
      write("lb1.keepalived.conf", conf(100));
      write("lb2.keepalived.conf", conf(90));
      write("lb1.address.json", '[{"ifname":"eth0","addr_info":[{"local":"192.0.2.11","prefixlen":24}]}]');
      const { plan } = reportOf(folder);
      assert.deepEqual(
        plan.nodes.map(({ name, cards }) => [name, cards.length]),
        [
          ["lb1", 1],
          ["lb2", 0],
        ],
      );
      assert.match(plan.assumed.join("\n"), /the own addresses of lb2 are unknown/);
    });

    it("NAME=FILE, and one file, which is named after its folder", () => {
      const [one, two] = [write("one.conf", conf(100)), write("x/keepalived.conf", conf(90))];
      assert.deepEqual(names(reportOf(`a=${one}`, `b=${two}`)), ["a", "b"]);
      assert.deepEqual(names(reportOf(two)), ["x"]);
    });

    it("a configuration of any size, but not a link to itself", () => {
      const large = write("lb1/keepalived.conf", conf(100) + "# comment\n".repeat(120_000));
      for (const word of [large, folder]) assert.deepEqual(names(reportOf(word)), ["lb1"]);
      fs.symlinkSync("loop", path.join(folder, "loop"));
      assert.throws(() => reportOf(path.join(folder, "loop")), /need a folder with one folder per machine/);
    });

    it("nothing that its user may not read: it ignores other files, and reports the configuration itself as an error", async () => {
      if (process.getuid?.() !== 0) return; // root alone can become somebody else
      const [own, closed] = [write("one.conf", conf(100)), write("closed.conf", conf(100))];
      fs.mkdirSync(path.join(folder, "theirs"), { mode: 0o700 });
      fs.chmodSync(closed, 0o600);
      fs.chmodSync(own, 0o644);
      fs.chmodSync(folder, 0o755);
      const asNobody = async (file: string): Promise<string> => {
        const program = `
          require(${JSON.stringify(require.resolve("tsx/cjs"))});
          const { readInput } = require(${JSON.stringify(inRoot("operations", "audit", "input.ts"))});
          process.setgid(65534);
          process.setuid(65534);
          let said;
          try { said = readInput([${JSON.stringify(file)}]).machines.map(({ name }) => name).join(); } catch (error) { said = error.message; }
          require("node:fs").writeSync(1, said);
          process.exit(); // what the loader would bring at the end is closed to nobody`;
        const { stdout, stderr } = await tryRun([process.execPath, "-e", program]);
        assert.equal(stderr, "");
        return stdout;
      };
      assert.equal(await asNobody(own), "one");
      assert.equal(await asNobody(closed), `${closed}: got a file that you may not read, need a keepalived.conf`);
    });

    it("an empty folder as an error that says what it needs", () => {
      assert.throws(() => reportOf(folder), /need a folder with one folder per machine/);
      assert.throws(() => reportOf(path.join(folder, "no")), /need a folder/);
    });

    it("site.yaml, and reports all its mistakes at once", () => {
      write("lb1/keepalived.conf", conf(100));
      write(
        "site.yaml",
        "keepalived: 2\nnodes: { lb9: { addresses: { eth0: [10.0.0.300/24] } } }\nsegments: { lan: { cdir: 10.0.0.0/24 } }\naccept: [{ rule: garp-once }]\n",
      );
      for (const problem of [
        /keepalived: got 2, need a version/,
        /nodes\.lb9\.addresses\.eth0\[0\]: got 10\.0\.0\.300\/24, need an address/,
        /segments\.lan\.cdir: got this name, need one of cidr, multicast/,
        /accept\[0\]\.because: got nothing/,
        /got the machine lb9, need one of lb1/,
      ])
        assert.throws(() => reportOf(folder), problem);
    });

    it("a version from site.yaml: newer words are errors", () => {
      write("lb1/keepalived.conf", conf(100, 51, "global_defs {\n  vrrp_startup_delay 3\n}\n"));
      assert.ok(!rules(reportOf(folder)).includes("newer-word"));
      write("site.yaml", 'keepalived: "2.0.10"\n');
      assert.ok(rules(reportOf(folder)).includes("newer-word"));
    });
  });

  describe("accepts", () => {
    const site = (comment: string, yaml = ""): AuditReport => {
      write("lb1/keepalived.conf", conf(100));
      write("lb2/keepalived.conf", conf(100).replace("priority 100", `priority 100${comment}`));
      if (yaml !== "") write("site.yaml", yaml);
      return reportOf(folder);
    };
    const equal = ({ findings }: AuditReport) => findings.find(({ rule }) => rule === "priorities-equal");

    it("what a comment names, with its reason", () => {
      assert.equal(equal(site(""))?.accepted, undefined);
      const report = site(" # lvs-lab: accept priorities-equal because either may be it");
      assert.equal(equal(report)?.accepted, "either may be it");
      assert.match(
        reportText(report),
        /accepted warning priorities-equal.*\n.*see.*\n\s+accepted because either may be it/,
      );
      assert.match(reportText(report), /0 warnings, .* 1 accepted/);
    });

    it("neither a comment without a reason nor a finding on another line", () => {
      assert.equal(equal(site(" # lvs-lab: accept priorities-equal"))?.accepted, undefined);
      const elsewhere = site("").findings;
      assert.equal(elsewhere.length, 1 + elsewhere.filter(({ rule }) => rule !== "priorities-equal").length);
      write(
        "lb1/keepalived.conf",
        conf(100).replace("interface eth0", "interface eth0 # lvs-lab: accept priorities-equal because"),
      );
      assert.equal(equal(reportOf(folder))?.accepted, undefined);
    });

    it("what site.yaml names, on the machine that it names", () => {
      const yaml = (node: string) => `accept:\n  - { rule: priorities-equal, because: meant so, node: ${node} }\n`;
      assert.equal(equal(site("", yaml("lb2")))?.accepted, "meant so");
      const unused = site("", "accept: [{ rule: masters-two, because: meant so }]\n");
      assert.ok(rules(unused).includes("accept-unused"));
    });
  });

  describe("says", () => {
    for (const [name, shown] of Object.entries(outputs))
      it(`no password in ${name}, wherever it stands`, () => {
        for (const line of [
          "auth_pass",
          "auth_pas",
          "auth_type",
          "auth_type PASS auth_pass",
          "authpass",
          "virtual_router_id",
        ])
          for (const place of [`  ${line} c4nary`, `  ${line} "c4nary`, `  authentication { ${line} c4nary }`]) {
            write("lb1/keepalived.conf", conf(100).replace("  interface eth0", place));
            write("lb2/keepalived.conf", conf(90).replace("c4nary", "c4n4ry"));
            const text = shown(reportOf(folder));
            if (line !== "virtual_router_id") assert.doesNotMatch(text, /c4nary|c4n4ry/, place);
          }
      });

    it("no control characters, whatever a word contains", () => {
      const more = "vr\u001b[31mrp\u0007 x\n\ufeffword\n";
      const text = reportText(reportOf(write("one.conf", conf(100, 51, more))));
      assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}]/u);
      assert.match(text, /vr\\u\{1b\}\[31mrp\\u\{7\} is not understood[^]*\\u\{feff\}word is not/);
    });

    it("SARIF 2.1.0 with rules, places on both sides and accepted findings", () => {
      write("lb1/keepalived.conf", conf(100));
      write(
        "lb2/keepalived.conf",
        conf(100, 52).replace("priority 100", "priority 100 # lvs-lab: accept priorities-equal because x"),
      );
      type Place = { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } };
      const { version, runs } = JSON.parse(reportSarif(reportOf(folder))) as {
        version: string;
        runs: {
          tool: { driver: { rules: { id: string }[] } };
          results: {
            ruleId: string;
            ruleIndex: number;
            level: string;
            locations: Place[];
            relatedLocations?: Place[];
            suppressions?: { kind: string; justification: string }[];
          }[];
        }[];
      };
      assert.equal(version, "2.1.0");
      const [first] = runs;
      for (const { ruleId, ruleIndex, level } of first?.results ?? []) {
        assert.equal(first?.tool.driver.rules[ruleIndex]?.id, ruleId);
        assert.ok(["error", "warning", "note"].includes(level));
      }
      const vrid = first?.results.find(({ ruleId }) => ruleId === "vrid-differs");
      assert.match(vrid?.locations[0]?.physicalLocation.artifactLocation.uri ?? "", /lb2\/keepalived\.conf$/);
      assert.equal(vrid?.locations[0]?.physicalLocation.region.startLine, 3);
      assert.match(vrid?.relatedLocations?.[0]?.physicalLocation.artifactLocation.uri ?? "", /lb1\/keepalived\.conf$/);
      const equal = first?.results.find(({ ruleId }) => ruleId === "priorities-equal");
      assert.deepEqual(equal?.suppressions, [{ kind: "external", justification: "x" }]);
    });

    it("SARIF that follows its standard, for every fixture", () => {
      const validate = new Ajv({ allErrors: true, validateFormats: false }).compile(sarifSchema);
      const problems = (sarif: unknown): string => (validate(sarif) ? "" : JSON.stringify(validate.errors));
      type Log = { runs: { results: { level?: string; locations?: unknown }[] }[] };
      for (const { rule, bad, mended } of siteFixtures())
        for (const files of [bad, mended]) {
          const plan = planOfFiles(files);
          const log = JSON.parse(reportSarif({ plan, findings: audit(plan) })) as Log;
          assert.equal(problems(log), "", rule);
          const [result] = log.runs[0]?.results ?? [];
          if (!result) continue;
          for (const broken of [{ level: "fatal" }, { locations: [] }, { more: 1 }]) {
            const [run] = structuredClone(log).runs;
            Object.assign(run?.results[0] ?? {}, broken);
            assert.notEqual(problems({ ...log, runs: [run] }), "", JSON.stringify(broken));
          }
        }
    });

    it("all fixtures in all forms", () => {
      for (const { rule, bad } of siteFixtures()) {
        const home = fs.mkdtempSync(path.join(folder, "s"));
        for (const [file, { text, isExecutable }] of bad) {
          fs.mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
          fs.writeFileSync(path.join(home, file), text, { mode: isExecutable ? 0o755 : 0o644 });
        }
        const report = reportOf(home);
        for (const shown of Object.values(outputs)) assert.ok(shown(report).includes(rule), rule);
        assert.doesNotThrow(() => JSON.parse(reportJson(report)) as unknown);
      }
    });
  });

  describe("mends", () => {
    const service = (inside: string): string =>
      `virtual_server 192.0.2.100 80 {\n  lb_algo rr\n  lb_kind DR\n  protocol TCP\n  real_server 192.0.2.21 80 {\n${inside}  }\n}\n`;
    const old = service("    weigth 3 # heavy\n    TCP_CHECK { nb_get_retry 2\n    }\n");

    it("misspelt words and nb_get_retry, and nothing else", () => {
      const file = write("lb1/keepalived.conf", old);
      write("lb2/keepalived.conf", service("    TCP_CHECK { retry 2\n    }\n"));
      const other = fs.statSync(path.join(folder, "lb2/keepalived.conf")).mtimeMs;
      const [fixed, further] = writeFixes(readInput([folder]));
      assert.equal(further, undefined);
      assert.equal(fs.readFileSync(file, "utf8"), old.replace("weigth", "weight").replace("nb_get_retry", "retry"));
      assert.match(fixed?.diff ?? "", /^-    weigth 3 # heavy\n\+    weight 3 # heavy$/m);
      assert.equal(fs.statSync(path.join(folder, "lb2/keepalived.conf")).mtimeMs, other);
      assert.deepEqual(writeFixes(readInput([folder])), []);
    });

    it("no accepted word, no word from a definition, and no word whose fix makes it worse", () => {
      for (const text of [
        service("    weigth 3 # lvs-lab: accept unknown-word because of a patch of ours\n"),
        `$W=weigth\n${service("    $W 3\n")}`,
        "vvrp_script chk {\n  interval x\n  fall y\n}\n",
      ]) {
        write("lb1/keepalived.conf", text);
        assert.deepEqual(fixesOf(readInput([folder])), [], text);
      }
    });

    it("without a password in the diff", () => {
      for (const line of [
        "auth_pas c4nary",
        "auth_psas c4nary",
        "auth_pass c4nary",
        "auth_tpye PASS auth_pass c4nary",
      ]) {
        write("lb1/keepalived.conf", conf(100).replace("    auth_pass c4nary", `    ${line}`));
        for (const { diff } of fixesOf(readInput([folder]))) assert.doesNotMatch(diff, /c4nary/, diff);
      }
      write("lb1/keepalived.conf", conf(100).replace("auth_pass", "auth_pas"));
      assert.equal(fixesOf(readInput([folder])).length, 1);
    });
  });

  it("annotates lines in a workflow, and escapes characters that a command's text may not have", () => {
    write("lb1/keepalived.conf", conf(100));
    write(
      "lb2/keepalived.conf",
      conf(100, 52).replace("priority 100", "priority 100 # lvs-lab: accept priorities-equal because x"),
    );
    const lines = reportAnnotations(reportOf(folder)).split("\n");
    assert.match(
      lines[0] ?? "",
      /^::error file=\S+lb2\/keepalived\.conf,line=3,col=3,title=keepalived audit%3A vrid-differs::lb2 .*%0AWhy: .*%0AFix: /,
    );
    assert.ok(lines.every((line) => line.startsWith("::") && !line.includes("priorities-equal")));
  });

  it("ends with 0, 1 or 2, by --fail-on", async () => {
    write("lb1/keepalived.conf", conf(100));
    write("lb2/keepalived.conf", conf(100));
    const code = async (...words: string[]) =>
      (await tryRun([inRoot("scripts", "lab"), "audit", ...words], { env: { HOME: folder } })).code;
    assert.deepEqual(
      await Promise.all([
        code(folder),
        code("--fail-on", "warning", folder),
        code("--fail-on", "never", "--json", folder),
        code(path.join(folder, "no")),
      ]),
      [0, 1, 0, 2],
    );
  }).timeout(60_000);
});
