import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { readDocument } from "../infra/config/document";
import { BARE } from "../infra/model/guest";
import type { LabOutputs } from "../infra/outputs";
import { cacheDir, inRoot, stateDir } from "./paths";
import { note } from "./progress";
import { run, tryRun, UserError } from "./run";
import { inTemporary } from "./temporary";
import type { Toolchain } from "./toolchain";

const project = "lvs-lab";

/** A Pulumi stack of this project: one per lab. */
export type Stack = {
  readonly name: string;
  /** The lab it holds, a name in labs/ or a path. */
  readonly lab: string;
  /** Its topology file. */
  readonly file: string;
  /** Where its configuration is: a private file with the local backend, else the project's own. */
  readonly configFile: string;
  /** True with the backend that `lab` makes itself; false when the user is logged in to one. */
  readonly local: boolean;
};

/** Stack name → lab, of the Pulumi.<stack>.yaml files of the checkout. */
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

/** Whether a lab is named by the path of its file: no name has a slash or a dot in it. */
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
  // A lab that was deployed can be destroyed without its file.
  if (!fs.existsSync(file) && !fs.existsSync(configFile)) {
    const known = fs.readdirSync(inRoot("labs")).map((name) => path.basename(name, ".yaml"));
    throw new UserError(`got the lab ${wanted}, need the path of a topology file or one of: ${known.join(", ")}`);
  }
  return { name, lab: isPath(wanted) ? file : wanted, file, configFile, local };
}

/** Folder that holds a stack's private configuration: a project of its own as far as `stack init` is concerned. */
const privateProject = (stack: string): string => path.join(stateDir, "stacks", stack);

/** The backend that the user chose or is logged in to; undefined: none. */
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
    // The wrapper that enters the namespace, then the language host that belongs to this pulumi.
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
    // Commands that wait for a guest hold a place each: the default of four per core starves a lab.
    PULUMI_PARALLEL: "32",
    ...(stack.local
      ? {
          PULUMI_BACKEND_URL: localBackend,
          PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
          // Every flag has such a variable (--config-file): the salt and this host's settings stay out of the checkout.
          PULUMI_OPTION_CONFIG_FILE: stack.configFile,
          PULUMI_OPTION_PRESERVE_CONFIG: "true",
        }
      : { PULUMI_CREDENTIALS_PATH: userPulumiHome }),
  };
}

/** Makes backend, passphrase, configuration file and the stack itself, each only when missing. */
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
    note(`stack ${stack.name}: its state was torn by a full disk: took Pulumi's backup, one step older`);
  if (!(await stackExists(stack, env))) {
    // stack init knows no --config-file: it writes the salt beside the project file that it finds.
    const folder = stack.local ? privateProject(stack.name) : inRoot();
    await run(["pulumi", "-C", folder, "stack", "init", stack.name, "--no-select"], { env });
  }
}

/**
 * Puts Pulumi's own backup of a state in the place of one that is no whole JSON; whether it did. On a full disk the file backend
 * was seen (3.250.0) to replace the state with its first pages. What came since that backup bears the lab's mark, and is cleared away.
 */
export function restoreTorn(file: string): boolean {
  const backup = `${file}.bak`;
  if (!isTorn(file) || !fs.existsSync(backup) || isTorn(backup)) return false;
  fs.copyFileSync(backup, file);
  fs.rmSync(`${file}.attrs`, { force: true }); // its checksum; the backend does without
  return true;
}

/** Whether there is a file, and it is no whole JSON. */
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

/** Whether the backend says that somebody is at work on the stack; only Pulumi's own service does. */
export const isBusy = async (stack: Stack, env: Environment): Promise<boolean> =>
  (await listStacks(env)).some(({ name, updateInProgress }) => name === stack.name && updateInProgress === true);

async function listStacks(env: Environment): Promise<{ readonly name: string; readonly updateInProgress?: boolean }[]> {
  return JSON.parse(await run(["pulumi", "stack", "ls", "--json"], { env })) as { name: string }[];
}

/** Whether the backend may have stacks of this project; without a pulumi only the local one can be asked. */
export const hasStacks = (): boolean =>
  userBackend() !== undefined ||
  (fs.existsSync(states) && fs.readdirSync(states).some((name) => name.endsWith(".json")));

/** Every stack that the backend has of this project: as much of it as its state needs. */
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

