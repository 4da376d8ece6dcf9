import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { facts, marked } from "../../cli/life/held";
import { inRoot } from "../../cli/paths";
import { run } from "../../cli/run";
import { bridgeName, defaultPoolPath, domainUuid } from "../../infra/model/names";
import { type Blow, cutOff, seeded } from "./cutOff";
import { byHand, lab, labShown, leftovers, refuseRunningLab, said, state } from "./lab";

const topology = inRoot("tests", "lab", "life.yaml");

/** How many runs are cut off before one may finish; LVS_LAB_CUTS asks for more. */
const cuts = Number(process.env.LVS_LAB_CUTS ?? 3);
const blows: readonly Blow[] = ["everything", "engine", "plugins"];
/** What is cut off, and how many steps Pulumi tells of in it at most: up makes all, resume what is left of that. */
const runs = [
  { verb: "up", most: 40 },
  { verb: "resume", most: 12 },
  { verb: "destroy", most: 8 },
] as const;

/** The life of the smallest lab: cut off, broken, mended, destroyed. The tests run in order and share the lab. */
describe("life cycle", () => {
  let uri = "";
  const virsh = (...words: readonly string[]) => run(["virsh", "-q", "-c", uri, ...words]);
  /** What libvirt has of labs, and what the state knows of it: the same, or something was forgotten. */
  const inLibvirt = async (): Promise<string[]> =>
    marked(await facts({ uri, embedded: true }))
      .map(({ kind, name }) => `${kind} ${name}`)
      .sort();
  const inState = async (): Promise<string[]> => {
    const { stdout } = await byHand("pulumi stack export", topology);
    type State = {
      deployment: { resources?: { type: string; inputs?: { name?: string } }[]; pending_operations?: [] };
    };
    const { resources = [], pending_operations: pending = [] } = (JSON.parse(stdout) as State).deployment;
    assert.deepEqual(pending, []);
    return resources
      .flatMap(({ type, inputs }) => {
        const kind = /^libvirt:index\/(\w+):/.exec(type)?.[1]?.replace("combustion", "volume");
        return kind === undefined ? [] : [`${kind} ${inputs?.name}`];
      })
      .sort();
  };
  const differences = async (): Promise<{ code: number; all: { path: string; expected: string; found: string }[] }> => {
    const { code, stdout, stderr } = await lab("drift", "--json", topology);
    assert.ok(code < 2, stderr);
    return { code, all: (JSON.parse(stdout) as { differences: [] }).differences };
  };
  const repaired = async (): Promise<void> => {
    const result = await lab("repair", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await differences(), { code: 0, all: [] });
  };

  before(async () => {
    await refuseRunningLab();
    uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
  });

  after(async () => {
    const destroyed = await lab("destroy", topology);
    fs.rmSync(state, { recursive: true, force: true });
    assert.equal(destroyed.code, 0, said(destroyed));
  });

  it("resume begins nothing", async () => {
    const result = await lab("resume", topology);
    assert.equal(result.code, 2);
    assert.match(said(result), /stack life holds no lab: run .*lab up/);
  });

  it("a domain that cannot start is one error, and nothing half-made stays; a stale disk is not used", async () => {
    // QEMU's serial log cannot be a folder.
    const log = path.join(state, "console", "life-web-console.log");
    fs.mkdirSync(log, { recursive: true });
    const pool = path.join(state, "libvirt", "lib", "lvs-lab", "life");
    fs.mkdirSync(pool, { recursive: true });
    fs.writeFileSync(path.join(pool, "web.qcow2"), "an old disk");
    const result = await lab("up", topology);
    assert.equal(result.code, 2);
    assert.match(said(result), /volume web.qcow2 is not in the stack's state: removing it/);
    const [, error = ""] = result.stderr.split(/^lab: /m);
    assert.match(error, /^pulumi up failed: web: the guest's domain cannot start\n/);
    assert.match(error, /said: .*Is a directory/);
    assert.ok(error.includes(`console: ${log} (./scripts/lab console web)`), error);
    assert.match(error, /fix: .*; then: \.\/scripts\/lab up .*goes on from here\n/);
    assert.deepEqual(await inLibvirt(), await inState());
    assert.doesNotMatch(await virsh("list", "--all", "--name"), /life-web/);
    fs.rmdirSync(log);
  });

  const random = seeded(20261121);
  for (let n = 0; n < cuts; n++) {
    const { verb, most } = runs[n % runs.length] ?? runs[0];
    const [point, blow] = [1 + Math.floor(random() * most), blows[(n + Math.floor(n / 3)) % 3] ?? "everything"];
    it(`${verb} is cut off after ${point} steps by kill -9 of ${blow}`, async () => {
      // From nothing, as there are no so many steps otherwise.
      if (verb === "up") assert.equal((await lab("destroy", topology)).code, 0);
      const { hit } = await cutOff([verb, topology], point, blow);
      assert.ok(hit, "it was over before");
    });
  }

  it("Ctrl-C once ends an up within 30 s, with a valid state", async () => {
    const { ended, said: text } = await cutOff(["up", topology], 3, "ctrl-c");
    assert.match(text, /interrupted; the state is valid/);
    assert.ok(ended < 30, `${ended} s`);
    assert.deepEqual(await inLibvirt(), await inState());
  });

  it("resume clears away what is half-made, comes up and verifies", async () => {
    const result = await labShown("resume", topology);
    assert.equal(result.code, 0);
    assert.deepEqual(await inLibvirt(), await inState());
    const again = await byHand("pulumi up --yes --skip-preview --expect-no-changes", topology);
    assert.equal(again.code, 0, said(again));
  });

  it("drift is told by path, expected and found; repair takes it away", async () => {
    assert.deepEqual(await differences(), { code: 0, all: [] });
    const damage = async (node: string, command: string) =>
      assert.equal((await lab("ssh", "--lab", topology, node, command)).code, 0);
    await damage("lb", "ipvsadm -C; sed -i 's/priority 100/priority 50/' /etc/keepalived/keepalived.conf");
    await damage("web", "sysctl -qw net.ipv4.conf.lo.arp_ignore=0; ip address delete 10.9.0.3/32 dev lo");
    await run(["ip", "-n", "lvs-life-client", "address", "add", "10.9.0.32/24", "dev", "client0"]);
    await run(["ip", "-n", "lvs-life-client", "address", "delete", "10.9.0.31/24", "dev", "client0"]);
    const { code, all } = await differences();
    assert.equal(code, 1);
    assert.deepEqual(
      all.map(({ path: at, expected, found }) => `${at}: ${found.trim()}, must be ${expected.trim()}`).sort(),
      [
        "client 10.9.0.31: nothing, must be there",
        "lb:/etc/keepalived/keepalived.conf:13: priority 50, must be priority 100",
        "lb:IPVS table: nothing, must be TCP 10.9.0.3:80 rr",
        "lb:IPVS table: nothing, must be TCP 10.9.0.3:80 rr -> 10.9.0.21:80 Route weight 1",
        "web:10.9.0.3: nothing, must be 10.9.0.3/32 on lo",
        "web:net.ipv4.conf.lo.arp_ignore: 0, must be 1",
      ],
    );
    await repaired();
  });

  it("a guest that was switched off is drift too", async () => {
    await virsh("destroy", "life-web");
    const { all } = await differences();
    assert.deepEqual(
      all.filter(({ path: at }) => at.startsWith("life-")),
      [{ path: "life-web-domain.running", expected: "true", found: "false", nodes: [], kind: "host" }],
    );
    await repaired();
  });

  it("sweep lists and removes what bears a lab's mark and no stack knows, and nothing else", async () => {
    const define = async (verb: string, xml: string): Promise<void> => {
      const file = path.join(state, "defined.xml");
      fs.writeFileSync(file, xml);
      await virsh(verb, file);
    };
    const domain = (name: string, uuid: string): string =>
      `<domain type="qemu"><name>${name}</name><uuid>${uuid}</uuid><memory>1024</memory><os><type>hvm</type></os><devices>
       <disk type="volume"><source pool="gone" volume="web.qcow2"/><target dev="vda"/></disk></devices></domain>`;
    await define("define", domain("gone-web", domainUuid("gone-web")));
    await define("define", domain("gone-own", "b5a6ec19-6012-43c0-ab6c-5c014253acc3"));
    await define("net-define", `<network><name>gone-lan</name><bridge name="${bridgeName("gone", "lan")}"/></network>`);
    await define("net-define", `<network><name>gone-net</name><bridge name="virbr77"/></network>`);
    await virsh("pool-define-as", "gone", "dir", "--target", defaultPoolPath("gone"));
    await run(["ip", "netns", "add", "lvs-gone-client"]);
    // No process has so high a number (kernel.pid_max).
    const folder = path.join(os.tmpdir(), "lvs-lab-99999999-abcdef");
    fs.mkdirSync(folder);

    const listed = await lab("sweep");
    assert.equal(listed.code, 0, said(listed));
    // The runs that were cut off have left folders too.
    const rows = listed.stdout
      .split("\n")
      .slice(1, -3)
      .filter((row) => !row.startsWith("folder") || row.includes(folder));
    assert.deepEqual(rows.map((row) => row.split(/\s+/).slice(0, 2).join(" ")).sort(), [
      "domain gone-web",
      `folder ${path.basename(folder)}`,
      "namespace lvs-gone-client",
      "network gone-lan",
      "pool gone",
    ]);
    const removed = await lab("sweep", "--yes");
    assert.equal(removed.code, 0, said(removed));
    assert.match((await lab("sweep")).stdout, /^nothing is left over\n$/);
    assert.ok(!fs.existsSync(folder));
    assert.deepEqual((await virsh("list", "--all", "--name")).split("\n").filter(Boolean).sort(), [
      "gone-own",
      "life-lb",
      "life-web",
    ]);
    assert.deepEqual((await virsh("net-list", "--all", "--name")).split("\n").filter(Boolean).sort(), [
      "gone-net",
      "life-lan",
    ]);
    assert.deepEqual(await inLibvirt(), await inState());
    await virsh("undefine", "gone-own");
    await virsh("net-undefine", "gone-net");
  });

  it("destroy takes everything, whatever became of it, within 60 s", async () => {
    await virsh("destroy", "life-web");
    await virsh("undefine", "--managed-save", "--snapshots-metadata", "life-web");
    await virsh("net-destroy", "life-lan");
    const running = await run([inRoot("host", "libvirtd"), "status"]);
    process.kill(Number(/pid (\d+)/.exec(running)?.[1]), "SIGKILL");
    const begin = performance.now();
    const result = await lab("destroy", topology);
    assert.equal(result.code, 0, said(result));
    assert.ok(performance.now() - begin < 60_000);
    assert.deepEqual(await leftovers(/life|qcow2|\blogs\b/), []);
  });
});
