import * as assert from "node:assert/strict";
import { negativeControls } from "./controls";
import { changesNothing } from "./course";
import { endLabs, lab, labShown, leftovers, refuseRunningLab, said } from "./lab";
import { differences } from "./looks";
import { controls, proofs } from "./proofs/servers";

const topology = proofs[0]?.lab ?? "";

/** A DNS server and a mail server beside a virtual server. */
describe("servers of other protocols", () => {
  before(refuseRunningLab);
  after(() => endLabs([topology]));

  it("come up and verify", async () => {
    assert.equal((await labShown("up", topology)).code, 0);
  });

  it("a second up would change nothing", () => changesNothing(topology));

  negativeControls(controls, { name: topology });

  it("drift says which record differs, and repairs it", async () => {
    const damaged = await lab("ssh", "--lab", topology, "ns", "sed -i s/10.9.53.25/10.9.53.26/ /etc/dnsmasq.conf");
    assert.equal(damaged.code, 0, said(damaged));
    const { code, all } = await differences(topology);
    assert.equal(code, 1);
    assert.deepEqual(
      all.map(({ path: at, expected, found }) => `${at}: ${found}, must be ${expected}`),
      ["ns:/etc/dnsmasq.conf:8: host-record=mail.lab,10.9.53.26, must be host-record=mail.lab,10.9.53.25"],
    );
    const repaired = await lab("repair", topology);
    assert.equal(repaired.code, 0, said(repaired));
    const verified = await lab("verify", "--only", "names", "--lab", topology);
    assert.equal(verified.code, 0, said(verified));
  });

  it("destroy everything", async () => {
    const result = await lab("destroy", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/\bservers\b|qcow2|\blogs\b/), []);
  });
});