/** Makes the plugins of a toolchain those of a PULUMI_HOME. The folder itself is the link: Pulumi overlooks plugins that are links. */
function linkPlugins(home: string, pulumiHome: string): void {
  const [link, target] = [path.join(pulumiHome, "plugins"), path.join(home, "plugins")];
  fs.mkdirSync(pulumiHome, { recursive: true, mode: 0o700 });
  if (fs.existsSync(link) && fs.readlinkSync(link) === target) return;
  fs.rmSync(link, { recursive: true, force: true });
  fs.symlinkSync(target, link);
}

/**
 * Runs some work in an environment in which `pulumi preview` needs no daemon, on a copy of the stack's configuration. A stack that
 * there is not gets a stand-in, in a folder that is gone afterwards, so that nothing of the user's is asked for: no login, no
 * passphrase, no host. Only the secrets of the committed configuration are left out of that one: nobody can read them.
 */
export async function offline<T>(stack: Stack, tools: Toolchain, work: (env: Environment) => Promise<T>): Promise<T> {
  return inTemporary(async ({ path: folder }) => {
    const copy = { ...stack, configFile: path.join(folder, `Pulumi.${stack.name}.yaml`) };
    const settings = { "lvs-lab:lab": stack.lab, "lvs-lab:offline": true };
    // A home of its own: the user's may have another toolchain's plugins, which a lab that comes up now needs.
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

/** A value that is encrypted for the stack it belongs to. */
const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

type Environment = Readonly<Record<string, string>>;
type Config = Record<string, unknown>;

/** What a stack's file says. There are secrets in it: what is wrong with it is told without a word of it. */
function configIn(file: string): Config {
  const keys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"];
  const { data } = readDocument(file, { what: "a stack's configuration", keys });
  return (data as { config?: Config } | null)?.config ?? {};
}

/** What the checkout's Pulumi.<stack>.yaml says; its settings win over the private copy's. */
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

/** What the stack says of its guests' image: BARE, the path of a description, or nothing. */
export function imageOf(stack: Stack): string | undefined {
  const image = readConfig(stack, "lvs-lab:image");
  return image === undefined || image === BARE ? image : path.resolve(inRoot(), image);
}

/** Writes plain settings, leaving everything else in the file (secrets, salt, comments) as it is. A full disk leaves the old file. */
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
    fs.chmodSync(part, mode); // a umask took some of it
    fs.renameSync(part, stack.configFile);
  } finally {
    fs.rmSync(part, { force: true });
  }
}

/** Writes a private file where there is none, whole at once; whoever comes second keeps the first one's. */
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

/** Outputs of a deployed stack, secrets included; undefined when nothing is deployed, or there is no such stack. */
export async function outputs(env: Readonly<Record<string, string>>): Promise<LabOutputs | undefined> {
  const result = await tryRun(["pulumi", "stack", "output", "--json", "--show-secrets"], { env });
  // Of PULUMI_STACK that there is not, Pulumi (3.250.0) says that none is selected.
  if (result.code !== 0 && /no stack (selected|named)/.test(result.stderr)) return undefined;
  if (result.code !== 0) throw new UserError(`the stack's outputs cannot be read: ${result.stderr.trim()}`);
  const values = JSON.parse(result.stdout) as Partial<LabOutputs>;
  return values.version === undefined ? undefined : (values as LabOutputs);
}

const records = path.join(backendDir, ".pulumi");

/** Folder of the states of this project's stacks on the local backend. */
const states = path.join(records, "stacks", project);

const stateFile = ({ name }: Pick<Stack, "name">): string => path.join(states, `${name}.json`);

/** Folder of the locks of a stack; undefined: the backend is not ours to look into. */
export const locksOf = (stack: Pick<Stack, "name" | "local">): string | undefined =>
  stack.local ? path.join(records, "locks", "organization", project, stack.name) : undefined;

/** Removes what is left of a destroyed stack on the local backend: its record, history, backups and configuration. */
export async function removeStack(stack: Stack, env: Readonly<Record<string, string>>): Promise<void> {
  if (!stack.local) return;
  await run(["pulumi", "stack", "rm", stack.name, "--yes"], { env });
  const left = [
    ["history", project, stack.name],
    ["backups", project, stack.name],
  ];
  for (const parts of left) fs.rmSync(path.join(records, ...parts), { recursive: true, force: true });
  fs.rmSync(locksOf(stack) ?? "", { recursive: true, force: true });
  // Its backups, and what a write that was cut off has left.
  for (const file of fs.readdirSync(states).filter((name) => name.startsWith(`${stack.name}.json.`)))
    fs.rmSync(path.join(states, file));
  // One log file for every run of pulumi, whatever its stack.
  fs.rmSync(path.join(pulumiHome, "logs"), { recursive: true, force: true });
  fs.rmSync(privateProject(stack.name), { recursive: true, force: true });
}
