import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

/** `apache2 -t` of a file alone, with the one module without which no Apache starts. */
function parse(text: string): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-apache-"));
  try {
    const file = path.join(folder, "apache2.conf");
    fs.writeFileSync(file, text);
    const before = [
      `ServerRoot ${folder}`,
      `DefaultRuntimeDir ${folder}`,
      "LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so",
      `ErrorLog ${folder}/error.log`,
    ];
    return judge("apache2", "-t", ...before.flatMap((directive) => ["-C", directive]), "-f", file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const known = (): string => fs.readFileSync(goldenPath("web/httpd.conf"), "utf8");

describe("Apache's own parser", () => {
  it("accepts httpd.conf and asks for no ServerName", () => {
    const { code, said } = parse(known());
    assert.equal(code, 0, said);
    assert.equal(said.trim(), "Syntax OK");
  });
  it("without our ServerName says so", () => {
    assert.match(parse(known().replace(/^ServerName.*$/m, "")).said, /AH00558/);
  });
  it("accepts served-by.conf, with the module that it loads", () => {
    const { code, said } = parse(fs.readFileSync(goldenPath("web/served-by.conf"), "utf8"));
    assert.equal(code, 0, said);
  });
  it("refuses a header without a value", () => {
    const { said } = parse(fs.readFileSync(goldenPath("web/served-by.conf"), "utf8").replace(/web1$/m, ""));
    assert.match(said, /Header|requires/i);
  });
  it("refuses a KeepAlive that is neither on nor off", () => {
    const { code, said } = parse(known().replace("KeepAlive Off", "KeepAlive never"));
    assert.notEqual(code, 0);
    assert.match(said, /KeepAlive must be On or Off/);
  });
});
