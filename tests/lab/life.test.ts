import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../operations/paths";
import { run, tryRun } from "../../operations/run";
import { bridgeName, defaultPoolPath, domainUuid } from "../../model/topology/names";
import { itSoaks, rounds } from "../soak";
import { cutOff, seeded, type Victims } from "./cutOff";
import { byHand, clientOf, endLabs, lab, labShown, leftovers, claimNamespace, said, state } from "./lab";
import { differences, inLibvirt, inState, onNodes } from "./looks";
import { fillDisk, makeRoom, mountSmallDisk, unmountSmallDisk } from "./smallDisk";
import { until } from "../../operations/wait";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-life-"));
const topology = path.join(folder, "life.yaml");
/** Writes the topology, with one of its texts replaced. */
const write = (from = "", to = ""): void =>
  fs.writeFileSync(topology, fs.readFileSync(inRoot("tests", "lab", "life.yaml"), "utf8").replace(from, to));

/** How many runs are cut off before one may finish. */
const cuts = rounds(3, 10);
const blows: readonly Victims[] = ["everything", "engine", "plugins"];
/** The verbs that are cut off, and the greatest number of their Pulumi steps: up makes everything, resume only the rest. */
const runs = [
  { verb: "up", most: 40 },
  { verb: "resume", most: 12 },
  { verb: "destroy", most: 8 },
] as const;

