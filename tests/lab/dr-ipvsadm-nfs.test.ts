import * as assert from "node:assert/strict";
import { itSoaks } from "../soak";
import { negativeControls } from "./controls";
import { byHand, endLabs, lab, labShown, leftovers, claimNamespace, said } from "./lab";
import { differences, onNodes } from "./looks";
import { damages, unmounted } from "./proofs/dr-ipvsadm-nfs";

const name = "dr-ipvsadm-nfs";
const nodes = ["lvs", "web1", "web2", "nfs"];

/** Document 002's lab: all its settings must survive a reboot. The tests run in order and share the lab. */
describe("dr-ipvsadm-nfs, with a reboot of every guest", () => {
  before(claimNamespace);

  after(() => endLabs([name]));

  it("comes up and verifies every point of document 002", async () => {
    const result = await labShown("up", name);
    assert.equal(result.code, 0);
    const listed = await lab("verify", "--list", "--lab", name);
    for (let point = 1; point <= 12; point++) assert.match(listed.stdout, new RegExp(`^002-${point} `, "m"));
  });

  it("a second up by hand changes nothing", async () => {
    const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", name);
    assert.equal(result.code, 0, said(result));
  });

  negativeControls(damages, { name });
  negativeControls(unmounted, { name });

  // If mount.nfs falls back to NFSv3, rpcbind and rpc.statd listen from then on, and the check `ports` sees them.
  it("a web server waits for an NFS server that does not run yet, and starts nothing of NFSv3 meanwhile", async () => {
    const on = (node: string, command: string) => onNodes(name, [node], command);
    await on("web1", "systemctl stop var-www-html.mount");
    await on("nfs", "systemctl stop nfs-server");
    await on("web1", "systemctl start --no-block var-www-html.mount && sleep 4");
    await on("nfs", "systemctl start nfs-server");
    await on("web1", "systemctl start var-www-html.mount");
    const verified = await lab("verify", "--json", "--only", "ports", "--only", "mount", "--lab", name);
    assert.equal(verified.code, 0, said(verified));
  });

  // This takes long. It tests only the special roles; the life cycle's lab tests how drift is reported and repaired.
  itSoaks("drift of exports, of the director's VIP and of a unit is told, and repaired", async () => {
    await onNodes(name, ["nfs"], "sed -i s/no_root_squash/root_squash/ /etc/exports; exportfs -ua");
    await onNodes(name, ["lvs"], "ip address delete 192.168.16.100/32 dev ens33; systemctl --root=/ disable ipvsadm");
    const { code, all } = await differences(name);
    assert.equal(code, 1);
    assert.deepEqual(all.map(({ path: at, expected }) => `${at.replace(/:\d+$/, "")}: ${expected}`).sort(), [
      "VIP 192.168.16.100: on lvs",
      "lvs:unit ipvsadm at boot: enabled",
      "nfs:/etc/exports: /opt/wwwroot 192.168.16.0/24(rw,sync,no_root_squash,no_subtree_check)",
      "nfs:exports: /opt/wwwroot 192.168.16.0/24",
    ]);
    const repaired = await lab("repair", name);
    assert.equal(repaired.code, 0, said(repaired));
    assert.deepEqual(await differences(name), { code: 0, all: [] });
  });

  it("everything is back after a reboot of every guest, without manual work", async () => {
    const bootIds = () =>
      Promise.all(
        nodes.map(async (node) =>
          (await lab("ssh", "--lab", name, node, "cat /proc/sys/kernel/random/boot_id")).stdout.trim(),
        ),
      );
    const before = await bootIds();
    assert.ok(
      before.every((id) => id.length === 36),
      before.join(),
    );
    await Promise.all(nodes.map((node) => lab("ssh", "--lab", name, node, "systemctl reboot")));
    let after: string[] = [];
    const rebooted = () => after.length > 0 && after.every((id, index) => id.length === 36 && id !== before[index]);
    for (const end = Date.now() + 240_000; !rebooted() && Date.now() < end; ) after = await bootIds();
    assert.ok(rebooted(), `boot ids were ${before.join()}, are ${after.join()}`);
    // An NFS client that asked while the server was down may wait two minutes before it asks again.
    const verified = await lab("verify", "--settle", "300", "--lab", name);
    // What the boot still waits for, and what took long.
    const boots =
      verified.code === 0
        ? []
        : await onNodes(name, nodes, "hostname; systemctl list-jobs; systemd-analyze blame | head -5");
    assert.equal(verified.code, 0, [said(verified), ...boots].join("\n"));
    const patience = "cat /proc/fs/nfsd/nfsv4gracetime /proc/fs/nfsd/nfsv4leasetime";
    assert.deepEqual(await onNodes(name, ["nfs"], patience), ["10\n10\n"]);
  });

  it("destroys everything", async () => {
    const result = await lab("destroy", name);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/dr-ipvsadm-nfs|qcow2|\blogs\b/), []);
  });
});
