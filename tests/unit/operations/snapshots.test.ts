import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { parseCameUp } from "../../../operations/session/inspect";
import { checkName, deploymentOf, Snapshots, snapshotTable } from "../../../operations/snapshots";
import type { LabOutputs } from "../../../infra/outputs";
import { Libvirt } from "../../../components/platform/libvirt/libvirt";
import { programs } from "../components/platform/libvirt/programs";
import { Folder } from "../host/folder";
import type { LabHandle } from "../../../operations/engine/handle";

const LAB = {
  topology: "{}",
  nodes: [{ domain: "dr-web1", hostKey: "ssh-ed25519 one" }],
} as unknown as LabOutputs;

describe("snapshots", () => {
  for (const name of ["a", "before-failover", "x1", "a".repeat(32)]) {
    it(`may be called ${name}`, () => {
      assert.equal(checkName(name), name);
    });
  }
  for (const name of [undefined, "", "-a", "a-", "A", "a b", "a".repeat(33), "../a", "ä"]) {
    it(`may not be called ${name}`, () => {
      assert.throws(() => checkName(name), /^Error: snapshot: got .*, need a name of 1 to 32/);
    });
  }

  it("belong to one deployment: with other guests or another topology the deployment is another one", () => {
    const others = [
      LAB,
      { ...LAB, topology: "{ }" },
      { ...LAB, nodes: [{ ...LAB.nodes[0], hostKey: "ssh-ed25519 two" }] } as LabOutputs,
      { ...LAB, nodes: [] },
    ];
    assert.equal(new Set(others.map(deploymentOf)).size, others.length);
    assert.equal(deploymentOf({ ...LAB }), deploymentOf(LAB));
  });

  it("are a table", () => {
    const one = { name: "after-up", taken: "2026-11-21T15:13:54.000Z", deployment: "0", domains: ["a", "b"] };
    assert.match(snapshotTable([one]), /^SNAPSHOT +TAKEN +GUESTS\nafter-up +2026-11-21T15:13:54\.000Z +2$/);
  });
});

describe("taking a snapshot", () => {
  let folder: Folder;
  const { PATH } = process.env;
  beforeEach(() => {
    folder = new Folder();
    process.env.PATH = `${folder.path}:${PATH}`;
  });
  afterEach(() => {
    process.env.PATH = PATH;
    folder.remove();
  });

  /** Takes a snapshot of a lab with two guests, with a stand-in for virsh. Returns what libvirt was asked to do. */
  const take = async (does: string): Promise<{ told: string[]; error: string }> => {
    folder.script("virsh", `shift 3\necho "$1 $2" >>${folder.at("told")}\ncase "$*" in\n${does}\nesac`);
    const stack = { name: "x", lab: "x", file: "", configFile: folder.at("none"), local: true };
    const handle: LabHandle = { stack, host: new Libvirt(programs, "test:///", ""), env: {} };
    const lab = { ...LAB, nodes: ["dr-a", "dr-b"].map((domain) => ({ domain })) } as unknown as LabOutputs;
    const error = await new Snapshots(handle, lab).take("a").then(
      () => "",
      (failure: unknown) => String(failure),
    );
    return { told: fs.readFileSync(folder.at("told"), "utf8").trimEnd().split("\n"), error };
  };
  const inAny = (told: readonly string[], verb: string) => told.filter((line) => line.startsWith(`${verb} `)).sort();

  it("resumes every guest if one cannot be paused, and names that one", async () => {
    const { told, error } = await take(`"suspend dr-a") echo "dr-a is not running" >&2; exit 1;;`);
    assert.match(error, /dr-a is not running/);
    assert.deepEqual(inAny(told, "resume"), ["resume dr-a", "resume dr-b"]);
    assert.deepEqual(inAny(told, "snapshot-create-as"), []);
  });

  const kept =
    "<domainsnapshot><description>lvs-lab 0123abcd</description><creationTime>1795274034</creationTime></domainsnapshot>";
  it("replaces a snapshot that a guest does not have", async () => {
    const { told, error } = await take(`"snapshot-list dr-a "*) echo a;; snapshot-dumpxml*) echo '${kept}';;`);
    assert.equal(error, "");
    assert.ok(told.indexOf("snapshot-delete dr-a") < told.indexOf("snapshot-create-as dr-a"), told.join());
    assert.deepEqual(inAny(told, "snapshot-create-as"), ["snapshot-create-as dr-a", "snapshot-create-as dr-b"]);
  });

  it("is refused if all guests have a snapshot of that name", async () => {
    const { told, error } = await take(`snapshot-list*) echo a;; snapshot-dumpxml*) echo '${kept}';;`);
    assert.match(error, /snapshot: a exists already/);
    assert.deepEqual(inAny(told, "suspend"), []);
  });
});

describe("how a guest came up", () => {
  const cases: readonly [text: string, how: string, seconds: number][] = [
    ["forked 16.45 29.32\n", "forked", 12.9],
    ["booted 0 8123456e-6\n", "booted", 8.1],
  ];
  for (const [text, how, seconds] of cases) {
    it(`is read from ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseCameUp("web1", text), { node: "web1", how, seconds });
    });
  }

  it("is an error if a guest does not say", () => {
    assert.throws(() => parseCameUp("web1", ""), /web1: does not say how it came up/);
  });
});
