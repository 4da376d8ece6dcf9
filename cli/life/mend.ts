import { defaultPoolPath } from "../../infra/model/names";
import { CLIENT } from "../../infra/model/routing";
import { type Hypervisor, hypervisor, tryVirsh, virsh } from "../hypervisor";
import type { Opened } from "../lab";
import { namesOf, poolPathOf } from "../naming";
import { note } from "../progress";
import { UserError } from "../run";
import { isBusy, locksOf, type Stack } from "../stack";
import { type Exported, exportState, forget, importState, nameOf, type Resource } from "./deployment";
import { clientOf, type Facts, facts, type Held, marked, parseVolumes, remove, waitingMemory } from "./held";
import { readLocks, removeLock } from "./locks";
import { endOrphans } from "./orphans";

/** What there is of one stack's labs outside of its state. */
export type Seen = { readonly facts: Facts; readonly held: readonly Held[] };

/** The labs of a stack: its file's, and those of its state, which a renamed file knows no more. */
const labsOf = (stack: Stack, { deployment }: Exported): string[] => [
  ...new Set([
    namesOf(stack).lab,
    ...(deployment.resources ?? []).flatMap(({ type, inputs }) =>
      type === "libvirt:index/pool:Pool" && typeof inputs?.name === "string" ? [inputs.name] : [],
    ),
  ]),
];

/** Looks for everything that bears a stack's mark. */
export async function look(stack: Stack, host: Hypervisor, state: Exported): Promise<Seen> {
  const labs = labsOf(stack, state);
  const found = await facts(host);
  const domains = namesOf(stack).domains.map(([, domain]) => domain);
  const held = [
    ...marked(found, (lab) => poolPathOf(stack, lab)),
    ...labs.flatMap((lab) => clientOf(lab, host.uri)),
    ...waitingMemory(host, found)
      .filter(({ name }) => domains.includes(name))
      .map((one) => ({ ...one, lab: labs[0] ?? "" })),
  ];
  return { facts: found, held: held.filter(({ lab }) => labs.includes(lab)) };
}

/** Of the commands two make things that bear the mark: the client's namespace, and the saved memory, which the guest consumes. */
const environmentOf = ({ inputs }: Resource): { readonly NAMESPACE?: string; readonly SAVE?: string } =>
  inputs?.environment ?? {};

/** What a thing is called outside of the state: a seed's id is its volume's, a semicolon and a uuid. */
function idOf(resource: Resource): string | undefined {
  const { type, id } = resource;
  if (type === "libvirt:index/combustion:Combustion") return id?.replace(/;.*$/, "");
  if (type === "command:local:Command") return environmentOf(resource).NAMESPACE;
  return type.startsWith("libvirt:index/") ? id : undefined;
}

/** Whether the state has something that is nowhere. A network that stands still counts: its bridge is gone, with all cards in it. */
export function isGhost({ facts: { domains, networks, pools }, held }: Seen): (resource: Resource) => boolean {
  const uuids = (all: Facts["domains"]) => all.flatMap(({ xml }) => /<uuid>([^<]+)<\/uuid>/.exec(xml)?.[1] ?? []);
  const there = new Set([
    ...uuids(domains),
    ...uuids(networks.filter(({ active }) => active)),
    ...uuids(pools),
    ...pools.flatMap(({ volumes }) => parseVolumes(volumes).map(({ path }) => path)),
    ...held.filter(({ kind }) => kind === "namespace").map(({ id }) => id),
  ]);
  return (resource) => {
    const id = idOf(resource);
    return id !== undefined && !there.has(id);
  };
}

/** What bears the mark and is not in the state. */
export function straysOf(held: readonly Held[], { deployment }: Exported): Held[] {
  const resources = deployment.resources ?? [];
  const known = new Set([...resources.map(idOf), ...resources.map((one) => environmentOf(one).SAVE)]);
  return held.filter(({ id }) => !known.has(id));
}

/**
 * Makes state and libvirt agree, however an earlier run ended: what is at work is refused, what died over its work is cleared
 * away, what libvirt lacks is forgotten together with what needs it, and what the state does not know is removed. Half-made
 * things are not adopted: nothing says how much of a disk was written, and making them again costs seconds. What is useless although it
 * is there goes too.
 */
