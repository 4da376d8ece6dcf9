import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { bash, Folder } from "./folder";

/** A checkout with host/modules, what it asks, and an npm that runs this text. */
function checkoutWith(npm: string): { checkout: Folder; run: (...words: string[]) => ReturnType<typeof bash> } {
  const checkout = new Folder();
  for (const folder of ["host", "cli/front", "docs"]) fs.mkdirSync(checkout.at(folder), { recursive: true });
  for (const file of ["host/modules", "cli/front/installed.cjs"]) fs.copyFileSync(inRoot(file), checkout.at(file));
  checkout.script("bin/npm", npm);
  const env = { PATH: `${checkout.at("bin")}:${process.env.PATH}` };
  return { checkout, run: (...words) => bash(checkout.at("host", "modules"), words, env) };
}

describe("host/modules", () => {
  it("runs npm only once if two need it at the same time, and not again later", async () => {
    // npm ci first removes what is there. It ends when the other one waits for the lock, which proc(5) shows with an arrow.
    const other = 'grep -q -- "-> FLOCK .*:$(stat -c %i package-lock.json) " /proc/locks';
    const { checkout, run } = checkoutWith(
      `echo ran >>ran; rm -rf node_modules; until ${other} || ((SECONDS > 20)); do sleep 0.1; done; mkdir node_modules`,
    );
    fs.writeFileSync(checkout.at("package-lock.json"), "{}");
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

  it("does the same for a folder with its own lock file", async () => {
    const { checkout, run } = checkoutWith("mkdir node_modules");
    fs.writeFileSync(checkout.at("docs", "package-lock.json"), "{}");
    assert.deepEqual(await run("docs"), { code: 0, stdout: "", stderr: "" });
    assert.ok(fs.existsSync(checkout.at("docs", "node_modules", ".lock-digest")));
    checkout.remove();
  });

  const one = { version: "1.0.0", integrity: "sha512-one" };
  const wanted = { "": { name: "x" }, "node_modules/one": one, "node_modules/other": { ...one, optional: true } };
  const installed: [string, object, 0 | 1][] = [
    ["all packages", { "node_modules/one": one, "node_modules/other": one }, 0],
    ["all but an optional one", { "node_modules/one": one }, 0],
    ["another version", { "node_modules/one": { ...one, version: "1.0.1" } }, 1],
    ["another content", { "node_modules/one": { ...one, integrity: "sha512-two" } }, 1],
    ["nothing", {}, 1],
    ["a package that nobody asked for", { "node_modules/one": one, "node_modules/more": one }, 1],
  ];
  for (const [title, packages, code] of installed)
    it(`${code === 0 ? "takes" : "does not take"} what npm ci by hand has left: ${title}`, async () => {
      const { checkout, run } = checkoutWith("echo ran >>ran; exit 0");
      fs.mkdirSync(checkout.at("node_modules"));
      fs.writeFileSync(checkout.at("package-lock.json"), JSON.stringify({ packages: wanted }));
      fs.writeFileSync(checkout.at("node_modules", ".package-lock.json"), JSON.stringify({ packages }));
      assert.deepEqual(await run("--check"), { code, stdout: "", stderr: "" });
      assert.deepEqual(await run(), { code: 0, stdout: "", stderr: "" });
      assert.equal(fs.existsSync(checkout.at("ran")), code === 1);
      checkout.remove();
    });
});
