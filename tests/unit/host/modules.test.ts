import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../cli/paths";
import { bash, Folder } from "./folder";

describe("host/modules", () => {
  it("runs npm once when two need it at the same time, and then no more", async () => {
    const checkout = new Folder();
    fs.mkdirSync(checkout.at("host"));
    fs.copyFileSync(inRoot("host", "modules"), checkout.at("host", "modules"));
    fs.writeFileSync(checkout.at("package-lock.json"), "{}");
    // npm ci removes what is there first.
    const text = "echo ran >>ran; rm -rf node_modules; sleep 0.5; mkdir node_modules";
    checkout.script("bin/npm", text);
    const run = () => bash(checkout.at("host", "modules"), [], { PATH: `${checkout.at("bin")}:${process.env.PATH}` });
    const both = await Promise.all([run(), run()]);
    assert.deepEqual(
      both.map(({ code }) => code),
      [0, 0],
    );
    assert.deepEqual(both.map(({ stderr }) => stderr).sort(), ["", "modules: waiting for another npm ci\n"]);
    assert.deepEqual(await run(), { code: 0, stdout: "", stderr: "" });
    assert.equal(fs.readFileSync(checkout.at("ran"), "utf8"), "ran\n");
    checkout.remove();
  });

  it("does the same for a folder that has a lock file of its own", async () => {
    const checkout = new Folder();
    for (const folder of ["host", "docs"]) fs.mkdirSync(checkout.at(folder));
    fs.copyFileSync(inRoot("host", "modules"), checkout.at("host", "modules"));
    fs.writeFileSync(checkout.at("docs", "package-lock.json"), "{}");
    checkout.script("bin/npm", "mkdir node_modules");
    const env = { PATH: `${checkout.at("bin")}:${process.env.PATH}` };
    assert.deepEqual(await bash(checkout.at("host", "modules"), ["docs"], env), { code: 0, stdout: "", stderr: "" });
    assert.ok(fs.existsSync(checkout.at("docs", "node_modules", ".lock-digest")));
    checkout.remove();
  });
});
