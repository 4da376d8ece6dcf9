/** What exists of a test's lab, by libvirt, the state, drift and the nodes. */
import * as assert from "node:assert/strict";
import { labObjects } from "../../operations/engine/objects";
import { inRoot } from "../../operations/paths";
import { platforms } from "../../operations/platforms";
import { run } from "../../operations/run";
import { byHand, lab, said } from "./lab";

/** What a libvirt has of labs, as kinds and names. */
export const inLibvirt = async (uri: string): Promise<string[]> =>
  labObjects(await (await platforms.at(uri)).objects())
    .map(({ kind, name }) => `${kind} ${name}`)
    .sort();

/** What the state has of a lab: the same, or something was forgotten. Nothing in it may be half done. */
export async function inState(topology: string): Promise<string[]> {
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
}

/** libvirt's number and name of every guest that runs, with its state: a guest that is started anew has another number. */
export async function runningGuests(): Promise<string[]> {
  const uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
  return (await run(["virsh", "-q", "-c", uri, "list"]))
    .split("\n")
    .map((line) => line.trim().replaceAll(/ +/g, " "))
    .filter(Boolean);
}

/** What `drift` says, and its exit code. */
export async function differences(
  topology: string,
): Promise<{ code: number; all: { path: string; expected: string; found: string }[] }> {
  const { code, stdout, stderr } = await lab("drift", "--json", topology);
  assert.ok(code < 2, stderr);
  return { code, all: (JSON.parse(stdout) as { differences: [] }).differences };
}

/** The output of a command on several nodes, where it must succeed. */
export const onNodes = (topology: string, nodes: readonly string[], command: string): Promise<string[]> =>
  Promise.all(
    nodes.map(async (node) => {
      const result = await lab("ssh", "--lab", topology, node, command);
      assert.equal(result.code, 0, said(result));
      return result.stdout;
    }),
  );
