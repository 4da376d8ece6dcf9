import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheDir, inRoot } from "../../operations/paths";
import { run } from "../../operations/run";
import { byHand, endLabs, lab, labShown, leftovers, claimNamespace, said, state } from "./lab";
import { serve, sourceAt } from "./repository";

const topology = "tests/lab/bare.yaml";
/** The first host of the lab's segment is the embedded libvirt's end of it. */
const source = sourceAt("10.9.4.1");

/** Ends an up because packages cannot be installed, and checks what it says of it. */
async function refused(reason: RegExp): Promise<void> {
  const result = await lab("up", topology);
  assert.notEqual(result.code, 0);
  const errors = said(result).match(/lvs-lab: \w+: cannot install .*/g) ?? [];
  assert.ok(errors.length > 0, said(result));
  for (const error of errors) {
    assert.ok(error.includes(` from ${source}: `), error);
    assert.match(error, reason);
  }
}

/** A lab on a Debian without the packages of its roles, in a network without a way out. The tests run in order. */
describe("the bare image, packages from the lab's own segment", () => {
  let repository: string;
  let stop: (() => Promise<void>) | undefined;

  before(async () => {
    await claimNamespace();
    const built = await run([inRoot("image", "build"), "--bare", cacheDir], { show: "errors" });
    ({ packages: repository } = JSON.parse(built) as { packages: string });
    const set = `pulumi config set lvs-lab:image bare; pulumi config set lvs-lab:packages '${source}'`;
    const configured = await byHand(set, topology);
    assert.equal(configured.code, 0, said(configured));
  });

  after(async () => {
    await stop?.();
    await endLabs([topology]);
  });

  it("says which machine lacks which packages if the repository does not answer", () =>
    refused(/cannot install \S.* from .*: Failed to fetch http:\/\/10\.9\.4\.1:8000\/\S* .*connect/i));

  it("says which machine lacks which packages if the repository does not have them", async () => {
    const folder = path.join(state, "repository");
    fs.cpSync(repository, folder, { recursive: true });
    // It has the digest of the index, which becomes another one.
    fs.rmSync(path.join(folder, "Release"));
    const index = fs.readFileSync(path.join(repository, "Packages"), "utf8");
    fs.writeFileSync(path.join(folder, "Packages"), index.replace(/^Package: apache2\n[^]*?\n\n/m, ""));
    const stopOther = await serve(folder);
    try {
      await refused(/web\d: cannot install .*\bapache2\b.* from .*: Unable to locate package apache2$/);
    } finally {
      await stopOther();
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("installs what its roles need, and verifies", async () => {
    stop = await serve(repository);
    assert.equal((await labShown("up", topology)).code, 0);
  });

  it("needs no repository any more: a second up by hand changes nothing, and nothing is half installed", async () => {
    await stop?.();
    stop = undefined;
    const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", topology);
    assert.equal(result.code, 0, said(result));
    const look = "systemctl --failed --quiet; dpkg --audit; cat /etc/apt/sources.list.d/lvs-lab.list";
    const looked = await lab("exec", "--lab", topology, "lb1", "web1", "nfs", look);
    assert.deepEqual(
      looked.stdout.trim().split("\n").sort(),
      ["lb1 ", "nfs ", "web1"].map((name) => `${name} | deb ${source}`),
    );
  });

  it("destroys everything", async () => {
    const result = await lab("destroy", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/\bbare\b|qcow2|\blogs\b/), []);
  });
});
