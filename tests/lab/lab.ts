import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { embeddedNetns, inRoot } from "../../cli/paths";
import { type RunResult, tryRun } from "../../cli/run";
import { clientNamespace } from "../../infra/model/names";

/** The state of the tests' own labs, so that a lab of the user's is never touched; short, for sockets lie in it. */
export const state = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));

const env = { LVS_LAB_STATE: state };

/** Runs a verb of scripts/lab against the tests' own state and keeps what it says. */
export const lab = (...words: readonly string[]): Promise<RunResult> =>
  tryRun([inRoot("scripts", "lab"), ...words], { env });

/** The same with its output on the terminal: long work shows its progress. */
export const labShown = (...words: readonly string[]): Promise<RunResult> =>
  tryRun([inRoot("scripts", "lab"), ...words], { env, show: "all" });

/** Runs shell text after `init` and `eval "$(./scripts/lab env)"`, as the README tells a person to do. */
export const byHand = (text: string, topology = ""): Promise<RunResult> =>
  tryRun(
    [
      "bash",
      "-c",
      `set -e; cd '${inRoot()}'; ./scripts/lab init -q ${topology}; eval "$(./scripts/lab env ${topology})"; ${text}`,
    ],
    { env },
  );

/** What must hold before a lab test starts: no embedded libvirt of the user's, for the tests need its namespace. */
export async function refuseRunningLab(): Promise<void> {
  if (await libvirtRuns()) throw new Error("an embedded libvirt runs already: ./scripts/lab destroy first");
}

const libvirtRuns = async (): Promise<boolean> => (await tryRun([inRoot("host", "libvirtd"), "status"])).code === 0;

/**
 * Destroys what a suite stood up, and the state, by `clean`. A libvirt that runs on holds what should not be there: it is ended by force,
 * so that the next suite does not meet it, and is a failure all the same.
 */
export async function endLabs(
  topologies: readonly string[],
  clean = async (): Promise<unknown> => fs.rmSync(state, { recursive: true, force: true }),
): Promise<void> {
  const destroyed: RunResult[] = [];
  for (const topology of topologies) destroyed.push(await lab("destroy", topology));
  const runs = await libvirtRuns();
  if (runs) await tryRun([inRoot("host", "libvirtd"), "stop", "--force"], { env });
  await clean();
  assert.deepEqual(destroyed.filter(({ code }) => code !== 0).map(said), []);
  assert.ok(!runs, "an embedded libvirt runs on");
}

/** The network namespace of the embedded libvirt that these tests have: each lane of scripts/test has its own. */
export const own = path.basename(embeddedNetns);

/** The client's network namespace of a lab. */
export const clientOf = (name: string): string =>
  clientNamespace(name, `qemu+unix:///system?socket=/run/${own}/libvirt/libvirt-sock`);

/** Everything of a lab on this machine that its destruction must take along; empty when it did. */
export async function leftovers(names: RegExp): Promise<string[]> {
  // What another lane has begins like its namespace and has a dot, or has no dot where this one's has.
  const isOwn = (name: string): boolean => name.split(".").length === clientOf("x").split(".").length;
  const namespaces = (await tryRun(["ip", "netns", "list"])).stdout
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => [own, `${own}-outside`].includes(name) || (names.test(name) && isOwn(name)));
  // Commands that another lane runs in guests name /run/lvs-lab too: that is a folder of the guests'.
  const processes = (await tryRun(["pgrep", "-fa", `${state}|/run/${own}/libvirt`])).stdout.split("\n").filter(Boolean);
  const files = fs.existsSync(state) ? fs.readdirSync(state, { recursive: true }).map(String) : [];
  const run = fs.existsSync(`/run/${own}`) ? [`/run/${own}`] : [];
  return [...namespaces, ...processes, ...run, ...files.filter((file) => names.test(file))];
}

/** Both streams, for messages of failed assertions. */
export const said = ({ stdout, stderr }: RunResult): string => `${stdout}\n${stderr}`;

/** Names of the checks that failed in an answer of `verify --json`, with what they say. */
export function failures(json: string): Readonly<Record<string, readonly string[]>> {
  const { results } = JSON.parse(json) as { results: { name: string; ok: boolean; problems: string[] }[] };
  return Object.fromEntries(results.filter((result) => !result.ok).map((result) => [result.name, result.problems]));
}
