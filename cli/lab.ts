import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { errataOf, erratumText } from "../infra/config/errata";
import { ConfigError } from "../infra/config/error";
import { loadTopology, type Overrides } from "../infra/config/load";
import { consoleLog, defaultConsoleDir, defaultPoolPath, domainName, poolName } from "../infra/model/names";
import type { LabOutputs } from "../infra/outputs";
import { accelerator, embeddedUri, type Hypervisor, hypervisor, stopIfIdle, virsh } from "./hypervisor";
import { inspect, inspectionText } from "./inspect";
import { cacheDir, inRoot, stateDir } from "./paths";
import { note, phase, phases } from "./progress";
import { run, tryRun, UserError } from "./run";
import { Session } from "./session";
import { ensureStack, environment, outputs, readConfig, removeStack, type Stack, writeConfig } from "./stack";
import { afterUp, deploymentOf, type Snapshot, Snapshots } from "./snapshots";
import { table } from "./table";
import { ensureTemplates, type Forks, forgetBadMemory, type ImageFiles, libvirtDir } from "./templates";
import { type Toolchain, toolchain } from "./toolchain";
import { resultLines, verify } from "./verify";
import { fetchPage, until } from "./verify/observe";

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
  const env = environment(stack, tools, host.embedded);
  if (host.embedded) fs.mkdirSync(consoleDir, { recursive: true, mode: 0o700 });
  await ensureStack(stack, tools, env);
  writeConfig(stack, {
    "libvirt:uri": host.uri,
    // The embedded libvirt's own log folder is hidden in its mount namespace.
    ...(host.embedded ? { "lvs-lab:consoleDir": consoleDir, "lvs-lab:libvirtDir": libvirtDir } : {}),
  });
  if (readConfig(stack, "lvs-lab:accelerator") === undefined) {
    writeConfig(stack, { "lvs-lab:accelerator": await accelerator(host, await image()) });
  }
  return { stack, host, env };
}

/** The guest image's files, built when missing. */
async function image(): Promise<ImageFiles> {
  return JSON.parse(await run([inRoot("image", "build"), cacheDir], { show: "errors" })) as ImageFiles;
}

/** Opens a deployed lab for looking at it; makes and starts nothing. */
export async function openSession(stack: Stack): Promise<Session> {
  const uri = readConfig(stack, "libvirt:uri");
  const missing = new UserError(`stack ${stack.name} holds no lab: run ./scripts/lab up ${stack.lab} first`);
  if (uri === undefined) throw missing;
  const embedded = uri === (await embeddedUri());
  const deployed = await outputs(environment(stack, await toolchain(), embedded));
  if (deployed === undefined) throw missing;
  return new Session(deployed, embedded);
}

/** From nothing to a verified lab. Answers the exit code. */
export async function up(stack: Stack, { settle, webs }: { settle: number; webs?: string }): Promise<number> {
  const topology = loadTopology(stack.file, overridesOf(stack, webs)); // what is wrong with it is told now, not after minutes of building
  for (const mistake of errataOf(topology)) note(erratumText(mistake));
  const tools = await phase("Pulumi toolchain", toolchain);
  const built = await phase("guest image", image);
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
    const boots = readConfig(stack, "lvs-lab:start") === "boot" || readConfig(stack, "lvs-lab:image") !== undefined;
    if (!opened.host.embedded || boots) return note("none: guests boot");
    return ensureTemplates(opened.host, forks);
  });
  const deployed = await phase("pulumi up", () => pulumiUp(opened, forks));
  const session = new Session(deployed, opened.host.embedded);
  try {
    const results = await phase("verify", () =>
      verify(session, { only: [], settle }, (result) => console.log(resultLines(result))),
    );
    const failed = results.filter((result) => !result.ok);
    if (failed.length === 0) await phase("snapshot for reset", () => keepAfterUp(opened.host, deployed));
    console.log(`\n${inspectionText(deployed, await inspect(session))}\n`);
    console.log(table([["PHASE", "SECONDS"], ...phases.map(({ name, seconds }) => [name, seconds.toFixed(1)])]));
    console.log(
      `\n${results.length - failed.length} of ${results.length} checks passed${failed.length ? `, failed: ${failed.map(({ id }) => id).join(", ")}` : ""}`,
    );
    return failed.length === 0 ? 0 : 1;
  } finally {
    await session.close();
  }
}

/** What the stack, or the command line instead, says of the topology beside its file. */
function overridesOf(stack: Stack, webs = readConfig(stack, "lvs-lab:webs")): Overrides {
  if (webs === undefined) return {};
  if (!/^[1-9]\d*$/.test(String(webs))) throw new UserError(`--webs: got ${webs}, need a whole number, 1 or more`);
  return { webs: Number(webs) };
}

/** Takes the snapshot that `reset` goes back to, once for each deployment. */
async function keepAfterUp(host: Hypervisor, deployed: LabOutputs): Promise<void> {
  const all = new Snapshots(host, deployed);
  const kept = (await all.list()).find(({ name }) => name === afterUp);
  if (kept?.deployment === deploymentOf(deployed) && kept.domains.length === deployed.nodes.length) return;
  if (kept !== undefined) await all.remove(afterUp);
  await all.take(afterUp);
}

