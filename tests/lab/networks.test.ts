import * as assert from "node:assert/strict";
import { negativeControls } from "./controls";
import { byHand, endLabs, lab, labShown, leftovers, refuseRunningLab, said } from "./lab";
import { controlled } from "./proofs/networks";

/** The labs with more than one network, and the schedulers' lab, each from nothing to nothing. */
for (const [name, controls] of Object.entries(controlled)) {
  describe(`${name}, end to end`, () => {
    before(refuseRunningLab);

    after(() => endLabs([name]));

    it("comes up and verifies", async () => {
      assert.equal((await labShown("up", name)).code, 0);
    });

    it("a second up by hand changes nothing", async () => {
      const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", name);
      assert.equal(result.code, 0, said(result));
    });

    // Long enough for a restarted keepalived to be back.
    negativeControls(controls, { name, settle: 15 });

    it("destroys everything", async () => {
      const result = await lab("destroy", name);
      assert.equal(result.code, 0, said(result));
      assert.deepEqual(await leftovers(new RegExp(`${name}|qcow2|\\blogs\\b`)), []);
    });
  });
}