export async function mend(opened: Opened, isUseless: (resource: Resource) => boolean = () => false): Promise<void> {
  const { stack, host, env } = opened;
  const state = await reachable(opened);
  const seen = await withoutFormerClient(opened, await look(stack, host, state));
  const isGone = isGhost(seen);
  const { kept, forgotten } = forget(state, (one) => isGone(one) || isUseless(one));
  const pending = state.deployment.pending_operations ?? [];
  for (const { resource, type } of pending) note(`${nameOf(resource)}: an earlier run was cut off while ${type} it`);
  const gone = forgotten.filter((one) => idOf(one) !== undefined).map(nameOf);
  if (gone.length > 0) note(`in the state but not in libvirt, or of no use: ${gone.join(", ")}: forgotten`);
  if (forgotten.length > 0 || pending.length > 0) await importState(env, kept);
  const strays = straysOf(seen.held, kept);
  await wake(
    host,
    seen.held.filter((one) => !strays.includes(one)),
  );
  if (strays.length === 0) return;
  await takeOver(opened); // whoever came meanwhile is making what looks like a stray
  for (const { kind, name } of strays) note(`${kind} ${name} is not in the stack's state: removing it`);
  await remove(host, strays);
}

/** A client that is to be a guest gives up its namespace first: Pulumi would remove it last, and both would have its addresses. */
async function withoutFormerClient({ stack, host }: Opened, seen: Seen): Promise<Seen> {
  const isGuest = namesOf(stack).domains.some(([node]) => node === CLIENT);
  const former = seen.held.filter(({ kind }) => isGuest && kind === "namespace");
  for (const { name } of former) note(`namespace ${name}: the client is a guest now: removing it`);
  await remove(host, former);
  return { ...seen, held: seen.held.filter((one) => !former.includes(one)) };
}

/** Wakes guests that stand still: of a snapshot that was cut off, or since a write found the disk full. */
async function wake({ uri }: Hypervisor, held: readonly Held[]): Promise<void> {
  const paused = (await virsh(uri, "list", "--state-paused", "--name")).split("\n");
  for (const { name } of held.filter(({ kind, name: one }) => kind === "domain" && paused.includes(one))) {
    note(`${name} stands still: waking it`);
    await virsh(uri, "resume", name);
  }
}

/** Removes all that bears the stack's mark, and the state with it: what `destroy` does when Pulumi cannot. */
export async function clear(opened: Opened): Promise<void> {
  const { stack, host, env } = opened;
  const state = await reachable(opened);
  await remove(host, (await look(stack, host, state)).held);
  await importState(env, { ...state, deployment: { ...state.deployment, resources: [] } });
}

/** Makes libvirt and the state ready to be looked at, for nobody but us; answers the state. */
async function reachable(opened: Opened): Promise<Exported> {
  const { stack, host, env } = opened;
  await hypervisor(host.uri); // it may have ended, and the embedded one is started again
  await takeOver(opened);
  await adoptFolder(stack, host);
  const state = await exportState(env);
  await startPools(host, state);
  return state;
}

/** Refuses to go on beside another engine; what a dead one left (its lock, its plugins) is cleared away. */
async function takeOver({ stack, env }: Opened): Promise<void> {
  const folder = locksOf(stack);
  if (folder === undefined) {
    if (!(await isBusy(stack, env))) return;
    throw new UserError(`stack ${stack.name}: somebody is at work on it: wait, or end it with pulumi cancel`);
  }
  const locks = readLocks(folder);
  const owner = locks.find(({ held }) => held)?.lock;
  if (owner !== undefined)
    throw new UserError(
      `stack ${stack.name}: pulumi is at work on it (process ${owner.pid} on ${owner.hostname}, since ${owner.timestamp}): wait for it, or end it with Ctrl-C where it runs`,
    );
  for (const { lock } of locks) {
    const what =
      lock.pid === 0 ? "a lock that was never finished" : `the lock of process ${lock.pid}, which runs no more`;
    note(`${what}: removing it`);
    removeLock(lock);
  }
  const ended = await endOrphans(["PULUMI_STACK", "PULUMI_BACKEND_URL"].map((name) => `${name}=${env[name]}`));
  if (ended > 0) note(`${ended} processes of an engine that runs no more: ended`);
}

/** A pool that stands still shows no volumes. */
async function startPools({ uri }: Hypervisor, { deployment }: Exported): Promise<void> {
  for (const { type, id } of deployment.resources ?? []) {
    if (type === "libvirt:index/pool:Pool" && id !== undefined) await tryVirsh(uri, "pool-start", id);
  }
}

/**
 * Makes a pool of the lab's own folder when that is there without one: the provider would take a stale disk in it for the one
 * that it was asked to make.
 */
async function adoptFolder(stack: Stack, { uri }: Hypervisor): Promise<void> {
  const { lab } = namesOf(stack);
  const ask = (...words: readonly string[]) => tryVirsh(uri, ...words);
  const folder = defaultPoolPath(lab);
  if (lab === "" || poolPathOf(stack, lab) !== folder || (await ask("pool-info", lab)).code === 0) return;
  if ((await ask("pool-define-as", lab, "dir", "--target", folder)).code !== 0) return;
  if ((await ask("pool-start", lab)).code !== 0) await ask("pool-undefine", lab);
}
