import * as fs from "node:fs";
import * as path from "node:path";
import type { LabOutputs } from "../infra/outputs";
import { accelerator, embeddedUri, type Hypervisor, hypervisor, stopIfIdle, virsh } from "./hypervisor";
import { inspect, inspectionText } from "./inspect";
import { cacheDir, inRoot, stateDir } from "./paths";
import { note, phase, phases } from "./progress";
import { run, tryRun, UserError } from "./run";
import { Session } from "./session";
import { ensureStack, environment, outputs, readConfig, removeStack, type Stack, writeConfig } from "./stack";
import { table } from "./table";
import { type Toolchain, toolchain } from "./toolchain";
import { resultLines, verify } from "./verify";

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
    ...(host.embedded ? { "lvs-lab:consoleDir": consoleDir } : {}),
  });
  if (readConfig(stack, "lvs-lab:accelerator") === undefined) {
    writeConfig(stack, { "lvs-lab:accelerator": await accelerator(host, await image()) });
  }
  return { stack, host, env };
}

/** The guest image's files, built when missing. */
async function image(): Promise<{ kernel: string; initrd: string }> {
  return JSON.parse(await run([inRoot("image", "build"), cacheDir], { show: "errors" })) as {
    kernel: string;
    initrd: string;
  };
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
export async function up(stack: Stack, settle: number): Promise<number> {
  const tools = await phase("Pulumi toolchain", toolchain);
  await phase("guest image", image);
  const opened = await phase("libvirt", async () => {
    const found = await prepare(stack, tools, await hypervisor(readConfig(stack, "libvirt:uri")));
    note(
      `${found.host.uri}${found.host.embedded ? " (embedded)" : ""}, accelerator ${readConfig(stack, "lvs-lab:accelerator")}`,
    );
    return found;
  });
  const deployed = await phase("pulumi up", () => pulumiUp(opened));
  const session = new Session(deployed, opened.host.embedded);
  try {
    const results = await phase("verify", () =>
      verify(session, { json: false, only: [], settle }, (result) => console.log(resultLines(result))),
    );
    const failed = results.filter((result) => !result.ok);
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

async function pulumiUp({ stack, host, env }: Opened): Promise<LabOutputs> {
  await removeStrays(stack, host, await managedDomains(env));
  const result = await tryRun(
    ["pulumi", "up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name],
    { env, show: "all" },
  );
  if (result.code !== 0) {
    await tellConsoles(host, stack);
    throw new UserError("pulumi up failed: see above (after mending the cause, the same command goes on from here)");
  }
  const deployed = await outputs(env);
  if (deployed === undefined) throw new UserError("pulumi up succeeded, but the stack has no outputs");
  return deployed;
}

/** Where the serial logs of a lab's guests are: the place to look when one does not boot. */
async function tellConsoles(host: Hypervisor, stack: Stack): Promise<void> {
  const list = await tryRun(["virsh", "-q", "-c", host.uri, "list", "--all", "--name"], { timeout: 10 });
  const prefix = domainPrefix(stack);
  for (const domain of list.stdout.split("\n").filter((name) => name.startsWith(prefix))) {
    note(`serial log of ${domain}: ./scripts/lab console ${domain.slice(prefix.length)}`);
  }
}

const labName = (stack: Stack): string => stack.lab.replace(/^.*\//, "").replace(/\.ya?ml$/, "");

/** Destroys a lab and everything that was made for it. */
export async function destroy(stack: Stack): Promise<void> {
  if (!fs.existsSync(stack.configFile)) return note(`stack ${stack.name} holds no lab: nothing to destroy`);
  const { host, env } = await open(stack);
  await run(["pulumi", "destroy", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name], {
    env,
    show: "all",
  });
  await removeStrays(stack, host, []);
  await removeStack(stack, env);
  removeConsoles(domainPrefix(stack));
  await stopIfIdle(host);
  note(`kept: ${cacheDir} (toolchain, images), ${stateDir} (passphrase)`);
}

const domainPrefix = (stack: Stack): string => `${labName(stack)}-`;

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
 * did not start stays defined, and the next `up` would end with "domain already exists".
 */
async function removeStrays(stack: Stack, host: Hypervisor, managed: readonly string[]): Promise<void> {
  const prefix = domainPrefix(stack);
  const names = (await virsh(host.uri, "list", "--all", "--name")).split("\n");
  for (const name of names.filter((one) => one.startsWith(prefix) && !managed.includes(one))) {
    note(`${name} is in libvirt but not in the stack's state: removing it`);
    await tryRun(["virsh", "-q", "-c", host.uri, "destroy", name]);
    await virsh(host.uri, "undefine", name);
  }
}

/** Removes the serial logs of a lab, and their folder with the last of them. */
function removeConsoles(prefix: string): void {
  if (!fs.existsSync(consoleDir)) return;
  const logs = fs.readdirSync(consoleDir);
  const own = logs.filter((name) => name.startsWith(prefix));
  for (const name of own) fs.rmSync(path.join(consoleDir, name));
  if (own.length === logs.length) fs.rmdirSync(consoleDir);
}

/** The serial log of a node's domain: what its kernel and systemd said while booting. */
export async function serialLog(stack: Stack, node: string): Promise<string> {
  const { host } = await open(stack);
  const domain = `${labName(stack)}-${node}`;
  const definition = await tryRun(["virsh", "-c", host.uri, "dumpxml", domain]);
  const file = /<log file='([^']+)'/.exec(definition.stdout)?.[1];
  if (file === undefined) throw new UserError(`node: got ${node}, need a node of ${labName(stack)} that libvirt knows`);
  if (!fs.existsSync(file)) throw new UserError(`${file} is on the hypervisor, not on this machine`);
  return fs.readFileSync(file, "utf8");
}
