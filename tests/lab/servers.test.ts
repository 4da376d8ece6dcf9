import * as assert from "node:assert/strict";
import * as path from "node:path";
import { negativeControls } from "./controls";
import { changesNothing } from "./course";
import { byHand, endLabs, lab, labShown, leftovers, refuseRunningLab, said, state } from "./lab";
import { differences } from "./looks";
import { controls, proofs } from "./proofs/servers";
import { download, serve, sourceAt } from "./repository";

const topology = proofs[0]?.lab ?? "";

/** A DNS server and a mail server beside a virtual server. The guest image is older than the role dns: dnsmasq comes from the lab's own segment. */
describe("servers of other protocols", () => {
  let stop: (() => Promise<void>) | undefined;

  before(async () => {
    await refuseRunningLab();
    const configured = await byHand(`pulumi config set lvs-lab:packages '${sourceAt("10.9.53.1")}'`, topology);
    assert.equal(configured.code, 0, said(configured));
    const folder = path.join(state, "repository");
    await download(folder, "dnsmasq-base");
    stop = await serve(folder);
  });

  after(async () => {
    await stop?.();
    await endLabs([topology]);
  });

  it("come up and verify", async () => {
    assert.equal((await labShown("up", topology)).code, 0);
  });

  it("need no repository any more: a second up would change nothing", async () => {
    await stop?.();
    stop = undefined;
    await changesNothing(topology);
  });

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
