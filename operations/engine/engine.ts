import { LIMITS } from "../../model/limits";
import { type ComponentPart, domainName, machineComponent, partName } from "../../model/topology/names";
import type { Platform } from "../../components/platform/platform";
import { namesOf, poolPathOf, serialLogOf } from "../naming";
import { note } from "../terminal/progress";
import { KILLED, stopIfInterrupted } from "../run";
import { UserError } from "../../model/userError";
import { stateDir } from "../paths";
import { nameOf, type Resource } from "./deployment";
import { type EngineEvent, type Operation, operationsOf } from "./events";
import { type RunProblem, runProblemsOf, explain, silentNodes } from "./failure";
import { GuestWatch, guestsWatched, type Stage } from "./guests";
import { clear, mend } from "./mend";
import { fullFolder } from "./room";
import { runEngine } from "./watched";
import { pause } from "../wait";
import type { LabHandle } from "./handle";

/** Looks in a row without an answer until libvirt is given up, or with a full disk until the run is given up. */
const lostLooks = 4;

/**
 * Watches what an engine needs, and ends the run if it would wait for ever: the provider waits for a libvirt that has ended, a guest pauses if
 * its disk is full, and a guest that cannot boot never answers SSH. The signal's reason is the problem. The events grow meanwhile.
 */
function watch(
  handle: LabHandle,
  events: readonly EngineEvent[],
): { readonly hopeless: AbortSignal; readonly end: () => void } {
  const [hopeless, over] = [new AbortController(), new AbortController()];
  const guests = guestsWatched(handle.stack);
  const { lab } = namesOf(handle.stack);
  const looking = new GuestWatch(handle.host, guests);
  const domains = guests.map(({ domain }) => domain);
  const lookOn = async (): Promise<void> => {
    let misses = 0;
    while (!over.signal.aborted && !hopeless.signal.aborted) {
      await pause(LIMITS.engineLook.seconds);
      const states = await handle.host.states(domains);
      const full = fullFolder(handle);
      const lost = full !== undefined ? `${full}: no space left on device` : states === undefined && gone(handle.host);
      misses = lost ? misses + 1 : 0;
      if (lost && misses === lostLooks) hopeless.abort({ message: lost } satisfies RunProblem);
      if (lost || states === undefined) continue;
      const operations = operationsOf(events);
      const fallen = await looking.look(states, (node) => stageOf(lab, node, operations));
      if (fallen !== undefined && !over.signal.aborted) hopeless.abort(fallen);
    }
  };
  // A libvirt that does not answer in time is a problem like the others, and must not become an unhandled error.
  lookOn().catch((error: unknown) =>
    hopeless.abort({ message: error instanceof Error ? error.message : String(error) } satisfies RunProblem),
  );
  return { hopeless: hopeless.signal, end: () => over.abort() };
}

/** How far a run has come with a guest. It does not wait for a guest that it did not start or that it removes. */
export function stageOf(lab: string, node: string, operations: ReadonlyMap<string, Operation>): Stage {
  const isMade = (part: ComponentPart): boolean => {
    const { op, done } = operations.get(partName(machineComponent(lab, node), part)) ?? { op: "same", done: false };
    return done && ["create", "create-replacement", "update"].includes(op);
  };
  if (!isMade("domain")) return "absent";
  return isMade("ready") ? "ready" : "booting";
}

const gone = (host: Platform): string =>
  `libvirt at ${host.uri} does not answer any more; its last error: ${host.lastError() || "unknown"}`;

/** Why a run failed, as one text, and the nodes whose guests never answered. */
export type Failure = { readonly text: string; readonly silent: readonly string[] };

/** Cleans up after an earlier run, then runs `pulumi up`; undefined: it succeeded. */
export async function engineUp(handle: LabHandle, ...more: readonly string[]): Promise<Failure | undefined> {
  await mend(handle);
  const { stack, host } = handle;
  const events: EngineEvent[] = [];
  const { hopeless, end } = watch(handle, events);
  try {
    const { code } = await runEngine(handle, ["up", ...more], { stop: hopeless, events });
    stopIfInterrupted(`./scripts/lab resume ${stack.lab} goes on from here, destroy removes the lab`);
    if (code === 0) return undefined;
    if (hopeless.aborted) return failureOf(handle, [hopeless.reason as RunProblem]);
    if (!(await host.answers())) return failureOf(handle, [{ message: gone(host) }]);
    if (code === KILLED)
      return { text: `pulumi was killed: ./scripts/lab resume ${stack.lab} goes on from here`, silent: [] };
    return failureOf(handle, runProblemsOf(events));
  } finally {
    end();
  }
}

function failureOf(handle: LabHandle, problems: readonly RunProblem[]): Failure {
  const context = contextOf(handle);
  return { text: explain(problems, context), silent: silentNodes(problems, context) };
}

/**
 * Ends a failed run with its error. Removes what is half-made: domains that did not start, and the disks of guests that never answered, because
 * they would not answer the next time either.
 */
export async function giveUp(handle: LabHandle, { text, silent }: Failure): Promise<never> {
  const { lab } = namesOf(handle.stack);
  const disks = silent.map((node) => partName(machineComponent(lab, node), "disk"));
  const isUseless = (resource: Resource): boolean => disks.includes(nameOf(resource));
  await mend(handle, isUseless).catch((error: unknown) =>
    note(`half-made resources stay until the next run: ${String(error)}`),
  );
  throw new UserError(text);
}

function contextOf({ stack, host }: LabHandle): Parameters<typeof explain>[1] {
  const { lab, domains } = namesOf(stack);
  return {
    lab,
    nodes: domains.map(([node]) => node),
    again: `./scripts/lab up ${stack.lab} goes on from here`,
    console: (node) => serialLogOf(stack, domainName(lab, node)),
    folders: [`${poolPathOf(stack, lab)}${host.embedded ? `, which is in ${stateDir}/libvirt` : ""}`, stateDir],
  };
}

/** Removes all of a lab except the caches: with Pulumi first, then by the names of what Pulumi could not remove. */
export async function engineDestroy(handle: LabHandle): Promise<void> {
  await mend(handle);
  const { code } = await runEngine(handle, ["destroy"], { timeout: LIMITS.destroy.seconds });
  stopIfInterrupted(`./scripts/lab destroy ${handle.stack.lab} goes on from here`);
  if (code !== 0) note("pulumi destroy failed (see above): removing everything with the lab's mark, and the state");
  if (code === 0) await mend(handle);
  else await clear(handle);
}
