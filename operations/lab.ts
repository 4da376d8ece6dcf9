import * as fs from "node:fs";
import * as path from "node:path";
import { errataOf } from "../documents";
import { warningsOf } from "../documents/load";
import { erratumText } from "../model/topology/errata";
import { warningText } from "../model/topology/error";
import { BARE } from "../model/topology/guest";
import { consoleLog, domainName } from "../model/topology/names";
import type { Topology } from "../model/topology/topology";
import type { LabOutputs } from "../infra/outputs";
import { readyTopology } from "./engine/conditions";
import { leftOf } from "./drills/left";
import { findStack, inSession, nothingIn } from "./engine/deployed";
import type { ImageFiles, Platform } from "../components/platform/platform";
import { platforms, platformUri } from "./platforms";
import { inspect, inspectionText } from "./session/inspect";
import { namesIn } from "./engine/deployment";
import { engineDestroy, engineUp, giveUp } from "./engine/engine";
import { checkRoom, fullFolder } from "./engine/room";
import { Lanes } from "./terminal/lanes";
import { loginFolder } from "./session/login";
import { namesOf } from "./naming";
import { cacheDir, inRoot, stateDir } from "./paths";
import { note, phase, phases } from "./terminal/progress";
import { resultsOf } from "./results/kept";
import { run } from "./run";
import { UserError } from "../model/userError";
import { Session } from "./session/session";
import type { Stack } from "./engine/stack";
import { ensureStack, removeStack } from "./engine/stacks";
import { afterUp, deploymentOf, Snapshots } from "./snapshots";
import { table } from "./terminal/table";
import { paintFor } from "./terminal/terminal";
import { deadTemplates, ensureTemplates, type Forks, forgetBadMemory } from "./engine/templates";
import { type Toolchain, toolchain } from "./engine/toolchain";
import { verify } from "./verify";
import { exitCode, summaryLine, tellResult } from "./verify/report";
import { readConfig, writeConfig } from "./engine/stackConfig";
import { environment } from "./engine/backend";
import { exportState, outputs } from "./engine/pulumi";
import type { DeployedLab, LabHandle } from "./engine/handle";

/** Serial logs of the embedded libvirt's guests. They stay when it ends, so that a failed boot can be read. */
const consoleDir = path.join(stateDir, "console");

/** Finds or makes everything that plain `pulumi` needs to serve a stack, but nothing of the lab itself. */
export async function init(stack: Stack): Promise<LabHandle> {
  await readyTopology(stack); // report what would fail now, not after minutes of building
  return prepare(stack, await toolchain(), await platforms.ready(platformUri(stack)));
}

/** Opens a lab to change it, and starts its libvirt again if that has ended. If there is no lab, starts and makes nothing. */
export async function openLab(stack: Stack): Promise<DeployedLab> {
  if (platformUri(stack) === undefined) throw nothingIn(stack);
  const { tools, host } = await findStack(stack);
  const handle = await serve(stack, tools, host);
  const lab = await outputs(handle.env);
  if (lab === undefined) throw nothingIn(stack);
  await platforms.ready(host.uri);
  return { ...handle, lab };
}

async function prepare(stack: Stack, tools: Toolchain, host: Platform): Promise<LabHandle> {
  const handle = await serve(stack, tools, host);
  if (readConfig(stack, "lvs-lab:accelerator") === undefined) {
    writeConfig(stack, { "lvs-lab:accelerator": await host.accelerator(await image(stack)) });
  }
  return handle;
}

/** Prepares all that `destroy` needs, which is neither image nor accelerator. */
async function serve(stack: Stack, tools: Toolchain, host: Platform): Promise<LabHandle> {
  const env = environment(stack, tools, host.embedded);
  if (host.embedded) fs.mkdirSync(consoleDir, { recursive: true, mode: 0o700 });
  await ensureStack(stack, tools, env);
  writeConfig(stack, {
    ...host.settings,
    // The embedded libvirt's own log folder is visible in its mount namespace only.
    ...(host.embedded ? { "lvs-lab:consoleDir": consoleDir } : {}),
  });
  return { stack, host, env };
}

