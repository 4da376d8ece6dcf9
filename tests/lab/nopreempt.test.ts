import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { embeddedNetns, inRoot } from "../../cli/paths";
import { run } from "../../cli/run";
import { byHand, endLabs, lab, leftovers, refuseRunningLab, said, state } from "./lab";

const topology = inRoot("tests", "lab", "nopreempt.yaml");
const password = "canary77";
/** The embedded libvirt's network namespace. */
const netns = path.basename(embeddedNetns);

/** A lab of one's own, by hand with plain pulumi, as the README tells it. The tests run in order and share the lab. */
describe("nopreempt, by hand", () => {
  // The bridge that the topology names has to be there: on a host with a libvirt of its own it would be the host's br0.
  before(async () => {
    await refuseRunningLab();
    await run([inRoot("host", "libvirtd"), "start"], { env: { LVS_LAB_STATE: state } });
    await run(["ip", "-n", netns, "link", "add", "br0", "type", "bridge"]);
    await run(["ip", "-n", netns, "address", "add", "10.0.0.254/24", "dev", "br0"]);
    await run(["ip", "-n", netns, "link", "set", "br0", "up"]);
  });

  after(() => endLabs([topology]));

  it("is refused without its VRRP password, before anything is created", async () => {
    const result = await byHand("pulumi up --yes --skip-preview", topology);
    assert.notEqual(result.code, 0);
    assert.match(
      said(result),
      /lvs-lab:authPass: got nothing, need the VRRP password of this lab \(pulumi config set --secret lvs-lab:authPass\)/,
    );
    assert.doesNotMatch(said(result), /libvirt:index/);
  });

  it("breaks a policy: it has a password in clear text, and shows no document's configuration", async () => {
    const result = await lab("preview", "--policy", topology);
    assert.notEqual(result.code, 0);
    assert.match(said(result), /no-clear-text[\s\S]*vrrp\.authentication: got a password in clear text/);
  });

  it("previews and comes up with plain pulumi", async () => {
    const result = await byHand(
      `printf %s ${password} | pulumi config set --secret lvs-lab:authPass && pulumi config set lvs-lab:start boot && pulumi preview && pulumi up --yes --skip-preview`,
      topology,
    );
    assert.equal(result.code, 0, said(result));
    assert.match(result.stdout, /\+ 5\d to create/);
  });

  it("booted its guests, as the stack says", async () => {
    const guests = await lab("inspect", "--boot", "--json", "--lab", topology);
    assert.deepEqual(
      [...guests.stdout.matchAll(/"how": "(\w+)"/g)].map(([, how]) => how),
      Array(5).fill("booted"),
    );
  });

  it("verifies: the VIP moves, and stays where it is when the director returns", async () => {
    const result = await lab("verify", "--json", "--lab", topology);
    assert.equal(result.code, 0, said(result));
    const { results } = JSON.parse(result.stdout) as { results: { id: string; seen: string }[] };
    // Whichever started first held it first.
    assert.match(results.find(({ id }) => id === "preempt")?.seen ?? "", /^lb0[12] holds the VIP still$/);
  });

  it("asks from a client that is a guest, and makes no namespace for it", async () => {
    const asked = await lab(
      "shell",
      "--lab",
      topology,
      "client",
      "sh",
      "-c",
      "cat /proc/sys/kernel/hostname && arping -V",
    );
    assert.match(said(asked), /^client\narping from iputils/);
    assert.doesNotMatch(await run(["ip", "netns", "list"]), /nopreempt/);
  });

  it("a second up changes nothing", async () => {
    const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", topology);
    assert.equal(result.code, 0, said(result));
  });

  it("plugs the guests into the existing bridge, and has a network with a way out", async () => {
    const uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
    const networks = (await run(["virsh", "-c", uri, "-q", "net-list", "--all", "--name"])).trim();
    assert.equal(networks, "nopreempt-wayout");
    assert.match(
      await run(["virsh", "-c", uri, "net-dumpxml", networks]),
      /<forward mode='nat'>[\s\S]*address='10\.0\.1\.1'/,
    );
    // Five guests, the client among them.
    const ports = await run(["ip", "-n", netns, "-brief", "link", "show", "master", "br0"]);
    assert.equal(ports.trim().split("\n").length, 5, ports);
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
