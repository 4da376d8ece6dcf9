import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { shippedLabs } from "../../cli/topologies";
import { byHand, failures, lab, labShown, leftovers, refuseRunningLab, said, state } from "./lab";

/** Labs with a test file of their own. */
const elsewhere = ["dr-keepalived", "dr-ipvsadm-nfs", "dr-two-networks", "nat", "scale", "schedulers", "tun"];

/** Checks that a document's mistake makes fail, in the labs that are built as printed; everything else passes there too. */
const failing: Readonly<Record<string, readonly string[]>> = {
  "dr-two-networks-as-printed": ["preempt", "router-ids"],
  "l7-nginx-as-printed": ["case-both-backup-nopreempt"],
};

/** Every other shipped lab: up, verified, no change the second time, destroyed without a trace. */
for (const { name, form } of shippedLabs().filter((one) => !elsewhere.includes(one.name))) {
  describe(`${name}, end to end`, () => {
    before(refuseRunningLab);

    after(async () => {
      const destroyed = await lab("destroy", name);
      fs.rmSync(state, { recursive: true, force: true });
      assert.equal(destroyed.code, 0, said(destroyed));
    });

    if (form === "as-printed") {
      it("comes up, and what fails is what its document has wrong, with the sentence that says why", async () => {
        assert.equal((await labShown("up", name)).code, 1);
        const { code, stdout } = await lab("verify", "--lab", name, "--json");
        assert.equal(code, 1);
        const failed = failures(stdout);
        // Between equal priorities the first to start is MASTER, which may be the right one.
        assert.deepEqual(
          Object.keys(failed)
            .filter((check) => check !== "one-master")
            .sort(),
          failing[name],
        );
        for (const problems of Object.values(failed)) assert.match(problems.at(-1) ?? "", /^document \d+ as printed: /);
      });
    } else {
      it("comes up and verifies", async () => {
        const result = await labShown("up", name);
        assert.equal(result.code, 0);
      });
    }

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
