import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { TABLE } from "../../components/machine/firewall/ruleset";
import { rulesFile } from "../../components/machine/remote/script";
import { rulesOf } from "../../components/roles";
import { accepted, randomTopology, SEED } from "../random";
import { goldenFiles, goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

/**
 * Loads texts as rules, one after another, in a separate network namespace, each twice (the second replaces the first), and
 * prints the kernel's version of the lab's table after each. That proves more than `nft --check`.
 */
function load(...texts: readonly string[]): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-nft-"));
  try {
    const files = texts.map((rules, index) => {
      const file = path.join(folder, String(index));
      fs.writeFileSync(file, rulesFile({ table: TABLE, rules }));
      return file;
    });
    const namespace = process.getuid?.() === 0 ? ["--net"] : ["--net", "--map-root-user"];
    const script = `for file in "$@"; do nft --file "$file" && nft --file "$file" && nft --numeric-protocol list table ${TABLE} || exit 1; done`;
    return judge("unshare", ...namespace, "sh", "-c", script, "sh", ...files);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const known = (): string => fs.readFileSync(goldenPath("firewall/dr-keepalived.zhuserver.nft"), "utf8");

describe("nft and the kernel", () => {
  for (const name of goldenFiles("firewall"))
    it(`accept ${name}, and the kernel prints it in the rendered form`, () => {
      const rules = fs.readFileSync(goldenPath(`firewall/${name}`), "utf8");
      assert.deepEqual(load(rules), { code: 0, said: rules });
    });

  for (const [title, from, to] of [
    ["a port that is none", "tcp dport 22", "tcp dport 65536"],
    ["an address that is none", "ip daddr 192.168.10.200", "ip daddr 192.168.10.300"],
    ["a verdict that is none", "tcp dport 22 accept", "tcp dport 22 admit"],
    ["a table that is not closed", "\t}\n}\n", "\t}\n"],
  ] as const)
    it(`refuse ${title}`, () => {
      assert.ok(known().includes(from), from);
      const { code, said } = load(known().replace(from, to));
      assert.notEqual(code, 0);
      assert.match(said, /Error: /);
    });

  it("accept the files of random valid topologies", () => {
    const all = fc
      .sample(randomTopology, { seed: SEED, numRuns: 200 })
      .flatMap((input) => accepted(input) ?? [])
      .flatMap((topology) => Object.values(topology.nodes).map((node) => rulesOf(topology, node)));
    const texts = [...new Set(all)];
    assert.ok(texts.length >= 40, `${texts.length} rule sets`);
    assert.deepEqual(load(...texts), { code: 0, said: texts.join("") });
  });
});
