import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goldenFiles, goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

/** `dnsmasq --test` reads a configuration and starts nothing. */
function parse(text: string): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-dnsmasq-"));
  try {
    const file = path.join(folder, "dnsmasq.conf");
    fs.writeFileSync(file, text);
    return judge("dnsmasq", "--test", `--conf-file=${file}`);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const known = (name: string): string => fs.readFileSync(goldenPath(`dns/${name}`), "utf8");
const files = goldenFiles("dns").filter((name) => name.endsWith(".conf"));

describe("dnsmasq's own parser", () => {
  for (const name of files) {
    it(`accepts ${name}`, () => {
      assert.deepEqual(parse(known(name)), { code: 0, said: "dnsmasq: syntax check OK.\n" });
    });
  }
  for (const [title, from, to, says] of [
    ["an option that there is not", "no-resolv", "no-resolver", /bad option/],
    ["a record without an address", /host-record=.*/, "host-record=www.lab", /bad host-record|bad option|missing/i],
  ] as const) {
    it(`refuses ${title}`, () => {
      const { code, said } = parse(known(files[0] ?? "").replace(from, to));
      assert.notEqual(code, 0, said);
      assert.match(said, says);
    });
  }
});
