import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { readDocument } from "../../model/topology/document";
import { BARE } from "../../model/topology/guest";
import type { LabOutputs } from "../../infra/outputs";
import { cacheDir, inRoot, stateDir } from "../paths";
import { note } from "../terminal/progress";
import { run, tryRun, UserError } from "../run";
import { inTemporary } from "../temporary";
import type { Toolchain } from "./toolchain";

const project = "lvs-lab";

/** A Pulumi stack of this project: one per lab. */
export type Stack = {
  readonly name: string;
  /** The lab that it holds: a name in labs/ or a path. */
  readonly lab: string;
  /** Its topology file. */
  readonly file: string;
  /** Its configuration file: a private file with the local backend, else the project's own. */
  readonly configFile: string;
  /** True with the backend that `lab` makes itself; false if the user is logged in to another backend. */
  readonly local: boolean;
};

/** Stack name → lab, from the Pulumi.<stack>.yaml files of the checkout. */
function committedStacks(): { readonly name: string; readonly lab: string }[] {
  return fs
    .readdirSync(inRoot())
    .map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined)
    .map((name) => {
      const { "lvs-lab:lab": lab } = configIn(inRoot(`Pulumi.${name}.yaml`));
      return { name, lab: typeof lab === "string" ? lab : "" };
    });
}

/** Whether a lab is given by the path of its file: names have neither a slash nor a dot. */
const isPath = (lab: string): boolean => /\/|\.ya?ml$/.test(lab);

/**
 * The stack of a lab. Without a lab: the one that Pulumi.dev.yaml chooses, in the stack `dev`. A lab that no committed
 * file chooses gets a stack of its own name.
 */
export function stackOf(lab: string | undefined): Stack {
  const committed = committedStacks();
  const chosen =
    lab === undefined ? committed.find(({ name }) => name === "dev") : committed.find((one) => one.lab === lab);
  const wanted = chosen?.lab ?? lab;
  if (!wanted) throw new UserError("no lab is chosen: name one, or set lvs-lab:lab in Pulumi.dev.yaml");
  const file = isPath(wanted) ? path.resolve(wanted) : inRoot("labs", `${wanted}.yaml`);
  const name = chosen?.name ?? path.basename(file, ".yaml");
  const local = userBackend() === undefined;
  const configFile = path.join(local ? privateProject(name) : inRoot(), `Pulumi.${name}.yaml`);
  // A deployed lab can be destroyed without its file.
  if (!fs.existsSync(file) && !fs.existsSync(configFile)) {
    const known = fs.readdirSync(inRoot("labs")).map((name) => path.basename(name, ".yaml"));
    throw new UserError(`got the lab ${wanted}, need the path of a topology file or one of: ${known.join(", ")}`);
  }
  return { name, lab: isPath(wanted) ? file : wanted, file, configFile, local };
}

/** Folder of a stack's private configuration. For `stack init` it is a project of its own. */
const privateProject = (stack: string): string => path.join(stateDir, "stacks", stack);

