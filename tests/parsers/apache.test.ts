import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goldenFiles, goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

const modules = "/usr/lib/apache2/modules";

/** `apache2 -t` of a single file with the needed modules: the one that Apache always needs, and those that Debian enables. */
function parse(text: string): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-apache-"));
  try {
    const file = path.join(folder, "apache2.conf");
    fs.writeFileSync(file, text);
    fs.mkdirSync(path.join(folder, "logs")); // below ServerRoot, as on the other families
    const before = [
      `ServerRoot ${folder}`,
      `DefaultRuntimeDir ${folder}`,
      `LoadModule mpm_event_module ${modules}/mod_mpm_event.so`,
      `LoadModule alias_module ${modules}/mod_alias.so`,
      `Define APACHE_LOG_DIR ${folder}`,
      'LogFormat "%h" combined',
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
  it("warns if our ServerName is missing", () => {
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
  const own = 'ServerName localhost\nDocumentRoot "/"\n';
  for (const name of goldenFiles("web").filter((file) => /^(sites|ports)\./.test(file))) {
    it(`accepts ${name}`, () => {
      const { code, said } = parse(`${own}${fs.readFileSync(goldenPath(`web/${name}`), "utf8")}`);
      assert.equal(code, 0, said);
      assert.match(said, /Syntax OK/);
    });
  }
  it("refuses a virtual host that is not closed, and an invalid port", () => {
    const sites = fs.readFileSync(goldenPath("web/sites.nat.conf"), "utf8");
    assert.match(parse(own + sites.replace("</VirtualHost>", "")).said, /<VirtualHost> was not closed/);
    const ports = fs.readFileSync(goldenPath("web/ports.nat.conf"), "utf8");
    assert.notEqual(parse(own + ports.replace("8080", "80800")).code, 0);
  });
});
