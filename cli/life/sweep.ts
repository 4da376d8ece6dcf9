import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { clientInterface, clientNamespace, clientPort, consoleLog } from "../../infra/model/names";
import { embedded, embeddedUri, type Hypervisor, standing, stopIfIdle } from "../hypervisor";
import { namesOf, poolPathOf } from "../naming";
import { embeddedNetns, stateDir } from "../paths";
import { tryRun, UserError } from "../run";
import { allStacks, environment, hasStacks, locksOf, readConfig, type Stack } from "../stack";
import { deadTemplates, endTemplates } from "../templates";
import { deadFolders } from "../temporary";
import { presentToolchain } from "../toolchain";
import { domainsOf, type Exported, exportState } from "./deployment";
import { clientOf, facts, type Held, marked, remove, waitingMemory } from "./held";
import { readLocks } from "./locks";
import { straysOf } from "./mend";

/** Something that bears a lab's mark and that no stack knows; lab: whose it was, where that can be told. */
export type Leftover = Pick<Held, "name" | "id"> & {
  readonly kind: Held["kind"] | "template" | "folder" | "log";
  readonly lab?: string;
};

/**
 * Looks for what labs have left behind, on the embedded libvirt, which has nothing but labs of this state folder, and of one
 * lab, if it is named, on its own libvirt: there may be labs of others, whose states cannot be seen from here.
 */
export async function leftovers(
  stack: Stack | undefined,
): Promise<{ host: Hypervisor | undefined; found: Leftover[] }> {
  const host = stack === undefined ? await embedded() : await standing(readConfig(stack, "libvirt:uri"));
  const state = await everyState(host?.embedded ?? true);
  const lab = stack && namesOf(stack).lab;
  const poolPath = stack && ((of: string) => poolPathOf(stack, of));
  const inLibvirt = host === undefined ? undefined : await facts(host);
  const held: Held[] = [
    ...(inLibvirt === undefined ? [] : marked(inLibvirt, poolPath)),
    ...(await clientsOf(host)),
    // Of a private folder all is some lab's.
    ...(host === undefined || inLibvirt === undefined
      ? []
      : waitingMemory(host, inLibvirt).map((one) => ({ ...one, lab: "" }))),
  ];
  const domains = [...domainsOf(state), ...(inLibvirt?.domains ?? []).map(({ name }) => name)];
  const found = straysOf(held, state).filter((one) => lab === undefined || one.lab === lab);
  if (lab !== undefined) return { host, found };
  return { host, found: [...found, ...(await templatesOf(host)), ...logsWithout(domains), ...foldersOfDead()] };
}

/** Removes leftovers, and the embedded libvirt with the last of them. */
export async function removeLeftovers(host: Hypervisor | undefined, found: readonly Leftover[]): Promise<void> {
  if (host !== undefined) {
    await endTemplates(
      host,
      found.filter(({ kind }) => kind === "template").map(({ name }) => name),
    );
    await remove(
      host,
      found.filter((one): one is Leftover & Held => !["template", "folder", "log"].includes(one.kind)),
    );
  }
  for (const { kind, id } of found)
    if (kind === "folder" || kind === "log") fs.rmSync(id, { recursive: true, force: true });
  if (host !== undefined) await stopIfIdle(host);
}

/** What all stacks know, as one state. While an engine is at work nobody can tell what is left over. */
async function everyState(isEmbedded: boolean): Promise<Exported> {
  // Where no stack is, nothing has to be asked: no toolchain is brought for it.
  if (!hasStacks()) return { version: 3, deployment: {} };
  const tools = await presentToolchain();
  const states: Exported[] = [];
  for (const stack of await allStacks(tools, isEmbedded)) {
    const owner = readLocks(locksOf(stack) ?? "").find(({ held }) => held)?.lock;
    if (owner !== undefined)
      throw new UserError(`stack ${stack.name}: pulumi is at work on it (process ${owner.pid}): sweep when it is done`);
    states.push(await exportState(environment(stack, tools, isEmbedded)));
  }
  return { version: 3, deployment: { resources: states.flatMap(({ deployment }) => deployment.resources ?? []) } };
}

/** Clients' namespaces that are this libvirt's: plugged in there, or plugged in nowhere any more. */
async function clientsOf(host: Hypervisor | undefined): Promise<Held[]> {
  if (!fs.existsSync("/run/netns")) return [];
  const uri = host?.uri ?? (await embeddedUri());
  // What a name may have (infra/config/schema.json): no dot, which would be another libvirt's.
  const pattern = new RegExp(`^${clientNamespace("([a-z0-9-]+)", uri)}$`);
  const found: Held[] = [];
  for (const file of fs.readdirSync("/run/netns")) {
    const lab = pattern.exec(file)?.[1];
    if (lab === undefined) continue;
    const plugged = (await tryRun(["ip", "-n", file, "link", "show", clientInterface])).code === 0;
    const enter = host?.embedded === false ? [] : ["-n", path.basename(embeddedNetns)];
    const ours = (await tryRun(["ip", ...enter, "link", "show", clientPort(lab)])).code === 0;
    if (ours || !plugged) found.push(...clientOf(lab, uri));
  }
  return found;
}

const templatesOf = async (host: Hypervisor | undefined): Promise<Leftover[]> =>
  host?.embedded === true ? (await deadTemplates(host)).map((name) => ({ kind: "template", name, id: name })) : [];

/** Serial logs of domains that are nowhere. */
function logsWithout(domains: readonly string[]): Leftover[] {
  const folder = path.join(stateDir, "console");
  const known = new Set(domains.map(consoleLog));
  return (fs.existsSync(folder) ? fs.readdirSync(folder) : [])
    .filter((file) => !known.has(file))
    .map((name) => ({ kind: "log", name, id: path.join(folder, name) }));
}

/** Work folders of commands that did not end by themselves: a session's has the lab's key in it. */
const foldersOfDead = (): Leftover[] =>
  deadFolders().map((name) => ({ kind: "folder", name, id: path.join(os.tmpdir(), name) }));
