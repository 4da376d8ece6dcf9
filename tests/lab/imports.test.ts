import * as assert from "node:assert/strict";
import { claimNamespace, endLabs, lab, labShown, leftovers, said } from "./lab";
import { proofs } from "./proofs/imports";

/** What `lab import` makes of other people's files (a unit test compares it with the topologies here) comes up and verifies. */
describe("imported sites", () => {
  before(claimNamespace);
  after(() => endLabs([]));

  for (const { lab: topology } of proofs)
    it(`${topology} comes up, verifies, and is destroyed`, async () => {
      const up = await labShown("up", topology);
      const destroyed = await lab("destroy", topology);
      assert.deepEqual([up.code, destroyed.code], [0, 0], said(destroyed));
    });

  it("leave nothing", async () => {
    assert.deepEqual(await leftovers(/crossed|gateways|relay|tunnel|qcow2/), []);
  });
});
