/** Where Pulumi keeps stacks: the backend that lvs-lab makes itself, or the one that the user is logged in to. */
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cacheDir, inRoot, stateDir } from "../paths";
import type { Toolchain } from "./toolchain";

const project = "lvs-lab";

/** What the backend needs to know of a stack. */
export type BackendStack = {
  readonly name: string;
  /** Its configuration file. */
  readonly configFile: string;
  /** True with the backend that `lab` makes itself; false if the user is logged in to another backend. */
  readonly local: boolean;
};

/** Folder of a stack's private configuration. For `stack init` it is a project of its own. */
export const privateProject = (stack: string): string => path.join(stateDir, "stacks", stack);

/** The backend that the user has chosen or is logged in to; undefined: none. */
export function userBackend(): string | undefined {
  if (process.env.PULUMI_BACKEND_URL !== undefined)
    return process.env.PULUMI_BACKEND_URL === localBackend ? undefined : process.env.PULUMI_BACKEND_URL;
  const credentials = path.join(userPulumiHome, "credentials.json");
  if (!fs.existsSync(credentials)) return undefined;
  const current = (JSON.parse(fs.readFileSync(credentials, "utf8")) as { current?: string }).current;
  return current === localBackend ? undefined : current || undefined;
}

const userPulumiHome = process.env.PULUMI_CREDENTIALS_PATH ?? path.join(os.homedir(), ".pulumi");
const backendDir = path.join(stateDir, "backend");
const localBackend = `file://${backendDir}`;
/** PULUMI_HOME of the local backend: Pulumi writes credentials, selections and logs there, so it cannot be the shared cache. */
export const pulumiHome = path.join(stateDir, "pulumi");
const passphraseFile = path.join(stateDir, "passphrase");

/** The environment in which plain `pulumi` serves a stack: what `lab env` prints and what `lab` itself uses. */
export function environment(stack: BackendStack, tools: Toolchain, embedded: boolean): Record<string, string> {
  return {
    // First the wrapper that enters the namespace, then the language host of this pulumi.
    PATH: [
      ...new Set([
        inRoot("host", "bin"),
        path.dirname(tools.pulumi),
        ...(process.env.PATH ?? "").split(path.delimiter),
      ]),
    ].join(path.delimiter),
    LVS_LAB_PULUMI: tools.pulumi,
    LVS_LAB_CACHE: cacheDir,
    LVS_LAB_STATE: stateDir,
    ...(embedded ? { LVS_LAB_EMBEDDED: "1" } : {}),
    ...(tools.dialsLate ? { LVS_LAB_DIALS_LATE: "1" } : {}),
    ...(tools.home === undefined ? {} : { PULUMI_HOME: pulumiHome }),
    PULUMI_STACK: stack.name,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Each command that waits for a guest takes one place: the default of four per core starves a lab.
    PULUMI_PARALLEL: "32",
    ...(stack.local
      ? {
          PULUMI_BACKEND_URL: localBackend,
          PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
          // The variable of the flag --config-file. It keeps the salt and this host's settings out of the checkout.
          PULUMI_OPTION_CONFIG_FILE: stack.configFile,
          PULUMI_OPTION_PRESERVE_CONFIG: "true",
        }
      : { PULUMI_CREDENTIALS_PATH: userPulumiHome }),
  };
}

/** Makes the local backend, its passphrase and the stack's own project, each only if missing. */
export function makeLocalBackend(stack: string): void {
  fs.mkdirSync(backendDir, { recursive: true, mode: 0o700 });
  fs.mkdirSync(privateProject(stack), { recursive: true, mode: 0o700 });
  fs.copyFileSync(inRoot("Pulumi.yaml"), path.join(privateProject(stack), "Pulumi.yaml"));
  if (!fs.existsSync(passphraseFile)) writeOnce(passphraseFile, `${crypto.randomBytes(32).toString("base64")}\n`);
}

/** Writes a private file if there is none, in one step. If two processes write it at once, the first one's stays. */
export function writeOnce(file: string, text: string): void {
  const part = `${file}.part-${process.pid}`;
  try {
    fs.writeFileSync(part, text, { mode: 0o600 });
    fs.linkSync(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    fs.rmSync(part, { force: true });
  }
}

/** Whether the backend may have stacks of this project. Without pulumi only the local backend can be asked. */
export const hasStacks = (): boolean =>
  userBackend() !== undefined ||
  (fs.existsSync(states) && fs.readdirSync(states).some((name) => name.endsWith(".json")));

/** Gives a PULUMI_HOME the plugins of a toolchain. The folder itself is a link, because Pulumi ignores plugins that are links. */
export function linkPlugins(home: string, pulumiHome: string): void {
  const [link, target] = [path.join(pulumiHome, "plugins"), path.join(home, "plugins")];
  fs.mkdirSync(pulumiHome, { recursive: true, mode: 0o700 });
  if (fs.existsSync(link) && fs.readlinkSync(link) === target) return;
  fs.rmSync(link, { recursive: true, force: true });
  fs.symlinkSync(target, link);
}

const records = path.join(backendDir, ".pulumi");

/** Folder of the states of this project's stacks on the local backend. */
const states = path.join(records, "stacks", project);

const stateFile = ({ name }: Pick<BackendStack, "name">): string => path.join(states, `${name}.json`);

/** Folder of a stack's locks; undefined: it is on another backend. */
export const locksOf = (stack: Pick<BackendStack, "name" | "local">): string | undefined =>
  stack.local ? path.join(records, "locks", "organization", project, stack.name) : undefined;

/**
 * Replaces a state that is not whole JSON by Pulumi's own backup of it. Returns whether it did. On a full disk the file backend (3.250.0)
 * replaces the state by its first pages. Things that were made since the backup bear the lab's mark, and are removed.
 */
export function restoreTorn(file: string): boolean {
  const backup = `${file}.bak`;
  if (!isTorn(file) || !fs.existsSync(backup) || isTorn(backup)) return false;
  fs.copyFileSync(backup, file);
  fs.rmSync(`${file}.attrs`, { force: true }); // its checksum, which the backend does not need
  return true;
}

/** Whether the file exists and is not whole JSON. */
function isTorn(file: string): boolean {
  try {
    JSON.parse(fs.readFileSync(file, "utf8"));
    return false;
  } catch {
    return fs.existsSync(file);
  }
}

/** Replaces the torn state of a stack on the local backend. Returns whether it did. */
export const restoreTornState = (stack: Pick<BackendStack, "name">): boolean => restoreTorn(stateFile(stack));

/** Removes what `pulumi stack rm` leaves of a stack on the local backend: its history, backups, locks and configuration. */
export function forgetStack(stack: BackendStack): void {
  const left = [
    ["history", project, stack.name],
    ["backups", project, stack.name],
  ];
  for (const parts of left) fs.rmSync(path.join(records, ...parts), { recursive: true, force: true });
  fs.rmSync(locksOf(stack) ?? "", { recursive: true, force: true });
  // Its backups, and the rest of a write that was cut off.
  for (const file of fs.readdirSync(states).filter((name) => name.startsWith(`${stack.name}.json.`)))
    fs.rmSync(path.join(states, file));
  // The log files of all runs of pulumi, of any stack.
  fs.rmSync(path.join(pulumiHome, "logs"), { recursive: true, force: true });
  fs.rmSync(privateProject(stack.name), { recursive: true, force: true });
}
