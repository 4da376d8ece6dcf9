import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../model/limits";
import { systemSockets } from "../../infra/sockets";
import { inRoot, stateDir } from "../paths";
import { note } from "../terminal/progress";
import { run, type RunResult, succeeded, tryRun, UserError } from "../run";

/** The libvirt that holds the lab. */
export type Hypervisor = {
  readonly uri: string;
  /** True for the private libvirtd that host/libvirtd runs in a network namespace of its own. */
  readonly embedded: boolean;
};

const libvirtd = inRoot("host", "libvirtd");
const systemUri = "qemu:///system";

/** The embedded libvirt's URI. */
export async function embeddedUri(): Promise<string> {
  return (await run([libvirtd, "uri"])).trim();
}

/** The embedded libvirt, started if it has files from an earlier run; undefined: there is none. */
export async function embedded(): Promise<Hypervisor | undefined> {
  if (!fs.existsSync(path.join(stateDir, "libvirt"))) return undefined;
  await run([libvirtd, "start"], { show: "errors" });
  return { uri: await embeddedUri(), embedded: true };
}

/** The libvirt of a stack, if there is one. The embedded one counts only once it has files. */
export async function standing(configured: string | undefined): Promise<Hypervisor | undefined> {
  const wanted = wantedUri(configured);
  const own = wanted === undefined ? !(await answers(systemUri)) : wanted === (await embeddedUri());
  return own ? embedded() : hypervisor(configured);
}

/** The libvirt that the stack or the environment names; undefined: neither names one. */
export const wantedUri = (configured: string | undefined): string | undefined =>
  configured ?? process.env.LIBVIRT_DEFAULT_URI;

/** The URI of the libvirt that a stack will use, without starting one; undefined: the embedded one. */
export async function expectedUri(configured: string | undefined): Promise<string | undefined> {
  const wanted = wantedUri(configured);
  if (wanted !== undefined) return wanted === (await embeddedUri()) ? undefined : wanted;
  return (await answers(systemUri)) ? systemUri : undefined;
}

/**
 * The hypervisor of a stack, which answers. It is the configured one; without configuration that of LIBVIRT_DEFAULT_URI or the system's own,
 * if it answers; else the embedded libvirt, which is started if it does not run.
 */
export async function hypervisor(configured: string | undefined): Promise<Hypervisor> {
  const own = await embeddedUri();
  const wanted = wantedUri(configured);
  if (wanted !== undefined && wanted !== own) {
    if (await answers(wanted)) return { uri: wanted, embedded: false };
    throw new UserError(
      `libvirt:uri: nothing answers at ${wanted} (start that libvirt, or remove the setting to use the embedded one)`,
    );
  }
  if (wanted === undefined && (await answers(systemUri))) return { uri: systemUri, embedded: false };
  await run([libvirtd, "start"], { show: "errors" });
  return { uri: own, embedded: true };
}

/** Whether a libvirt answers. */
export async function answers(uri: string): Promise<boolean> {
  // Without a socket do not ask: virsh would start a session of its own, or wait.
  if (uri === systemUri && !systemSockets.some((socket) => fs.existsSync(socket))) return false;
  return (await tryRun(["virsh", "-c", uri, "uri"], { timeout: LIMITS.libvirtThere.seconds })).code === 0;
}

/** All domains with their states, as `virsh list --all` prints them; undefined: libvirt does not answer. */
export async function listDomains(uri: string): Promise<string | undefined> {
  const { code, stdout } = await tryRun(virshWords(uri, ["list", "--all"]), { timeout: LIMITS.libvirtThere.seconds });
  return code === 0 ? stdout : undefined;
}

/** The virsh commands that read or write a guest's memory or disk. On QEMU's monitor that is loadvm. */
const movesData = [
  "save",
  "restore",
  "create",
  "start",
  "snapshot-create-as",
  "snapshot-revert",
  "snapshot-delete",
  "qemu-monitor-command",
  "vol-upload",
  "vol-download",
];

const virshWords = (uri: string, args: readonly string[]): string[] => ["virsh", "-q", "-c", uri, ...args];

/** Runs virsh against a hypervisor. */
export async function virsh(uri: string, ...args: readonly string[]): Promise<string> {
  return succeeded(virshWords(uri, args), await tryVirsh(uri, ...args));
}

/** The same if the command may fail. It is still an error if libvirt does not answer: then the outcome is unknown. */
export async function tryVirsh(uri: string, ...args: readonly string[]): Promise<RunResult> {
  const [verb = ""] = args;
  const timeout = (movesData.includes(verb) ? LIMITS.libvirtData : LIMITS.libvirtAnswer).seconds;
  const result = await tryRun(virshWords(uri, args), { timeout });
  if (result.timedOut !== true) return result;
  throw new UserError(
    `libvirt at ${uri} did not answer within ${timeout} s: virsh ${args.join(" ")} (fix: restart that libvirt, or stop the embedded one with ./host/libvirtd stop --force; then run the same again)`,
  );
}

/** kvm if a guest was seen to boot with it, else tcg; prints one line that says which. */
export async function accelerator(host: Hypervisor, image: { kernel: string; initrd: string }): Promise<"kvm" | "tcg"> {
  const local = host.embedded || host.uri === systemUri;
  if (!local) {
    note(`KVM on ${host.uri} cannot be tried from here: using TCG (if it has KVM, set lvs-lab:accelerator to kvm)`);
    return "tcg";
  }
  return (await run([inRoot("host", "accelerator"), image.kernel, image.initrd], { show: "errors" })).trim() as
    | "kvm"
    | "tcg";
}

/** The last error in the embedded libvirt's log; empty: none. */
export function lastError({ embedded: own }: Hypervisor): string {
  const log = path.join(stateDir, "libvirt", "log", "libvirtd.log");
  if (!own || !fs.existsSync(log)) return "";
  const errors = fs
    .readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => / error : /.test(line));
  return errors.at(-1)?.replace(/^.* error : /, "") ?? "";
}

/** Stops the embedded libvirt if nothing is defined in it any more. */
export async function stopIfIdle(host: Hypervisor): Promise<void> {
  if (!host.embedded) return;
  const lists = await Promise.all(
    [
      ["list", "--all", "--name"],
      ["net-list", "--all", "--name"],
    ].map((args) => virsh(host.uri, ...args)),
  );
  if (lists.every((names) => names.trim() === "")) await run([libvirtd, "stop"], { show: "errors" });
}