/** The files of the guest image, built if missing. Labs that boot a stock image need it too: the accelerator is proven with it. */
async function image(stack: Stack): Promise<ImageFiles> {
  const words = readConfig(stack, "lvs-lab:image") === BARE ? ["--bare", cacheDir] : [cacheDir];
  return JSON.parse(await run([inRoot("image", "build"), ...words], { show: "errors" })) as ImageFiles;
}

/** Brings up a lab from nothing and verifies it. Returns the exit code. */
export async function up(stack: Stack, { settle, webs }: { settle: number; webs?: number }): Promise<number> {
  const topology = await readyTopology(stack, webs); // report what would fail now, not after minutes of building
  for (const mistake of errataOf(topology)) note(erratumText(mistake));
  for (const warning of warningsOf(topology)) note(warningText(warning));
  const { handle, forks } = await foundation(stack, topology, webs);
  const deployed = await phase("pulumi up", async () => {
    checkRoom(handle, forks);
    await healCutOff(handle);
    return pulumiUp(handle, forks);
  });
  const session = new Session(deployed, handle.host.embedded, handle.host);
  try {
    const verified = await phase("verify", () => verify(session, { only: [], settle }, tellResult));
    resultsOf(stack).keepVerified(deployed, verified);
    const code = exitCode(verified);
    if (code === 0) await phase("snapshot for reset", () => keepAfterUp(handle, deployed));
    const paint = paintFor(process.stdout);
    console.log(`\n${inspectionText(deployed, await inspect(session), paint)}\n`);
    console.log(table([["PHASE", "SECONDS"], ...phases.map(({ name, seconds }) => [name, seconds.toFixed(1)])], paint));
    console.log(`\n${summaryLine(verified, paint)}`);
    return code;
  } finally {
    await session.close();
  }
}

/** Puts back what a killed drill left in a lab that is deployed already: a machine without power would not be configured. */
async function healCutOff({ stack, host, env }: LabHandle): Promise<void> {
  const left = leftOf(stack);
  if (!left.exists) return;
  const lab = await outputs(env);
  if (lab === undefined) return left.forget();
  await inSession({ stack, host, env, lab }, (session) => left.heal({ session, host }));
}

/**
 * Prepares what a lab stands on: toolchain, image, libvirt, the stack, and templates to fork its guests from. Parts that do not need each
 * other are made side by side.
 */
async function foundation(
  stack: Stack,
  topology: Topology,
  webs?: number,
): Promise<{ handle: LabHandle; forks: Forks }> {
  // Read this before the stack's configuration is written.
  const asked = (key: string): string | undefined => readConfig(stack, key);
  const [uri, known] = [platformUri(stack), asked("lvs-lab:accelerator")];
  const boots = asked("lvs-lab:start") === "boot" || ![undefined, BARE].includes(asked("lvs-lab:image"));
  const lanes = new Lanes();
  const begin = <T>(name: string, work: () => Promise<T>): Promise<T> => lanes.begin(name, () => phase(name, work));
  const tools = begin("Pulumi toolchain", toolchain);
  const built = begin("guest image", () => image(stack));
  const found = begin("libvirt", async () => {
    const host = await platforms.ready(uri);
    note(`${host.uri}${host.embedded ? " (embedded)" : ""}`);
    return host;
  });
  const handle = lanes.begin("stack", async () => serve(stack, await tools, await found));
  const forks = lanes.begin("templates", async () => {
    const [host, files] = [await found, await built];
    return phase("templates", async (): Promise<Forks> => {
      const accelerated = (known ?? (await host.accelerator(files))) === "kvm" ? "kvm" : "tcg";
      note(`accelerator ${accelerated}`);
      const made: Forks = { topology, accelerator: accelerated, image: files };
      if (!host.embedded || boots) note("no templates: the guests boot");
      else await ensureTemplates(host, made);
      return made;
    });
  });
  try {
    await lanes.end();
  } catch (error) {
    // If the libvirt holds no lab, it was started for this one.
    await found.then((host) => host.stopIfIdle()).catch(() => undefined);
    throw error;
  }
  const made = await forks;
  writeConfig(stack, {
    "lvs-lab:accelerator": made.accelerator,
    ...(webs === undefined ? {} : { "lvs-lab:webs": webs }),
  });
  return { handle: await handle, forks: made };
}