/** The life of the smallest lab: cut off, broken, repaired, destroyed. The tests run in order and share the lab. */
describe("life cycle", () => {
  let uri = "";
  let outputs = "";
  const nodes = ["lb", "web"];
  const bootId = "cat /proc/sys/kernel/random/boot_id";
  const virsh = (...words: readonly string[]) => run(["virsh", "-q", "-c", uri, ...words]);
  const repaired = async (): Promise<void> => {
    const result = await lab("repair", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await differences(topology), { code: 0, all: [] });
  };

  before(async () => {
    await claimNamespace();
    write();
    await mountSmallDisk(2048);
    uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
  });

  after(() =>
    endLabs([topology], async () => {
      await unmountSmallDisk();
      for (const one of [state, folder]) fs.rmSync(one, { recursive: true, force: true });
    }),
  );

  it("resume does not start a new lab", async () => {
    const result = await lab("resume", topology);
    assert.equal(result.code, 2);
    assert.match(said(result), /stack life holds no lab: run .*lab up/);
  });

  it("a pool without room for the lab is refused before anything is made", async () => {
    fillDisk(100);
    const result = await lab("up", topology);
    assert.equal(result.code, 2);
    const where = path.join(state, "libvirt", "lib", "lvs-lab", "life");
    assert.match(
      result.stderr.split(/^lab: /m)[1] ?? "",
      new RegExp(
        `^${where}: a disk is full: 100 MiB are free, need \\d{3} for the image and 2 guests \\(fix: make room there, then run the same again\\)\n$`,
      ),
    );
    assert.deepEqual([await inLibvirt(uri), await inState(topology)], [[], []]);
    makeRoom();
  });

  it("a domain that cannot start is one error, and leaves nothing half-made; a stale disk is not used", async () => {
    // QEMU cannot open a folder as its serial log.
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
    assert.deepEqual(await inLibvirt(uri), await inState(topology));
    assert.doesNotMatch(await virsh("list", "--all", "--name"), /life-web/);
    fs.rmdirSync(log);
  });

  const random = seeded(20261121);
  for (let n = 0; n < cuts; n++) {
    const { verb, most } = runs[n % runs.length] ?? runs[0];
    const [point, blow] = [1 + Math.floor(random() * most), blows[(n + Math.floor(n / 3)) % 3] ?? "everything"];
    it(`${verb} is cut off after ${point} steps by kill -9 of ${blow}`, async () => {
      // Begin from nothing, because otherwise there are not so many steps.
      if (verb === "up") assert.equal((await lab("destroy", topology)).code, 0);
      const { hit } = await cutOff([verb, topology], point, blow);
      assert.ok(hit, "it was over before");
    });
  }

  it("Ctrl-C once ends an up within 30 s, with a valid state", async () => {
    const { ended, said: text } = await cutOff(["up", topology], 3, "ctrl-c");
    assert.match(text, /interrupted; the state is valid/);
    assert.ok(ended < 30, `${ended} s`);
    assert.deepEqual(await inLibvirt(uri), await inState(topology));
  });

  for (let n = 0; n < rounds(1, 4); n++) {
    const point = 1 + Math.floor(random() * 12);
    it(`a disk that becomes full after ${point} steps of up is one error`, async () => {
      if (n > 0) assert.equal((await lab("destroy", topology)).code, 0);
      const { hit, code, said: text } = await cutOff(["up", topology], point, () => fillDisk(0)).finally(makeRoom);
      assert.deepEqual([hit, code], [true, 2], text);
      const [, error = "", ...more] = text.split(/^lab: /m);
      assert.deepEqual(more, []);
      // If the lab was up already, only the snapshot for `reset` finds no room.
      if (/^\S+: a disk is full: no room for the snapshot after-up \(fix: /.test(error)) return;
      assert.match(error, /^pulumi up failed: .*: a disk is full/);
      assert.ok(error.includes(`  folder:  ${state}\n`), error);
      assert.match(error, /fix: .*make room in the folders above; then: \.\/scripts\/lab up .*goes on from here\n/);
    });
  }

  /** The stack's outputs without keys. */
  const readOutputs = async (): Promise<string> => {
    const result = await byHand("pulumi stack output --json", topology);
    assert.equal(result.code, 0, said(result));
    return result.stdout.replaceAll(/"hostKey": ".*"/g, '"hostKey": ""');
  };

  it("resume removes what is half-made, comes up and verifies", async () => {
    const result = await labShown("resume", topology);
    assert.equal(result.code, 0);
    assert.deepEqual(await inLibvirt(uri), await inState(topology));
    const again = await byHand("pulumi up --yes --skip-preview --expect-no-changes", topology);
    assert.equal(again.code, 0, said(again));
    outputs = await readOutputs();
  });

  it("a script that runs again rewrites no file and touches no unit if nothing changed", async () => {
    const units =
      "systemctl show --property=Id,StateChangeTimestampMonotonic keepalived apache2 lvs-lab-vip systemd-networkd";
    const changed = "find /etc /root /opt /srv /usr/local /var/www -xdev '(' -newer $mark -o -cnewer $mark ')'";
    const before = await onNodes(topology, nodes, `touch /run/mark; ${units}`);
    const result = await byHand("pulumi up --yes --skip-preview --replace '**-configure'", topology);
    assert.equal(result.code, 0, said(result));
    // A run opens its lock, so only that file is newer.
    const after = await onNodes(
      topology,
      nodes,
      `mark=/run/mark; ${units}; ${changed}; find /run/lvs-lab/lock -newer $mark`,
    );
    assert.deepEqual(
      after,
      before.map((text) => `${text}/run/lvs-lab/lock\n`),
    );
  });

  it("a snapshot without enough room on the disk is one error; none is left, and the guests go on", async () => {
    fillDisk(1);
    const result = await lab("snapshot", "--lab", topology, "large");
    makeRoom();
    assert.equal(result.code, 2);
    const [, error = "", ...more] = result.stderr.split(/^lab: /m);
    assert.deepEqual(more, []);
    assert.match(
      error,
      /^\S+: a disk is full: no room for the snapshot large \(fix: make room there, then run the same again\)\n$/,
    );
    for (const node of nodes) assert.equal((await virsh("snapshot-list", "--name", `life-${node}`)).trim(), "after-up");
    assert.equal((await onNodes(topology, nodes, "true")).length, 2);
  });

  itSoaks(
    "a guest that hangs during its boot is one error within seconds, and is removed; its peers go on",
    async () => {
      write("page: hello", "page: hello\n    memory: 256");
      const domid = () => virsh("domid", "life-web").catch(() => "");
      const old = await domid();
      const running = lab("up", topology);
      // It hangs as soon as it runs.
      const hangs = await until(120, async () => {
        const now = await domid();
        return /^\d/.test(now) && now !== old && (await virsh("suspend", "life-web").then(() => true));
      });
      const result = await running;
      assert.ok(hangs);
      assert.equal(result.code, 2);
      const [, error = "", ...more] = result.stderr.split(/^lab: /m);
      assert.deepEqual(more, []);
      assert.match(error, /^pulumi up failed: web: its domain is paused \(user\)\n/);
      assert.match(error, /console: \S+\/life-web-console\.log \(\.\/scripts\/lab console web\)/);
      assert.match(error, /fix: .*; then: \.\/scripts\/lab up .*goes on from here\n/);
      assert.deepEqual(await inLibvirt(uri), await inState(topology));
      const domains = await virsh("list", "--name");
      assert.match(domains, /life-lb/);
      assert.doesNotMatch(domains, /life-web/);
      // It is deleted before it is replaced, because there is only one name, one uuid and one address.
      assert.match(said(result), /life-web-domain deleted original[\s\S]*life-web-domain created replacement/);
    },
  );

  itSoaks("a guest with another memory keeps name, address and MAC, is configured, and serves", async () => {
    const identity = (json: string): unknown => (JSON.parse(json) as { nodes: unknown }).nodes;
    const [peer] = await onNodes(topology, ["lb"], bootId);
    const result = await byHand("pulumi up --yes --skip-preview", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(identity(await readOutputs()), identity(outputs));
    assert.deepEqual(await onNodes(topology, ["lb"], bootId), [peer]);
    assert.match(await virsh("dominfo", "life-web"), /Max memory: +262144 KiB/);
    const verified = await lab("verify", "--json", "--only", "pages", "--only", "round-robin", "--lab", topology);
    assert.equal(verified.code, 0, said(verified));
    assert.deepEqual(await differences(topology), { code: 0, all: [] });
  });

  it("repair does not deploy a topology file that was edited", async () => {
    write("page: hello", "page: edited");
    const result = await lab("repair", topology);
    write();
    assert.equal(result.code, 2);
    assert.match(result.stderr, /^lab: \S+life\.yaml: differs from what was deployed: .*lab up .* deploys it/m);
  });

  for (let n = 1; n <= rounds(0, 10); n++)
    it(`recreate, round ${n}: the same outputs except keys, and no leftovers`, async () => {
      // The runs that were cut off left folders.
      const left = (await lab("sweep")).stdout;
      const result = await labShown("recreate", topology);
      assert.equal(result.code, 0);
      assert.equal(await readOutputs(), outputs);
      assert.deepEqual(await inLibvirt(uri), await inState(topology));
      assert.equal((await lab("sweep")).stdout, left);
    });

  it("drift is reported by path, expected and found; repair removes it", async () => {
    assert.deepEqual(await differences(topology), { code: 0, all: [] });
    const damage = async (node: string, command: string) => void (await onNodes(topology, [node], command));
    await damage(
      "lb",
      "nft flush ruleset; ipvsadm -C; sed -i 's/priority 100/priority 50/' /etc/keepalived/keepalived.conf",
    );
    await damage("web", "sysctl -qw net.ipv4.conf.lo.arp_ignore=0; ip address delete 10.9.0.3/32 dev lo");
    await run(["ip", "-n", clientOf("life"), "address", "add", "10.9.0.32/24", "dev", "client0"]);
    await run(["ip", "-n", clientOf("life"), "address", "delete", "10.9.0.31/24", "dev", "client0"]);
    const { code, all } = await differences(topology);
    assert.equal(code, 1);
    assert.deepEqual(
      all.map(({ path: at, expected, found }) => `${at}: ${found.trim()}, must be ${expected.trim()}`).sort(),
      [
        "client 10.9.0.31: nothing, must be there",
        "lb:/etc/keepalived/keepalived.conf:13: priority 50, must be priority 100",
        "lb:IPVS table: nothing, must be TCP 10.9.0.3:80 rr",
        "lb:IPVS table: nothing, must be TCP 10.9.0.3:80 rr -> 10.9.0.21:80 Route weight 1",
        "lb:table inet lvs-lab:1: an empty line, must be table inet lvs-lab {",
        "web:10.9.0.3: nothing, must be 10.9.0.3/32 on lo",
        "web:net.ipv4.conf.lo.arp_ignore: 0, must be 1",
      ],
    );
    await repaired();
  });

  it("a guest that is switched off is drift too; a changed VRRP password is reported as different, never shown", async () => {
    await onNodes(topology, ["lb"], "sed -i 's/auth_pass .*/auth_pass guessed/' /etc/keepalived/keepalived.conf");
    await virsh("destroy", "life-web");
    const { all } = await differences(topology);
    assert.deepEqual(
      all.filter(({ path: at }) => at.startsWith("life-")),
      [{ path: "life-web-domain.running", expected: "true", found: "false", nodes: [], kind: "host" }],
    );
    const [changed] = all.filter(({ path: at }) => at.startsWith("lb:/etc/keepalived/keepalived.conf:"));
    assert.equal(changed?.found.trim(), "auth_pass ********, but different");
    assert.doesNotMatch(JSON.stringify(all), /life0|guessed/);
    await repaired();
  });

  it("sweep lists and removes only what bears a lab's mark and no stack knows", async () => {
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
    // A failed run left it, and the folder.
    await tryRun(["ip", "netns", "add", clientOf("gone")]);
    // No process has so high a number (kernel.pid_max).
    const folder = path.join(os.tmpdir(), "lvs-lab-99999999-abcdef");
    fs.mkdirSync(folder, { recursive: true });

    const listed = await lab("sweep");
    assert.equal(listed.code, 0, said(listed));
    // The runs that were cut off left folders too.
    const rows = listed.stdout
      .split("\n")
      .slice(1, -3)
      .filter((row) => !row.startsWith("folder") || row.includes(folder));
    assert.deepEqual(rows.map((row) => row.split(/\s+/).slice(0, 2).join(" ")).sort(), [
      "domain gone-web",
      `folder ${path.basename(folder)}`,
      `namespace ${clientOf("gone")}`,
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
    assert.deepEqual(await inLibvirt(uri), await inState(topology));
    await virsh("undefine", "gone-own");
    await virsh("net-undefine", "gone-net");
  });

  it("destroy removes everything, whatever its state, within 60 s", async () => {
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
