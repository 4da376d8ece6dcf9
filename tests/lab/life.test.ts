import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { facts, marked } from "../../cli/life/held";
import { inRoot } from "../../cli/paths";
import { run } from "../../cli/run";
import { type Blow, cutOff, seeded } from "./cutOff";
import { byHand, lab, labShown, leftovers, refuseRunningLab, said, state } from "./lab";

const topology = inRoot("tests", "lab", "life.yaml");

/** How many runs are cut off before one may finish; LVS_LAB_CUTS asks for more. */
const cuts = Number(process.env.LVS_LAB_CUTS ?? 3);
const blows: readonly Blow[] = ["everything", "engine", "plugins"];
/** What is cut off, and how many steps Pulumi tells of in it at most: the first up makes all, the others what is left. */
const runs = [
  { verb: "up", most: 40 },
  { verb: "resume", most: 12 },
  { verb: "destroy", most: 8 },
] as const;

/** The life of the smallest lab: cut off, broken, mended, destroyed. The tests run in order and share the lab. */
describe("life cycle", () => {
  let uri = "";
  const virsh = (...words: readonly string[]) => run(["virsh", "-q", "-c", uri, ...words]);
  /** What libvirt has of the lab, and what the state knows of it: the same, or somebody was forgotten. */
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
    const kinds: Readonly<Record<string, string>> = {
      "libvirt:index/combustion:Combustion": "volume",
      "libvirt:index/volume:Volume": "volume",
      "libvirt:index/domain:Domain": "domain",
      "libvirt:index/network:Network": "network",
      "libvirt:index/pool:Pool": "pool",
    };
    return resources.flatMap(({ type, inputs }) => (kinds[type] ? [`${kinds[type]} ${inputs?.name}`] : [])).sort();
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

  const random = seeded(20261121);
  for (let n = 0; n < cuts; n++) {
    const { verb, most } = runs[n % runs.length] ?? runs[0];
    const [point, blow] = [1 + Math.floor(random() * most), blows[(n + Math.floor(n / 3)) % 3] ?? "everything"];
    it(`${verb} is cut off after ${point} steps by kill -9 of ${blow}`, async () => {
      const { hit } = await cutOff([verb, topology], point, blow);
      assert.ok(hit, "it was over before");
    });
  }

  it("Ctrl-C once ends a resume within 30 s, with a valid state", async () => {
    const { ended, said: text } = await cutOff(["resume", topology], 3, "ctrl-c");
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

  it("destroy takes everything, whatever became of it, within 60 s", async () => {
    await virsh("destroy", "life-web");
    await virsh("undefine", "--managed-save", "--snapshots-metadata", "life-web");
    await virsh("net-destroy", "life-lan");
    const stopped = await run([inRoot("host", "libvirtd"), "status"]);
    process.kill(Number(/pid (\d+)/.exec(stopped)?.[1]), "SIGKILL");
    const begin = performance.now();
    const result = await lab("destroy", topology);
    assert.equal(result.code, 0, said(result));
    assert.ok(performance.now() - begin < 60_000);
    assert.deepEqual(await leftovers(/life|qcow2|\blogs\b/), []);
  });
});
