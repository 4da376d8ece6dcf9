import { defaultPoolPath } from "../../model/topology/names";
import { CLIENT } from "../../model/topology/packetPaths";
import type { Platform, PlatformObject } from "../../components/platform/platform";
import { platforms } from "../platforms";
import { namesOf, poolPathOf } from "../naming";
import { note } from "../terminal/progress";
import { UserError } from "../../model/userError";
import type { Stack } from "./stack";
import { isBusy } from "./stacks";
import { type Exported, forget, nameOf, namesIn, type Resource } from "./deployment";
import { clientOf, labObjects, type LabObject, removeObjects, waitingMemory } from "./objects";
import { readLocks, removeLock } from "./locks";
import { endOrphans } from "./orphans";
import { locksOf } from "./backend";
import { exportState, importState } from "./pulumi";
import type { LabHandle } from "./handle";

/** What exists outside a stack's state: everything on the platform, and what bears the mark of the stack's labs. */
export type Existing = { readonly objects: readonly PlatformObject[]; readonly marked: readonly LabObject[] };

/** The labs of a stack: that of its file, and those of its state, which may have an older name. */
const labsOf = (stack: Stack, state: Exported): string[] => [
  ...new Set([
    namesOf(stack).lab,
    // A pool has the name of its lab.
    ...namesIn(state, "pool"),
  ]),
];

/** Finds everything that exists, and what of it bears a stack's mark. */
export async function look(stack: Stack, host: Platform, state: Exported): Promise<Existing> {
  const labs = labsOf(stack, state);
  const objects = await host.objects((lab) => poolPathOf(stack, lab));
  const domains = namesOf(stack).domains.map(([, domain]) => domain);
  const marked = [
    ...labObjects(objects),
    ...labs.flatMap((lab) => clientOf(lab, host.uri)),
    ...waitingMemory(host, objects, labs[0] ?? "").filter(({ name }) => domains.includes(name)),
  ];
  return { objects, marked: marked.filter(({ lab }) => labs.includes(lab)) };
}

/** The environment of a command. Two commands make things with the mark: the client's namespace, and the saved memory of a guest. */
const environmentOf = ({ inputs }: Resource): { readonly NAMESPACE?: string; readonly SAVE?: string } =>
  inputs?.environment ?? {};

/** The id of a thing outside the state. */
const idOf = (resource: Resource): string | undefined =>
  resource.type === "command:local:Command" ? environmentOf(resource).NAMESPACE : platforms.objectOf(resource)?.id;

/** Whether a resource of the state does not exist. An inactive network counts too: its bridge is gone, with all cards in it. */
export function isMissing({ objects, marked }: Existing): (resource: Resource) => boolean {
  const there = new Set([
    ...objects.filter(({ kind, active }) => kind !== "network" || active).map(({ id }) => id),
    ...marked.filter(({ kind }) => kind === "namespace").map(({ id }) => id),
  ]);
  return (resource) => {
    const id = idOf(resource);
    return id !== undefined && !there.has(id);
  };
}

/** Things that bear the mark but are not in the state. */
export function straysOf(marked: readonly LabObject[], { deployment }: Exported): LabObject[] {
  const resources = deployment.resources ?? [];
  const known = new Set([...resources.map(idOf), ...resources.map((one) => environmentOf(one).SAVE)]);
  return marked.filter(({ id }) => !known.has(id));
}

/**
 * Makes state and libvirt agree, however an earlier run ended. Refuses if an engine is running; removes the remains of an engine that died;
 * drops from the state what libvirt lacks, together with what needs it; and removes what the state does not know. Half-made things are not
 * kept: nobody knows how much of a disk was written, and to make them again costs seconds. Useless resources are removed too.
 */
