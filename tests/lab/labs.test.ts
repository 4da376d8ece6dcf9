import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { shippedLabs } from "../../cli/topologies";
import { byHand, lab, labShown, leftovers, refuseRunningLab, said, state } from "./lab";

/** Labs with a test file of their own. */
const elsewhere = ["dr-keepalived", "dr-ipvsadm-nfs", "dr-two-networks", "nat", "scale", "schedulers", "tun"];

/** Every other shipped lab: up, verified, no change the second time, destroyed without a trace. */
for (const { name } of shippedLabs().filter((one) => !elsewhere.includes(one.name))) {
  describe(`${name}, end to end`, () => {
    before(refuseRunningLab);

    after(async () => {
      const destroyed = await lab("destroy", name);
      fs.rmSync(state, { recursive: true, force: true });
      assert.equal(destroyed.code, 0, said(destroyed));
    });

    it("comes up and verifies", async () => {
      const result = await labShown("up", name);
      assert.equal(result.code, 0);
    });

    it("a second up by hand changes nothing", async () => {
      const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", name);
      assert.equal(result.code, 0, said(result));
    });

    it("destroys everything", async () => {
      const result = await lab("destroy", name);
      assert.equal(result.code, 0, said(result));
      assert.deepEqual(await leftovers(new RegExp(`${name}|qcow2|\\blogs\\b`)), []);
    });
  });
}
