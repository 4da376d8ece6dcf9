import * as fs from "node:fs";
import * as path from "node:path";
import { errataOf, erratumText } from "../infra/config/errata";
import { BARE } from "../infra/model/guest";
import { consoleLog } from "../infra/model/names";
import type { Topology } from "../infra/model/topology";
import type { LabOutputs } from "../infra/outputs";
import { readyTopology } from "./conditions";
import { type Deployed, findStack, nothingIn } from "./deployed";
import { accelerator, answers, type Hypervisor, hypervisor, stopIfIdle } from "./hypervisor";
import { inspect, inspectionText } from "./inspect";
import { domainsOf, exportState } from "./life/deployment";
import { engineDestroy, engineUp, giveUp } from "./life/engine";
import { checkRoom, fullFolder } from "./life/room";
import { Lanes } from "./lanes";
import { loginFolder } from "./login";
import { namesOf } from "./naming";
import { cacheDir, inRoot, stateDir } from "./paths";
import { note, phase, phases } from "./progress";
import { run, UserError } from "./run";
import { Session } from "./session";
import { ensureStack, environment, outputs, readConfig, removeStack, type Stack, writeConfig } from "./stack";
import { afterUp, deploymentOf, Snapshots } from "./snapshots";
import { table } from "./table";
import { paintFor } from "./terminal";
import {
  deadTemplates,
  endTemplates,
  ensureTemplates,
  type Forks,
  forgetBadMemory,
  type ImageFiles,
  libvirtDir,
  qemuLog,
} from "./templates";
import { type Toolchain, toolchain } from "./toolchain";
import { verify } from "./verify";
import { exitCode, summaryLine, tellResult } from "./verify/told";

type Environment = Record<string, string>;

/** Serial logs of the embedded libvirt's guests: they outlive it, so that a failed boot can be read. */
const consoleDir = path.join(stateDir, "console");

/** A stack with everything that serves it found or started. */
export type Opened = { readonly stack: Stack; readonly host: Hypervisor; readonly env: Environment };

/** Finds or makes everything that plain `pulumi` needs to serve a stack; nothing of the lab itself. */
export async function init(stack: Stack): Promise<Opened> {
  await readyTopology(stack); // what would fail is told now, not after minutes of building
  return prepare(stack, await toolchain(), await hypervisor(readConfig(stack, "libvirt:uri")));
}

/** Opens a lab for changing it: a libvirt that has ended is started again. Where there is no lab nothing is started or made. */
export async function openLab(stack: Stack): Promise<Deployed> {
  if (readConfig(stack, "libvirt:uri") === undefined) throw nothingIn(stack);
  const { tools, host } = await findStack(stack);
  const opened = await serve(stack, tools, host);
  const lab = await outputs(opened.env);
  if (lab === undefined) throw nothingIn(stack);
  await hypervisor(host.uri);
  return { ...opened, lab };
}

async function prepare(stack: Stack, tools: Toolchain, host: Hypervisor): Promise<Opened> {
  const opened = await serve(stack, tools, host);
  if (readConfig(stack, "lvs-lab:accelerator") === undefined) {
    writeConfig(stack, { "lvs-lab:accelerator": await accelerator(host, await image(stack)) });
  }
  return opened;
}

/** All that `destroy` needs: neither image nor accelerator. */
async function serve(stack: Stack, tools: Toolchain, host: Hypervisor): Promise<Opened> {
  const env = environment(stack, tools, host.embedded);
  if (host.embedded) fs.mkdirSync(consoleDir, { recursive: true, mode: 0o700 });
  await ensureStack(stack, tools, env);
  writeConfig(stack, {
    "libvirt:uri": host.uri,
    // The embedded libvirt's own log folder is hidden in its mount namespace.
    ...(host.embedded ? { "lvs-lab:consoleDir": consoleDir, "lvs-lab:libvirtDir": libvirtDir } : {}),
  });
  return { stack, host, env };
}

/** The files of the stack's guest image, built when missing; the accelerator is proven with it also where guests boot a stock one. */
async function image(stack: Stack): Promise<ImageFiles> {
  const words = readConfig(stack, "lvs-lab:image") === BARE ? ["--bare", cacheDir] : [cacheDir];
  return JSON.parse(await run([inRoot("image", "build"), ...words], { show: "errors" })) as ImageFiles;
}

/** From nothing to a verified lab. Answers the exit code. */
export async function up(stack: Stack, { settle, webs }: { settle: number; webs?: number }): Promise<number> {
  const topology = await readyTopology(stack, webs); // what would fail is told now, not after minutes of building
  for (const mistake of errataOf(topology)) note(erratumText(mistake));
  const { opened, forks } = await foundation(stack, topology, webs);
  const deployed = await phase("pulumi up", () => {
    checkRoom(opened, forks);
    return pulumiUp(opened, forks);
  });
  const session = new Session(deployed, opened.host.embedded);
  try {
    const verified = await phase("verify", () => verify(session, { only: [], settle }, tellResult));
    const code = exitCode(verified);
    if (code === 0) await phase("snapshot for reset", () => keepAfterUp(opened, deployed));
    const paint = paintFor(process.stdout);
    console.log(`\n${inspectionText(deployed, await inspect(session), paint)}\n`);
    console.log(table([["PHASE", "SECONDS"], ...phases.map(({ name, seconds }) => [name, seconds.toFixed(1)])], paint));
    console.log(`\n${summaryLine(verified, paint)}`);
    return code;
  } finally {
    await session.close();
  }
}