export async function mend(handle: LabHandle, isUseless: (resource: Resource) => boolean = () => false): Promise<void> {
  const { stack, host, env } = handle;
  const state = await reachable(handle);
  const seen = await withoutFormerClient(handle, await look(stack, host, state));
  const isGone = isMissing(seen);
  const { kept, forgotten } = forget(state, (one) => isGone(one) || isUseless(one));
  const pending = state.deployment.pending_operations ?? [];
  for (const { resource, type } of pending) note(`${nameOf(resource)}: an earlier run was cut off while ${type} it`);
  const gone = forgotten.filter((one) => idOf(one) !== undefined).map(nameOf);
  if (gone.length > 0)
    note(`in the state but missing in libvirt, or useless: ${gone.join(", ")}: dropped from the state`);
  if (forgotten.length > 0 || pending.length > 0) await importState(env, kept);
  const strays = straysOf(seen.marked, kept);
  await wake(
    host,
    seen.marked.filter((one) => !strays.includes(one)),
  );
  if (strays.length === 0) return;
  await takeOver(handle); // an engine that began meanwhile may be making what looks like a stray
  for (const { kind, name } of strays) note(`${kind} ${name} is not in the stack's state: removing it`);
  await removeObjects(host, strays);
}

/** Removes the namespace of a client that becomes a guest. Pulumi would remove it last, and both would have the same addresses for a while. */
async function withoutFormerClient({ stack, host }: LabHandle, seen: Existing): Promise<Existing> {
  const isGuest = namesOf(stack).domains.some(([node]) => node === CLIENT);
  const former = seen.marked.filter(({ kind }) => isGuest && kind === "namespace");
  for (const { name } of former) note(`namespace ${name}: the client is a guest now: removing it`);
  await removeObjects(host, former);
  return { ...seen, marked: seen.marked.filter((one) => !former.includes(one)) };
}

/** Resumes paused guests: a snapshot was cut off, or a write found the disk full. */
async function wake(host: Platform, marked: readonly LabObject[]): Promise<void> {
  const paused = await host.paused();
  for (const { name } of marked.filter(({ kind, name: one }) => kind === "domain" && paused.includes(one))) {
    note(`${name} is paused: resuming it`);
    await host.resume(name);
  }
}

/** Removes everything with the stack's mark, and the state: `destroy` does this when Pulumi cannot. */
export async function clear(handle: LabHandle): Promise<void> {
  const { stack, host, env } = handle;
  const state = await reachable(handle);
  await removeObjects(host, (await look(stack, host, state)).marked);
  await importState(env, { ...state, deployment: { ...state.deployment, resources: [] } });
}

/** Makes libvirt and the state ready to be looked at, with no other engine running. Returns the state. */
async function reachable(handle: LabHandle): Promise<Exported> {
  const { stack, host, env } = handle;
  await platforms.ready(host.uri); // it may have ended, and the embedded one is started again
  await takeOver(handle);
  await adoptFolder(stack, host);
  const state = await exportState(env);
  await startPools(host, state);
  return state;
}

/** Refuses to go on while another engine runs. Removes what a dead engine left: its lock and its plugins. */
async function takeOver({ stack, env }: LabHandle): Promise<void> {
  const folder = locksOf(stack);
  if (folder === undefined) {
    if (!(await isBusy(stack, env))) return;
    throw new UserError(`stack ${stack.name}: somebody is working on it: wait, or stop that with pulumi cancel`);
  }
  const locks = readLocks(folder);
  const owner = locks.find(({ held }) => held)?.lock;
  if (owner !== undefined)
    throw new UserError(
      `stack ${stack.name}: pulumi is working on it (process ${owner.pid} on ${owner.hostname}, since ${owner.timestamp}): wait for it, or press Ctrl-C where it runs`,
    );
  for (const { lock } of locks) {
    const what = lock.pid === 0 ? "an unfinished lock" : `the lock of process ${lock.pid}, which has ended`;
    note(`${what}: removing it`);
    removeLock(lock);
  }
  const ended = await endOrphans(["PULUMI_STACK", "PULUMI_BACKEND_URL"].map((name) => `${name}=${env[name]}`));
  if (ended > 0) note(`stopped ${ended} processes of an engine that has ended`);
}

/** Starts the pools of a state: a stopped pool shows no volumes. */
async function startPools(host: Platform, { deployment }: Exported): Promise<void> {
  for (const resource of deployment.resources ?? []) {
    const { kind, id } = platforms.objectOf(resource) ?? {};
    if (kind === "pool" && id !== undefined) await host.startPool(id);
  }
}

/** Makes a stale disk in the lab's own folder visible: the provider would take it for the one that it has to make. */
async function adoptFolder(stack: Stack, host: Platform): Promise<void> {
  const { lab } = namesOf(stack);
  if (lab !== "" && poolPathOf(stack, lab) === defaultPoolPath(lab)) await host.adoptFolder(lab);
}