/** A deployed lab with its snapshots. */
async function withSnapshots<T>(stack: Stack, work: (all: Snapshots, session: Session) => Promise<T>): Promise<T> {
  const { host } = await open(stack);
  const session = await openSession(stack);
  try {
    return await work(new Snapshots(host, session.lab), session);
  } finally {
    await session.close();
  }
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
    const results = await verify(session, { only: [], settle }, (result) => console.log(resultLines(result)));
    const failed = results.filter((result) => !result.ok);
    console.log(`\n${results.length - failed.length} of ${results.length} checks passed`);
    return failed.length === 0 ? 0 : 1;
  });

const secondsSince = (begin: number): string => ((performance.now() - begin) / 1000).toFixed(1);

async function pulumiUp({ stack, host, env }: Opened, forks: Forks): Promise<LabOutputs> {
  const engine = async (): Promise<boolean> => {
    await removeStrays(stack, host, await managedDomains(env));
    const words = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name];
    return (await tryRun(["pulumi", ...words], { env, show: "all" })).code === 0;
  };
  // Once more where only a template was to blame: what did not fork then boots.
  if (!(await engine()) && !(forgetBadMemory(forks) && (await engine()))) {
    await tellConsoles(host, stack);
    throw new UserError("pulumi up failed: see above (after mending the cause, the same command goes on from here)");
  }
  const deployed = await outputs(env);
  if (deployed === undefined) throw new UserError("pulumi up succeeded, but the stack has no outputs");
  return deployed;
}

/** Where the serial logs of a lab's guests are: the place to look when one does not boot. */
async function tellConsoles(host: Hypervisor, stack: Stack): Promise<void> {
  const { stdout } = await tryRun(["virsh", "-q", "-c", host.uri, "list", "--all", "--name"], { timeout: 10 });
  for (const [node, domain] of namesOf(stack).domains) {
    if (stdout.split("\n").includes(domain)) note(`serial log of ${domain}: ./scripts/lab console ${node}`);
  }
}

/** Name and domains of a lab, from its topology file as it is, right or wrong: `destroy` must not depend on it. */
function namesOf(stack: Stack): { lab: string; domains: [node: string, domain: string][] } {
  const { name: lab = "", nodes = {} } = readNames(stack);
  return { lab, domains: Object.keys(nodes).map((node) => [node, domainName(lab, node)]) };
}

function readNames(stack: Stack): { readonly name?: string; readonly nodes?: object } {
  try {
    return loadTopology(stack.file, overridesOf(stack));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return parse(fs.readFileSync(stack.file, "utf8")) as { name?: string; nodes?: object };
  }
}

/** Destroys a lab and everything that was made for it. */
export async function destroy(stack: Stack): Promise<void> {
  if (!fs.existsSync(stack.configFile)) return note(`stack ${stack.name} holds no lab: nothing to destroy`);
  const { host, env } = await open(stack);
  const domains = [...namesOf(stack).domains.map(([, domain]) => domain), ...(await managedDomains(env))];
  await run(["pulumi", "destroy", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name], {
    env,
    show: "all",
  });
  await removeStrays(stack, host, []);
  await removeStack(stack, env);
  removeConsoles(domains);
  await stopIfIdle(host);
  note(`kept: ${cacheDir} (toolchain, images), ${stateDir} (passphrase)`);
}

/** Names of the domains that the stack's state knows. */
async function managedDomains(env: Environment): Promise<string[]> {
  type Resource = { readonly type: string; readonly outputs?: { readonly name?: string } };
  const exported = JSON.parse(await run(["pulumi", "stack", "export"], { env })) as {
    readonly deployment: { readonly resources?: readonly Resource[] };
  };
  return (exported.deployment.resources ?? [])
    .filter(({ type }) => type === "libvirt:index/domain:Domain")
    .flatMap(({ outputs }) => outputs?.name ?? []);
}

/**
 * Removes the lab's domains that the state does not know: the provider defines a domain before it starts it, so one that
 * did not start stays defined, and the next `up` would end with "domain already exists". Only what lies in the lab's own
 * pool is the lab's.
 */
async function removeStrays(stack: Stack, host: Hypervisor, managed: readonly string[]): Promise<void> {
  const { lab } = namesOf(stack);
  const pool = readConfig(stack, "lvs-lab:poolPath") ?? defaultPoolPath(lab);
  const marks = [`<source pool='${poolName(lab)}'`, `'${pool}/`, `>${pool}/`];
  const defined = (await virsh(host.uri, "list", "--all", "--name")).split("\n");
  for (const domain of defined.filter((name) => name.startsWith(domainName(lab, "")) && !managed.includes(name))) {
    const xml = await virsh(host.uri, "dumpxml", domain);
    if (!marks.some((mark) => xml.includes(mark))) continue;
    note(`${domain} is in libvirt but not in the stack's state: removing it`);
    await tryRun(["virsh", "-q", "-c", host.uri, "destroy", domain]);
    await virsh(host.uri, "undefine", "--managed-save", "--snapshots-metadata", domain);
  }
}

/** Removes the serial logs of a lab, and their folder with the last of them. */
function removeConsoles(domains: readonly string[]): void {
  if (!fs.existsSync(consoleDir)) return;
  for (const log of fs.readdirSync(consoleDir)) {
    if (domains.some((domain) => log === consoleLog(domain))) fs.rmSync(path.join(consoleDir, log));
  }
  if (fs.readdirSync(consoleDir).length === 0) fs.rmdirSync(consoleDir);
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
