import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { embeddedNetns, inRoot } from "../../operations/paths";
import { type RunResult, run, tryRun } from "../../operations/run";
import { clientNamespace } from "../../model/topology/names";

/**
 * State folder of the tests' labs, so that a user's lab is never touched. Its path is short, because it holds sockets. It names the process
 * of its tests, so that the next tests can tell whether these still run.
 */
export const state = fs.mkdtempSync(path.join(os.tmpdir(), `lvs-test-${process.pid}-`));

const env = { LVS_LAB_STATE: state };

/** Runs a verb of scripts/lab with the tests' own state, and returns its output. */
export const lab = (...words: readonly string[]): Promise<RunResult> =>
  tryRun([inRoot("scripts", "lab"), ...words], { env });

/** The same with its output on the terminal, so that long work shows its progress. */
export const labShown = (...words: readonly string[]): Promise<RunResult> =>
  tryRun([inRoot("scripts", "lab"), ...words], { env, show: "all" });

/** Runs shell text after `init` and `eval "$(./scripts/lab env)"`, as the README says. */
export const byHand = (text: string, topology = ""): Promise<RunResult> =>
  tryRun(
    [
      "bash",
      "-c",
      `set -e; cd '${inRoot()}'; ./scripts/lab init -q ${topology}; eval "$(./scripts/lab env ${topology})"; ${text}`,
    ],
    { env },
  );

/**
 * Makes this namespace ready for a suite: it ends what tests that were killed have left there. Refuses while such tests still run, and refuses a
 * lab that is not of tests.
 */
export async function claimNamespace(): Promise<void> {
  const left = leftState();
  if (left === undefined) return;
  const [, pid] = /^lvs-test-(\d+)-\w+$/.exec(path.basename(left)) ?? [];
  if (pid === undefined)
    throw new Error(`the namespace ${own} has the lab of ${left} (fix: set another LVS_LAB_NAMESPACE)`);
  if (left !== state && isMocha(pid)) throw new Error(`lab tests still use the namespace ${own}: process ${pid}`);
  await run([inRoot("host", "libvirtd"), "stop", "--force"], { env: { LVS_LAB_STATE: left } });
  const names = (await run(["ip", "netns", "list"])).split("\n").map((line) => line.split(" ")[0] ?? "");
  for (const name of names.filter((name) => name.startsWith(`${own}.`))) await run(["ip", "netns", "delete", name]);
  fs.rmSync(left, { recursive: true, force: true });
}

const isMocha = (pid: string): boolean =>
  fs.existsSync(`/proc/${pid}`) && fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("mocha");

/** The state folder whose libvirt runs, or ran, in this namespace. Undefined: none. */
function leftState(): string | undefined {
  const noted = `/run/${own}/state`;
  return fs.existsSync(noted) ? path.dirname(fs.readFileSync(noted, "utf8").trim()) : undefined;
}

const libvirtRuns = async (): Promise<boolean> => (await tryRun([inRoot("host", "libvirtd"), "status"])).code === 0;

/**
 * Destroys a suite's labs and the state, with `clean`. A libvirt that still runs afterwards holds leftovers: that is a failure, and it is ended
 * by force, so that the next suite does not meet it.
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

/** The network namespace of these tests' embedded libvirt. Each lane of scripts/test has its own. */
export const own = path.basename(embeddedNetns);

/** The client's network namespace of a lab. */
export const clientOf = (name: string): string =>
  clientNamespace(name, `qemu+unix:///system?socket=/run/${own}/libvirt/libvirt-sock`);

/** Everything of a lab on this machine that its destruction must remove; empty: it did. */
export async function leftovers(names: RegExp): Promise<string[]> {
  const namespaces = (await tryRun(["ip", "netns", "list"])).stdout
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => [own, `${own}-outside`].includes(name) || (names.test(name) && name.startsWith(`${own}.`)));
  const processes = (await tryRun(["pgrep", "-fa", `${state}|/run/${own}/libvirt`])).stdout.split("\n").filter(Boolean);
  const files = fs.existsSync(state) ? fs.readdirSync(state, { recursive: true }).map(String) : [];
  const run = fs.existsSync(`/run/${own}`) ? [`/run/${own}`] : [];
  return [...namespaces, ...processes, ...run, ...files.filter((file) => names.test(file))];
}

/** Both streams, for messages of failed assertions. */
export const said = ({ stdout, stderr }: RunResult): string => `${stdout}\n${stderr}`;

/** The checks that failed in the output of `verify --json`, with their problems. */
export function failures(json: string): Readonly<Record<string, readonly string[]>> {
  const { results } = JSON.parse(json) as { results: { name: string; ok: boolean; problems: string[] }[] };
  return Object.fromEntries(results.filter((result) => !result.ok).map((result) => [result.name, result.problems]));
}
