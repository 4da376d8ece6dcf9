import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { clientInterface, clientNamespace, clientPort, consoleLog } from "../../model/topology/names";
import type { Platform } from "../../components/platform/platform";
import { platforms, platformUri } from "../platforms";
import { namesOf, poolPathOf } from "../naming";
import { embeddedNetns, stateDir } from "../paths";
import { tryRun } from "../run";
import { UserError } from "../../model/userError";
import type { Stack } from "./stack";
import { allStacks } from "./stacks";
import { deadTemplates } from "./templates";
import { deadFolders } from "../temporary";
import { presentToolchain } from "./toolchain";
import { namesIn, type Exported } from "./deployment";
import { clientOf, type LabObject, labObjects, removeObjects, waitingMemory } from "./objects";
import { readLocks } from "./locks";
import { straysOf } from "./mend";
import { environment, hasStacks, locksOf } from "./backend";
import { exportState } from "./pulumi";

/** Something that bears a lab's mark and that no stack knows. lab: its lab, if known. */
export type Leftover = Pick<LabObject, "name" | "id"> & {
  readonly kind: LabObject["kind"] | "template" | "folder" | "log";
  readonly lab?: string;
};

/**
 * Finds what labs have left behind. It looks on the embedded libvirt, which has only labs of this state folder. On another libvirt it looks only
 * for the named lab, because there may be other people's labs whose states cannot be seen from here.
 */
export async function leftovers(stack: Stack | undefined): Promise<{ host: Platform | undefined; found: Leftover[] }> {
  const host = stack === undefined ? await platforms.embedded() : await platforms.standing(platformUri(stack));
  const state = await everyState(host?.embedded ?? true);
  const lab = stack && namesOf(stack).lab;
  const poolPath = stack && ((of: string) => poolPathOf(stack, of));
  const objects = (await host?.objects(poolPath)) ?? [];
  const marked: LabObject[] = [
    ...labObjects(objects),
    ...(await clientsOf(host)),
    // Everything in a private folder belongs to some lab.
    ...(host === undefined ? [] : waitingMemory(host, objects, "")),
  ];
  const domains = [
    ...namesIn(state, "domain"),
    ...objects.filter(({ kind }) => kind === "domain").map(({ name }) => name),
  ];
  const found = straysOf(marked, state).filter((one) => lab === undefined || one.lab === lab);
  if (lab !== undefined) return { host, found };
  return { host, found: [...found, ...(await templatesOf(host)), ...logsWithout(domains), ...foldersOfDead()] };
}

/** Removes leftovers, and the embedded libvirt with the last of them. */
export async function removeLeftovers(host: Platform | undefined, found: readonly Leftover[]): Promise<void> {
  if (host !== undefined) {
    await host.endTemplates(found.filter(({ kind }) => kind === "template").map(({ name }) => name));
    await removeObjects(
      host,
      found.filter((one): one is Leftover & LabObject => !["template", "folder", "log"].includes(one.kind)),
    );
  }
  for (const { kind, id } of found)
    if (kind === "folder" || kind === "log") fs.rmSync(id, { recursive: true, force: true });
  if (host !== undefined) await host.stopIfIdle();
}

/** The resources of all stacks, as one state. Throws while an engine runs: then nobody can tell what is left over. */
async function everyState(isEmbedded: boolean): Promise<Exported> {
  // Without any stack there is nothing to ask, and no toolchain is needed.
  if (!hasStacks()) return { version: 3, deployment: {} };
  const tools = await presentToolchain();
  const states: Exported[] = [];
  for (const stack of await allStacks(tools, isEmbedded)) {
    const owner = readLocks(locksOf(stack) ?? "").find(({ held }) => held)?.lock;
    if (owner !== undefined)
      throw new UserError(`stack ${stack.name}: pulumi is working on it (process ${owner.pid}): sweep when it is done`);
    states.push(await exportState(environment(stack, tools, isEmbedded)));
  }
  return { version: 3, deployment: { resources: states.flatMap(({ deployment }) => deployment.resources ?? []) } };
}

/** Clients' namespaces of this libvirt: connected to it, or connected to nothing any more. */
async function clientsOf(host: Platform | undefined): Promise<LabObject[]> {
  if (!fs.existsSync("/run/netns")) return [];
  const uri = host?.uri ?? (await platforms.embeddedUri());
  // Characters of a lab's name (model/topology/schema.json). A dot would mean another libvirt's.
  const pattern = new RegExp(`^${clientNamespace("([a-z0-9-]+)", uri)}$`);
  const found: LabObject[] = [];
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

const templatesOf = async (host: Platform | undefined): Promise<Leftover[]> =>
  host?.embedded === true ? (await deadTemplates(host)).map((name) => ({ kind: "template", name, id: name })) : [];

/** Serial logs of domains that do not exist. */
function logsWithout(domains: readonly string[]): Leftover[] {
  const folder = path.join(stateDir, "console");
  const known = new Set(domains.map(consoleLog));
  return (fs.existsSync(folder) ? fs.readdirSync(folder) : [])
    .filter((file) => !known.has(file))
    .map((name) => ({ kind: "log", name, id: path.join(folder, name) }));
}

/** Work folders of commands that were killed. That of a session holds the lab's key. */
const foldersOfDead = (): Leftover[] =>
  deadFolders().map((name) => ({ kind: "folder", name, id: path.join(os.tmpdir(), name) }));