/**
 * What a lab stands on: toolchain, image, libvirt, the stack, templates to fork its guests from. What does not need the other is made side
 * by side.
 */
async function foundation(stack: Stack, topology: Topology, webs?: number): Promise<{ opened: Opened; forks: Forks }> {
  // Asked before the stack's configuration is written to.
  const asked = (key: string): string | undefined => readConfig(stack, key);
  const [uri, known] = [asked("libvirt:uri"), asked("lvs-lab:accelerator")];
  const boots = asked("lvs-lab:start") === "boot" || ![undefined, BARE].includes(asked("lvs-lab:image"));
  const lanes = new Lanes();
  const begin = <T>(name: string, work: () => Promise<T>): Promise<T> => lanes.begin(name, () => phase(name, work));
  const tools = begin("Pulumi toolchain", toolchain);
  const built = begin("guest image", () => image(stack));
  const found = begin("libvirt", async () => {
    const host = await hypervisor(uri);
    note(`${host.uri}${host.embedded ? " (embedded)" : ""}`);
    return host;
  });
  const opened = lanes.begin("stack", async () => serve(stack, await tools, await found));
  const forks = lanes.begin("templates", async () => {
    const [host, files] = [await found, await built];
    return phase("templates", async (): Promise<Forks> => {
      const accelerated = (known ?? (await accelerator(host, files))) === "kvm" ? "kvm" : "tcg";
      note(`accelerator ${accelerated}`);
      const made: Forks = { topology, accelerator: accelerated, image: files };
      if (!host.embedded || boots) note("none: guests boot");
      else await ensureTemplates(host, made);
      return made;
    });
  });
  try {
    await lanes.end();
  } catch (error) {
    // A libvirt that holds no lab was started for this one.
    await found.then(stopIfIdle).catch(() => undefined);
    throw error;
  }
  const made = await forks;
  writeConfig(stack, {
    "lvs-lab:accelerator": made.accelerator,
    ...(webs === undefined ? {} : { "lvs-lab:webs": webs }),
  });
  return { opened: await opened, forks: made };
}

/** Takes the snapshot that `reset` goes back to, once for each deployment. */
async function keepAfterUp(opened: Opened, deployed: LabOutputs): Promise<void> {
  const all = new Snapshots(opened, deployed);
  const kept = (await all.list()).find(({ name }) => name === afterUp);
  if (kept?.deployment === deploymentOf(deployed) && kept.domains.length === deployed.nodes.length) return;
  if (kept !== undefined) await all.remove(afterUp);
  await all.take(afterUp);
}

/** Goes on where an earlier run was cut off, by itself or by force. */
export function resume(stack: Stack, options: { settle: number }): Promise<number> {
  // `up` and `destroy` mend what was cut off as well; this is the word for it, and it begins nothing.
  if (!fs.existsSync(stack.configFile)) throw nothingIn(stack);
  return up(stack, options);
}

/** A new lab in the place of the old one, with the stack's own configuration. Answers the exit code of its verification. */
export async function recreate(stack: Stack, options: { settle: number }): Promise<number> {
  await readyTopology(stack); // a lab that could not come back is not taken away
  const config = fs.existsSync(stack.configFile) ? fs.readFileSync(stack.configFile, "utf8") : undefined;
  await destroy(stack);
  if (config !== undefined) {
    fs.mkdirSync(path.dirname(stack.configFile), { recursive: true, mode: 0o700 });
    fs.writeFileSync(stack.configFile, config, { mode: 0o600 });
  }
  return up(stack, options);
}

/** Destroys a lab and everything that was made for it, whatever became of it. */
export async function destroy(stack: Stack): Promise<void> {
  if (!fs.existsSync(stack.configFile)) return note(`stack ${stack.name} holds no lab: nothing to destroy`);
  const opened = await serve(stack, await toolchain(), await hypervisor(readConfig(stack, "libvirt:uri")));
  const domains = namesOf(stack).domains.map(([, domain]) => domain);
  const state = await exportState(opened.env);
  await engineDestroy(opened);
  await removeStack(stack, opened.env);
  removeLogs([...domains, ...domainsOf(state)]);
  fs.rmSync(loginFolder(stack), { recursive: true, force: true });
  // Templates that a killed `up` was making are in no state, and would keep libvirt from stopping.
  if (opened.host.embedded) await endTemplates(opened.host, await deadTemplates(opened.host));
  await stopIfIdle(opened.host);
  note(`kept: ${cacheDir} (toolchain, images), ${stateDir} (passphrase)`);
}

async function pulumiUp(opened: Opened, forks: Forks): Promise<LabOutputs> {
  let failure = await engineUp(opened);
  // Once more where only a template was to blame: what did not fork then boots. On a full disk none is.
  const { host } = opened;
  const again = failure !== undefined && fullFolder(opened) === undefined && (await answers(host.uri));
  if (again && (await forgetBadMemory(host, forks))) failure = await engineUp(opened);
  if (failure !== undefined) return giveUp(opened, failure);
  const deployed = await outputs(opened.env);
  if (deployed === undefined) throw new UserError("pulumi up succeeded, but the stack has no outputs");
  return deployed;
}

/** Removes a lab's serial logs, and QEMU's. Their folders stay: a libvirt that runs on cannot make them for the next guest. */
function removeLogs(domains: readonly string[]): void {
  const logs = domains.flatMap((domain) => [path.join(consoleDir, consoleLog(domain)), qemuLog(domain)]);
  for (const log of logs) fs.rmSync(log, { force: true });
}