/** Takes the snapshot for `reset`, once for each deployment. */
async function keepAfterUp(handle: LabHandle, deployed: LabOutputs): Promise<void> {
  const all = new Snapshots(handle, deployed);
  const kept = (await all.list()).find(({ name }) => name === afterUp);
  if (kept?.deployment === deploymentOf(deployed) && kept.domains.length === deployed.nodes.length) return;
  if (kept !== undefined) await all.remove(afterUp);
  await all.take(afterUp);
}

/** Replaces the lab by a new one with the same configuration. Returns the exit code of its verification. */
export async function recreate(stack: Stack, options: { settle: number }): Promise<number> {
  await readyTopology(stack); // do not remove a lab that could not come back
  const config = fs.existsSync(stack.configFile) ? fs.readFileSync(stack.configFile, "utf8") : undefined;
  await destroy(stack);
  if (config !== undefined) {
    fs.mkdirSync(path.dirname(stack.configFile), { recursive: true, mode: 0o700 });
    fs.writeFileSync(stack.configFile, config, { mode: 0o600 });
  }
  return up(stack, options);
}

/** Destroys a lab and everything that was made for it, in whatever state it is. */
export async function destroy(stack: Stack): Promise<void> {
  if (!fs.existsSync(stack.configFile)) return note(`stack ${stack.name} holds no lab: nothing to destroy`);
  const handle = await serve(stack, await toolchain(), await platforms.ready(platformUri(stack)));
  const { lab, domains: named } = namesOf(stack);
  const domains = named.map(([, domain]) => domain);
  const state = await exportState(handle.env);
  await engineDestroy(handle);
  await removeStack(stack, handle.env);
  const gone = [...domains, ...namesIn(state, "domain"), ...(await loggedWithout(handle.host, lab))];
  removeLogs(gone);
  handle.host.removeLogs(gone);
  fs.rmSync(loginFolder(stack), { recursive: true, force: true });
  leftOf(stack).forget();
  resultsOf(stack).forget();
  // Templates that a killed `up` was making are in no Pulumi state, and would keep libvirt from stopping.
  if (handle.host.embedded) await handle.host.endTemplates(await deadTemplates(handle.host));
  await handle.host.stopIfIdle();
  note(`kept: ${cacheDir} (toolchain, images), ${stateDir} (passphrase)`);
}

async function pulumiUp(handle: LabHandle, forks: Forks): Promise<LabOutputs> {
  let failure = await engineUp(handle);
  // Try once more if only a template was to blame: the guest then boots. On a full disk no template is to blame.
  const { host } = handle;
  const again = failure !== undefined && fullFolder(handle) === undefined && (await host.answers());
  if (again && (await forgetBadMemory(host, forks))) failure = await engineUp(handle);
  if (failure !== undefined) return giveUp(handle, failure);
  const deployed = await outputs(handle.env);
  if (deployed === undefined) throw new UserError("pulumi up succeeded, but the stack has no outputs");
  return deployed;
}

/** Guests of a lab that have a serial log and no machine: an earlier `up` removed them, because the topology had them no more. */
async function loggedWithout(host: Platform, lab: string): Promise<string[]> {
  const ending = consoleLog("");
  const logged = (fs.existsSync(consoleDir) ? fs.readdirSync(consoleDir) : [])
    .filter((file) => file.startsWith(domainName(lab, "")) && file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));
  const standing = await host.states([]);
  return standing === undefined ? [] : logged.filter((domain) => !standing.has(domain));
}

/** Removes a lab's serial logs. Their folder stays, because a running libvirt cannot make it for the next guest. */
function removeLogs(domains: readonly string[]): void {
  for (const domain of domains) fs.rmSync(path.join(consoleDir, consoleLog(domain)), { force: true });
}