/** The backend that the user has chosen or is logged in to; undefined: none. */
function userBackend(): string | undefined {
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
const pulumiHome = path.join(stateDir, "pulumi");
const passphraseFile = path.join(stateDir, "passphrase");

/** The environment in which plain `pulumi` serves a stack: what `lab env` prints and what `lab` itself uses. */
export function environment(stack: Stack, tools: Toolchain, embedded: boolean): Record<string, string> {
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

/** Makes backend, passphrase, configuration file and the stack itself, each only if missing. */
export async function ensureStack(
  stack: Stack,
  tools: Toolchain,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  if (tools.home !== undefined) linkPlugins(tools.home, pulumiHome);
  if (stack.local) {
    fs.mkdirSync(backendDir, { recursive: true, mode: 0o700 });
    fs.mkdirSync(privateProject(stack.name), { recursive: true, mode: 0o700 });
    fs.copyFileSync(inRoot("Pulumi.yaml"), path.join(privateProject(stack.name), "Pulumi.yaml"));
    if (!fs.existsSync(passphraseFile)) writeOnce(passphraseFile, `${crypto.randomBytes(32).toString("base64")}\n`);
  }
  writeConfig(stack, { ...committedConfig(stack), "lvs-lab:lab": stack.lab });
  if (stack.local && restoreTorn(stateFile(stack)))
    note(`stack ${stack.name}: a full disk damaged its state: using Pulumi's backup, which is one step older`);
  if (!(await stackExists(stack, env))) {
    // stack init has no --config-file: it writes the salt beside the project file that it finds.
    const folder = stack.local ? privateProject(stack.name) : inRoot();
    await run(["pulumi", "-C", folder, "stack", "init", stack.name, "--no-select"], { env });
  }
}

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

/** Whether the backend knows the stack. */
const stackExists = async (stack: Stack, env: Environment): Promise<boolean> =>
  (await listStacks(env)).some(({ name }) => name === stack.name);

/** Whether the backend says that somebody works on the stack. Only Pulumi's own service does. */
export const isBusy = async (stack: Stack, env: Environment): Promise<boolean> =>
  (await listStacks(env)).some(({ name, updateInProgress }) => name === stack.name && updateInProgress === true);

async function listStacks(env: Environment): Promise<{ readonly name: string; readonly updateInProgress?: boolean }[]> {
  return JSON.parse(await run(["pulumi", "stack", "ls", "--json"], { env })) as { name: string }[];
}

/** Whether the backend may have stacks of this project. Without pulumi only the local backend can be asked. */
export const hasStacks = (): boolean =>
  userBackend() !== undefined ||
  (fs.existsSync(states) && fs.readdirSync(states).some((name) => name.endsWith(".json")));

/** Every stack of this project in the backend, with what is needed to read its state. */
export async function allStacks(tools: Toolchain, embedded: boolean): Promise<Stack[]> {
  const local = userBackend() === undefined;
  const of = (name: string): Stack => ({
    name,
    lab: "",
    file: "",
    configFile: path.join(local ? privateProject(name) : inRoot(), `Pulumi.${name}.yaml`),
    local,
  });
  const env = environment(of(""), tools, embedded);
  return (await listStacks(env)).map(({ name }) => of(name));
}

/** Gives a PULUMI_HOME the plugins of a toolchain. The folder itself is a link, because Pulumi ignores plugins that are links. */
function linkPlugins(home: string, pulumiHome: string): void {
  const [link, target] = [path.join(pulumiHome, "plugins"), path.join(home, "plugins")];
  fs.mkdirSync(pulumiHome, { recursive: true, mode: 0o700 });
  if (fs.existsSync(link) && fs.readlinkSync(link) === target) return;
  fs.rmSync(link, { recursive: true, force: true });
  fs.symlinkSync(target, link);
}

/**
 * Runs some work in an environment in which `pulumi preview` needs no daemon, on a copy of the stack's configuration. If the stack does not
 * exist, a stand-in in a temporary folder takes its place, so that the user needs no login, no passphrase and no host. The stand-in has no
 * secrets of the committed configuration, because nobody can read them there.
 */
export async function offline<T>(stack: Stack, tools: Toolchain, work: (env: Environment) => Promise<T>): Promise<T> {
  return inTemporary(async ({ path: folder }) => {
    const copy = { ...stack, configFile: path.join(folder, `Pulumi.${stack.name}.yaml`) };
    const settings = { "lvs-lab:lab": stack.lab, "lvs-lab:offline": true };
    // Use a separate home: the user's may have another toolchain's plugins, which a lab that comes up now needs.
    const home = path.join(folder, "pulumi");
    if (tools.home !== undefined) linkPlugins(tools.home, home);
    const env = {
      ...environment(stack, tools, false),
      ...(tools.home === undefined ? {} : { PULUMI_HOME: home }),
      PULUMI_OPTION_CONFIG_FILE: copy.configFile,
    };
    if (fs.existsSync(stack.configFile) && (await stackExists(stack, env).catch(() => false))) {
      fs.copyFileSync(stack.configFile, copy.configFile);
      writeConfig(copy, { ...committedConfig(stack), ...settings });
      return work(env);
    }
    fs.mkdirSync(path.join(folder, "backend"));
    fs.copyFileSync(inRoot("Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
    const standIn = {
      ...env,
      PULUMI_BACKEND_URL: `file://${path.join(folder, "backend")}`,
      PULUMI_CONFIG_PASSPHRASE: crypto.randomBytes(32).toString("base64"),
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
    };
    const committed = Object.entries(committedConfig({ ...stack, local: true })).filter(
      ([, value]) => !isSecret(value),
    );
    writeConfig(copy, { ...Object.fromEntries(committed), ...settings });
    await run(["pulumi", "-C", folder, "stack", "init", stack.name, "--no-select"], { env: standIn });
    return work(standIn);
  });
}

/** Whether a value is encrypted for its stack. */
const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

type Environment = Readonly<Record<string, string>>;
type Config = Record<string, unknown>;

/** The settings in a stack's file. It holds secrets, so errors quote nothing of it. */
function configIn(file: string): Config {
  const keys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"];
  const { data } = readDocument(file, { what: "a stack's configuration", keys });
  return (data as { config?: Config } | null)?.config ?? {};
}

/** The settings in the checkout's Pulumi.<stack>.yaml. They win over those of the private copy. */
function committedConfig(stack: Stack): Config {
  const file = inRoot(`Pulumi.${stack.name}.yaml`);
  if (!stack.local || !fs.existsSync(file)) return {};
  return configIn(file);
}

/** A plain setting of the stack. */
export function readConfig(stack: Stack, key: string): string | undefined {
  if (!fs.existsSync(stack.configFile)) return undefined;
  return configIn(stack.configFile)[key] as string | undefined;
}

/** The stack's setting for its guests' image: BARE, the path of a description, or nothing. */
export function imageOf(stack: Stack): string | undefined {
  const image = readConfig(stack, "lvs-lab:image");
  return image === undefined || image === BARE ? image : path.resolve(inRoot(), image);
}

/** Writes plain settings, and keeps everything else in the file (secrets, salt, comments). If the disk is full, the old file stays. */
export function writeConfig(stack: Stack, settings: Config): void {
  const before = fs.existsSync(stack.configFile) ? fs.readFileSync(stack.configFile, "utf8") : "";
  const document = parseDocument(before);
  if (document.contents === null) document.contents = document.createNode({}) as never;
  for (const [key, value] of Object.entries(settings)) document.setIn(["config", key], value);
  const text = document.toString();
  if (text === before) return;
  const part = `${stack.configFile}.part-${process.pid}`;
  const { mode = 0o600 } = fs.statSync(stack.configFile, { throwIfNoEntry: false }) ?? {};
  try {
    fs.writeFileSync(part, text, { mode });
    fs.chmodSync(part, mode); // the umask may have removed some bits
    fs.renameSync(part, stack.configFile);
  } finally {
    fs.rmSync(part, { force: true });
  }
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

/** Outputs of a deployed stack, secrets included; undefined: nothing is deployed, or the stack does not exist. */
export async function outputs(env: Readonly<Record<string, string>>): Promise<LabOutputs | undefined> {
  const result = await tryRun(["pulumi", "stack", "output", "--json", "--show-secrets"], { env });
  // If the stack of PULUMI_STACK does not exist, Pulumi (3.250.0) says that no stack is selected.
  if (result.code !== 0 && /no stack (selected|named)/.test(result.stderr)) return undefined;
  if (result.code !== 0) throw new UserError(`the stack's outputs cannot be read: ${result.stderr.trim()}`);
  const values = JSON.parse(result.stdout) as Partial<LabOutputs>;
  return values.version === undefined ? undefined : (values as LabOutputs);
}

const records = path.join(backendDir, ".pulumi");

/** Folder of the states of this project's stacks on the local backend. */
const states = path.join(records, "stacks", project);

const stateFile = ({ name }: Pick<Stack, "name">): string => path.join(states, `${name}.json`);

/** Folder of a stack's locks; undefined: it is on another backend. */
export const locksOf = (stack: Pick<Stack, "name" | "local">): string | undefined =>
  stack.local ? path.join(records, "locks", "organization", project, stack.name) : undefined;

/** Removes the rest of a destroyed stack from the local backend: its record, history, backups and configuration. */
export async function removeStack(stack: Stack, env: Readonly<Record<string, string>>): Promise<void> {
  if (!stack.local) return;
  await run(["pulumi", "stack", "rm", stack.name, "--yes"], { env });
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
