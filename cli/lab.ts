import * as fs from "node:fs";
import * as path from "node:path";
import { checkClientPlace } from "../infra/config/clientPlace";
import { errataOf, erratumText } from "../infra/config/errata";
import { loadTopology } from "../infra/config/load";
import { BARE } from "../infra/model/guest";
import { consoleLog, defaultConsoleDir } from "../infra/model/names";
import type { LabOutputs } from "../infra/outputs";
import { accelerator, answers, embeddedUri, type Hypervisor, hypervisor, stopIfIdle, wantedUri } from "./hypervisor";
import { inspect, inspectionText } from "./inspect";
import { domainsOf, exportState } from "./life/deployment";
import { engineDestroy, engineUp, giveUp } from "./life/engine";
import { checkRoom, fullFolder } from "./life/room";
import { namesOf, overridesOf } from "./naming";
import { cacheDir, inRoot, stateDir } from "./paths";
import { note, phase, phases } from "./progress";
import { run, UserError } from "./run";
import { Session } from "./session";
import { ensureStack, environment, outputs, readConfig, removeStack, type Stack, writeConfig } from "./stack";
import { afterUp, deploymentOf, type Snapshot, Snapshots } from "./snapshots";
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
import { until } from "./verify/observe";
import { fetchPage } from "./verify/requests";
import { exitCode, summaryLine, tellResult, verifyAloud } from "./verify/told";

type Environment = Record<string, string>;

/** Serial logs of the embedded libvirt's guests: they outlive it, so that a failed boot can be read. */
const consoleDir = path.join(stateDir, "console");

/** A stack with everything that serves it found or started. */
export type Opened = { readonly stack: Stack; readonly host: Hypervisor; readonly env: Environment };

