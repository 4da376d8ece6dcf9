import * as assert from "node:assert/strict";
import { negativeControls } from "./controls";
import { changesNothing } from "./course";
import { endLabs, lab, labShown, leftovers, claimNamespace, said } from "./lab";
import { differences } from "./looks";
import { controls, proofs, stopped } from "./proofs/sites";

const topology = proofs[0]?.lab ?? "";

/** A pair that brings its own keepalived.conf files. */
describe("directors with their own configurations", () => {
  before(claimNamespace);
  after(() => endLabs([topology]));

  it("come up and verify", async () => {
    assert.equal((await labShown("up", topology)).code, 0);
  });

  it("a second up would change nothing", () => changesNothing(topology));

  it("have no drift", async () => {
    const { code, all } = await differences(topology);
    assert.deepEqual([code, all], [0, []]);
  });

  it("what predict says of every failure comes true", async () => {
    const { code } = await labShown("verify", topology, "--only", "predictions");
    assert.equal(code, 0);
  });

  negativeControls(controls, { name: topology });
  negativeControls(stopped, { name: topology });

  it("destroy everything", async () => {
    const result = await lab("destroy", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/\bsites\b|qcow2|\blogs\b/), []);
  });
});
