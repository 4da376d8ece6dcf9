import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../operations/paths";
import { run } from "../../operations/run";
import { filesWith, seedOf, watchArguments, withoutTraces } from "./canaries";
import { byHand, clientOf, endLabs, lab, leftovers, own, claimNamespace, said, state } from "./lab";

const topology = inRoot("tests", "lab", "nopreempt.yaml");
const password = "canary77";
/** Detailed logs of the plugins and the engine during an up, and the command lines of that time. They are outside the state. */
const log = path.join(os.tmpdir(), `lvs-lab-canaries-${process.pid}.log`);
let commandLines: readonly string[] = [];

/** A user's own lab, by hand with plain pulumi, as the README says. The tests run in order and share the lab. */
describe("nopreempt, by hand", () => {
  // Make the bridge that the topology names. On a host with its own libvirt it would be the host's br0.
  before(async () => {
    await claimNamespace();
    await run([inRoot("host", "libvirtd"), "start"], { env: { LVS_LAB_STATE: state } });
    await run(["ip", "-n", own, "link", "add", "br0", "type", "bridge"]);
    await run(["ip", "-n", own, "address", "add", "10.0.0.254/24", "dev", "br0"]);
    await run(["ip", "-n", own, "link", "set", "br0", "up"]);
  });

  after(async () => {
    fs.rmSync(log, { force: true });
    await endLabs([topology]);
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

  it("breaks a policy: it has a password in clear text, and is not a document's configuration", async () => {
    const result = await lab("preview", "--policy", topology);
    assert.notEqual(result.code, 0);
    assert.match(said(result), /no-clear-text[\s\S]*vrrp\.authentication: got a password in clear text/);
  });

  it("previews and comes up with plain pulumi", async () => {
    const configured = await byHand(
      `printf %s ${password} | pulumi config set --secret lvs-lab:authPass && pulumi config set lvs-lab:start boot`,
      topology,
    );
    assert.equal(configured.code, 0, said(configured));
    const watched = watchArguments();
    const result = await byHand(
      `pulumi preview && pulumi up --yes --skip-preview -v=9 --logtostderr 2>${log}`,
      topology,
    );
    commandLines = watched();
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

  it("verifies: the VIP moves, and stays there when the director returns", async () => {
    const result = await lab("verify", "--json", "--lab", topology);
    assert.equal(result.code, 0, said(result));
    const { results } = JSON.parse(result.stdout) as { results: { id: string; seen: string }[] };
    // The director that started first held it first.
    assert.match(results.find(({ id }) => id === "preempt")?.seen ?? "", /^lb0[12] holds the VIP still$/);
  });

  it("uses a client that is a guest, and makes no namespace for it", async () => {
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
    const namespaces = (await run(["ip", "netns", "list"])).split("\n").map((line) => line.split(" ")[0]);
    assert.ok(!namespaces.includes(clientOf("nopreempt")));
  });

  it("a second up changes nothing", async () => {
    const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", topology);
    assert.equal(result.code, 0, said(result));
  });

  it("connects the guests to the existing bridge, and has a network with a way out", async () => {
    const uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
    const networks = (await run(["virsh", "-c", uri, "-q", "net-list", "--all", "--name"])).trim();
    assert.equal(networks, "nopreempt-wayout");
    assert.match(
      await run(["virsh", "-c", uri, "net-dumpxml", networks]),
      /<forward mode='nat'>[\s\S]*address='10\.0\.1\.1'/,
    );
    // Five guests, the client among them.
    const ports = await run(["ip", "-n", own, "-brief", "link", "show", "master", "br0"]);
    assert.equal(ports.trim().split("\n").length, 5, ports);
  });

  it("keeps its secrets out of state, history, outputs, logs (except the engine's traces), command lines and journals", async () => {
    const secret = async (name: string) =>
      (await byHand(`pulumi stack output --show-secrets ${name}`, topology)).stdout;
    const read = (node: string, command: string) => lab("ssh", "--lab", topology, node, command);
    const hostKeys = await Promise.all(
      ["lb01", "web01"].map(async (node) => (await read(node, "cat /etc/ssh/ssh_host_ed25519_key")).stdout),
    );
    const passphrase = fs.readFileSync(path.join(state, "passphrase"), "utf8").trim();
    const canaries = [password, passphrase, ...[await secret("sshPrivateKey"), ...hostKeys].map(seedOf)];
    assert.ok(canaries.every((text) => text.length >= 8));

    // Leave out the guests' disks: they hold keepalived.conf, and the seeds hold the host keys.
    const known = /^(passphrase$|libvirt\/lib\/)/;
    assert.deepEqual(
      filesWith(state, canaries).filter((file) => !known.test(file)),
      [],
    );
    assert.equal(fs.statSync(path.join(state, "passphrase")).mode & 0o777, 0o600);
    assert.equal(fs.statSync(path.join(state, "libvirt", "lib")).mode & 0o777, 0o700);

    const all = (name: string, text: string) =>
      canaries.flatMap((canary, index) => (text.includes(canary) ? [`${name}: canary ${index}`] : []));
    const [history, exported, verified, journals] = await Promise.all([
      byHand("pulumi stack history --full-dates --json; pulumi stack output --json", topology),
      byHand("pulumi stack export", topology),
      lab("verify", "--json", "--only", "keepalived.conf", "--lab", topology),
      Promise.all(["lb01", "web01"].map((node) => read(node, "journalctl --no-pager; cat /proc/[0-9]*/cmdline"))),
    ]);
    assert.match(journals[0]?.stdout ?? "", /Keepalived/);
    assert.ok(commandLines.some((line) => line.includes("--logtostderr")));
    assert.deepEqual(
      [
        ...all("history and outputs", said(history)),
        ...all("export", said(exported)),
        ...all("verify", said(verified)),
        ...journals.flatMap((journal) => all("journal", said(journal))),
        ...all("command lines", commandLines.join("\n")),
        ...all("log", withoutTraces(fs.readFileSync(log, "utf8"))),
      ],
      [],
    );
  });

  it("is destroyed by plain pulumi, and lab destroy removes the rest", async () => {
    const byPulumi = await byHand("pulumi destroy --yes --skip-preview", topology);
    assert.equal(byPulumi.code, 0, said(byPulumi));
    const rest = await lab("destroy", topology);
    assert.equal(rest.code, 0, said(rest));
    assert.deepEqual(await leftovers(/nopreempt|lb0|qcow2|\blogs\b/), []);
  });
});
