import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { bash, Folder } from "./folder";

describe("host/prepare", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    folder.script("doctor", "exit 0");
    folder.script("bin/npm", "exit 0");
    fs.copyFileSync(inRoot("host", "prepare"), folder.at("prepare"));
  });
  afterEach(() => folder.remove());
  /** Runs it with stand-ins for host/packages and host/modules that have work to do, and run these texts for it. */
  const run = (packages: string, modules: string, rows = "") => {
    folder.script("packages", `cd ${folder.path}; case $1 in check) printf '${rows}'; exit 1 ;; esac; ${packages}`);
    folder.script("modules", `cd ${folder.path}; [[ \${1:-} != --check ]] || exit 1; ${modules}`);
    return bash(folder.at("prepare"), ["nat"], { PATH: `${folder.at("bin")}:${process.env.PATH}` });
  };
  const said = () => (fs.existsSync(folder.at("said")) ? fs.readFileSync(folder.at("said"), "utf8") : "");
  const until = (file: string) => `until [[ -e ${file} ]]; do sleep 0.05; done`;

  it("runs both steps side by side, and prints their times in order", async () => {
    const { code, stdout, stderr } = await run(`touch a; ${until("b")}`, `touch b; ${until("a")}; sleep 0.2`);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^host packages=[\d.]+;npm modules=[\d.]+\n$/);
    assert.match(stderr, /^\[2\/9\] npm modules: done in [\d.]+ s$/m);
  });

  it("installs npm first if it is missing", async () => {
    const { code, stderr } = await run("echo packages >>said", "echo modules >>said", "missing\\tup\\tnpm\\t-\\n");
    assert.deepEqual([code, said()], [0, "packages\nmodules\n"], stderr);
  });

  it("ends npm, and what it has started, if apt fails", async () => {
    const modules = `(trap 'echo ended >>said; exit 1' TERM; touch begun; ${until("never")})`;
    const { code, stdout, stderr } = await run(`${until("begun")}; exit 3`, modules);
    assert.deepEqual([code, stdout, said()], [1, "", "ended\n"], stderr);
    assert.match(stderr, /^\[1\/9\] host packages: failed$/m);
  });

  it("lets apt finish if npm fails", async () => {
    const { code } = await run(`${until("failed")}; echo installed >>said`, "touch failed; exit 1");
    assert.deepEqual([code, said()], [1, "installed\n"]);
  });

  it("does nothing on a host that is not ready", async () => {
    folder.script("doctor", `echo "$@" >${folder.at("said")}; exit 2`);
    const { code } = await run("touch a", "touch b");
    assert.deepEqual([code, said()], [2, "--before-up nat\n"]);
    assert.ok(!fs.existsSync(folder.at("a")) && !fs.existsSync(folder.at("b")));
  });
});
