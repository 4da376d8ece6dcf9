import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { fixturePath } from "../fixtures";
import { shippedLabs } from "../../cli/topologies";
import { byHand, failures, lab, labShown, leftovers, refuseRunningLab, said, state } from "./lab";

/** Labs with a test file of their own. */
const elsewhere = ["dr-keepalived", "dr-ipvsadm-nfs", "dr-two-networks", "nat", "scale", "schedulers", "tun"];

/**
 * Checks that a document's mistake makes fail, in the labs that are built as printed: those that tell it best. What a strict router
 * breaks is nearly everything, and each request that nobody answers takes its time.
 */
const failing: Readonly<Record<string, readonly string[]>> = {
  "dr-two-networks-as-printed": ["preempt", "router-ids"],
  "dr-two-networks-strict": ["without-router"],
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
        const up = await byHand("pulumi up --yes --skip-preview", name);
        assert.equal(up.code, 0, said(up));
        const printed = failing[name] ?? [];
        const only = [...printed, "addresses"].flatMap((check) => ["--only", check]);
        const verified = await lab("verify", "--json", "--settle", "20", ...only, "--lab", name);
        assert.equal(verified.code, 1, said(verified));
        const failed = failures(verified.stdout);
        assert.deepEqual(Object.keys(failed).sort(), printed);
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

describe("document 000 as printed, which keepalived refuses", () => {
  const file = fixturePath("as-printed-000");

  before(refuseRunningLab);

  after(async () => {
    const destroyed = await lab("destroy", file);
    fs.rmSync(state, { recursive: true, force: true });
    assert.equal(destroyed.code, 0, said(destroyed));
  });

  it("ends in the parser's own words, and no file is replaced", async () => {
    const result = await lab("up", file);
    assert.equal(result.code, 2, said(result));
    assert.match(said(result), /document 000 as printed: persistence_timeout 0: keepalived refuses the file/);
    assert.match(said(result), /persistence_timeout invalid/);
    assert.match(said(result), /Unknown keyword 'nb_get_retry'/);
    assert.match(said(result), /keepalived\.conf: refused by: .*; the file in place stays as it was/);
  });
});
