import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../cli/paths";
import { byHand, lab, leftovers, refuseRunningLab, said, state } from "./lab";

const topology = inRoot("tests", "lab", "nopreempt.yaml");
const password = "canary77";

/** A lab of one's own, by hand with plain pulumi, as the README tells it. The tests run in order and share the lab. */
describe("nopreempt, by hand", () => {
  before(refuseRunningLab);

  after(async () => {
    const destroyed = await lab("destroy", topology);
    fs.rmSync(state, { recursive: true, force: true });
    assert.equal(destroyed.code, 0, said(destroyed));
  });

  it("is refused without its VRRP password, before anything is created", async () => {
    const result = await byHand("pulumi up --yes --skip-preview", topology);
    assert.notEqual(result.code, 0);
    assert.match(
      said(result),
      /lvs-lab:authPass: got nothing, need the VRRP password of this lab \(pulumi config set --secret lvs-lab:authPass\)/,
    );
    assert.doesNotMatch(said(result), /libvirt:index/);
  });

  it("previews and comes up with plain pulumi", async () => {
    const result = await byHand(
      `printf %s ${password} | pulumi config set --secret lvs-lab:authPass && pulumi preview && pulumi up --yes --skip-preview`,
      topology,
    );
    assert.equal(result.code, 0, said(result));
    assert.match(result.stdout, /51 to create/);
  });

  it("verifies: the VIP moves, and stays where it is when the director returns", async () => {
    const result = await lab("verify", "--json", "--lab", topology);
    assert.equal(result.code, 0, said(result));
    const { results } = JSON.parse(result.stdout) as { results: { id: string; seen: string }[] };
    assert.equal(results.find(({ id }) => id === "preempt")?.seen, "lb02 holds the VIP still");
  });

  it("keeps the password out of state, history, logs and outputs", () => {
    const files = fs.readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const text = files
      .map((entry) => path.join(entry.parentPath, entry.name))
      // Disks are the guests' own, and hold their keepalived.conf.
      .filter((file) => !file.includes("/libvirt/lib/"))
      .filter((file) => fs.readFileSync(file, "latin1").includes(password));
    assert.deepEqual(text, []);
  });

  it("is destroyed by plain pulumi, and lab destroy takes the rest", async () => {
    const byPulumi = await byHand("pulumi destroy --yes --skip-preview", topology);
    assert.equal(byPulumi.code, 0, said(byPulumi));
    const rest = await lab("destroy", topology);
    assert.equal(rest.code, 0, said(rest));
    assert.deepEqual(await leftovers(/nopreempt|lb0|qcow2|\blogs\b/), []);
  });
});