/** Finds or makes everything that plain `pulumi` needs to serve a stack; nothing of the lab itself. */
export async function open(stack: Stack): Promise<Opened> {
  return prepare(stack, await toolchain(), await hypervisor(readConfig(stack, "libvirt:uri")));
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

/** Opens a deployed lab for looking at it; makes and starts nothing. */
async function openSession(stack: Stack): Promise<Session> {
  const uri = readConfig(stack, "libvirt:uri");
  if (uri === undefined) throw nothingIn(stack);
  const embedded = uri === (await embeddedUri());
  const deployed = await outputs(environment(stack, await toolchain(), embedded));
  if (deployed === undefined) throw nothingIn(stack);
  return new Session(deployed, embedded);
}

/** Looks at a deployed lab, and lets go of it. */
export async function withSession<T>(stack: Stack, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(stack);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

const nothingIn = ({ name, lab }: Stack): UserError =>
  new UserError(`stack ${name} holds no lab: run ./scripts/lab up ${lab} first`);

/** From nothing to a verified lab. Answers the exit code. */
export async function up(stack: Stack, { settle, webs }: { settle: number; webs?: string }): Promise<number> {
  const topology = loadTopology(stack.file, overridesOf(stack, webs)); // what is wrong with it is told now, not after minutes of building
  checkClientPlace(topology, wantedUri(readConfig(stack, "libvirt:uri")) ?? "");
  for (const mistake of errataOf(topology)) note(erratumText(mistake));
  const tools = await phase("Pulumi toolchain", toolchain);
  const built = await phase("guest image", () => image(stack));
  const opened = await phase("libvirt", async () => {
    const found = await prepare(stack, tools, await hypervisor(readConfig(stack, "libvirt:uri")));
    note(
      `${found.host.uri}${found.host.embedded ? " (embedded)" : ""}, accelerator ${readConfig(stack, "lvs-lab:accelerator")}`,
    );
    if (webs !== undefined) writeConfig(stack, { "lvs-lab:webs": Number(webs) });
    return found;
  });
  const accelerated = readConfig(stack, "lvs-lab:accelerator") === "kvm" ? "kvm" : "tcg";
  const forks = { topology, accelerator: accelerated, image: built } as const;
  await phase("templates", async () => {
    const boots =
      readConfig(stack, "lvs-lab:start") === "boot" || ![undefined, BARE].includes(readConfig(stack, "lvs-lab:image"));
    if (!opened.host.embedded || boots) return note("none: guests boot");
    return ensureTemplates(opened.host, forks);
  });
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

/** Takes the snapshot that `reset` goes back to, once for each deployment. */
async function keepAfterUp(opened: Opened, deployed: LabOutputs): Promise<void> {
  const all = new Snapshots(opened, deployed);
  const kept = (await all.list()).find(({ name }) => name === afterUp);
  if (kept?.deployment === deploymentOf(deployed) && kept.domains.length === deployed.nodes.length) return;
  if (kept !== undefined) await all.remove(afterUp);
  await all.take(afterUp);
}

/** A deployed lab with its snapshots. */
async function withSnapshots<T>(stack: Stack, work: (all: Snapshots, session: Session) => Promise<T>): Promise<T> {
  const opened = await open(stack);
  return withSession(stack, (session) => work(new Snapshots(opened, session.lab), session));
}

/** The snapshots of a lab. */
export const snapshots = (stack: Stack): Promise<Snapshot[]> => withSnapshots(stack, (all) => all.list());

/** Takes a snapshot and says how long it took. */
export const snapshot = (stack: Stack, name: string): Promise<number> =>
  withSnapshots(stack, async (all) => {
    const begin = performance.now();
    await all.take(name);
    note(`${name}: taken in ${secondsSince(begin)} s; back to it: ./scripts/lab restore ${name}`);
    return 0;
  });

/** Goes back to a snapshot, says after how long the VIP answers, and verifies the lab. Answers the exit code. */
export const restore = (stack: Stack, name: string, settle: number): Promise<number> =>
  withSnapshots(stack, async (all, session) => {
    const begin = performance.now();
    await all.revert(name, session);
    note(`${name}: restored after ${secondsSince(begin)} s`);
    const { vip, topology } = { vip: session.lab.vip, topology: session.topology };
    const server = topology.virtualServers.find((one) => one.vip === vip);
    const answers = async (): Promise<void> => {
      if (server === undefined) return;
      if (!(await until(settle, async () => (await fetchPage(session, vip, server.port, { limit: 1 })).status === 200)))
        return;
      note(`${name}: the VIP answers after ${secondsSince(begin)} s`);
    };
    await Promise.all([answers(), all.setClocks(session)]);
    note(`${name}: clocks set after ${secondsSince(begin)} s`);
    return verifyAloud(session, { only: [], settle });
  });

const secondsSince = (begin: number): string => ((performance.now() - begin) / 1000).toFixed(1);

/** Goes on where an earlier run was cut off, by itself or by force. */
export function resume(stack: Stack, options: { settle: number }): Promise<number> {
  // `up` and `destroy` mend what was cut off as well; this is the word for it, and it begins nothing.
  if (!fs.existsSync(stack.configFile)) throw nothingIn(stack);
  return up(stack, options);
}

/** A new lab in the place of the old one, with the stack's own configuration. Answers the exit code of its verification. */
export async function recreate(stack: Stack, options: { settle: number }): Promise<number> {
  loadTopology(stack.file, overridesOf(stack)); // a lab that could not come back is not taken away
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

/** The serial log of a node's domain: what its kernel and systemd said while booting. */
export async function serialLog(stack: Stack, node: string): Promise<string> {
  const { domains } = namesOf(stack);
  const domain = domains.find(([name]) => name === node)?.[1];
  if (domain === undefined)
    throw new UserError(`node: got ${node}, need one of: ${domains.map(([name]) => name).join(", ")}`);
  const log = path.join(readConfig(stack, "lvs-lab:consoleDir") ?? defaultConsoleDir, consoleLog(domain));
  if (!fs.existsSync(log)) throw new UserError(`there is no ${log}: ${domain} was not started here`);
  return fs.readFileSync(log, "utf8");
}
