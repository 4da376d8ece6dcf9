/** The one door to Pulumi: every command of its CLI that lvs-lab runs. */
import type { LabOutputs } from "../../infra/outputs";
import { root } from "../paths";
import { type RunOptions, type RunResult, succeeded, tryRun } from "../run";
import { UserError } from "../../model/userError";
import { LIMITS } from "../../model/limits";
import type { Exported } from "./deployment";

/** The environment of a call: backend, passphrase, configuration file, plugins (backend.ts). */
export type Environment = Readonly<Record<string, string>>;

/** A call's environment and limits. `program` is the path of a pulumi; default: the wrapper of host/bin, which is first on that environment's PATH. */
export type PulumiOptions = Omit<RunOptions, "cwd"> & { readonly env: Environment; readonly program?: string };

/** Runs a Pulumi command and returns how it ended. Pulumi looks for its project from the folder where it runs, and the user may be in another one. */
export const tryPulumi = (
  words: readonly string[],
  { program = "pulumi", ...options }: PulumiOptions,
): Promise<RunResult> => tryRun([program, ...words], { ...options, cwd: root });

/** Runs a Pulumi command that must succeed, and returns its standard output. */
const pulumi = async (words: readonly string[], options: PulumiOptions): Promise<string> =>
  succeeded([options.program ?? "pulumi", ...words], await tryPulumi(words, options));

/** The version of a pulumi, like "3.250.0", and the plugins that it knows; undefined: it does not work. */
export async function describePulumi(
  program: string,
  env: Environment,
): Promise<
  | {
      readonly version: string;
      readonly plugins: readonly { readonly name: string; readonly version: string }[];
    }
  | undefined
> {
  const options: PulumiOptions = { program, env, timeout: LIMITS.toolchainAnswer.seconds };
  const version = await tryPulumi(["version"], options);
  const listed = version.code === 0 ? await tryPulumi(["plugin", "ls", "--json"], options) : version;
  if (listed.code !== 0) return undefined;
  return { version: version.stdout.trim().replace(/^v/, ""), plugins: JSON.parse(listed.stdout) as [] };
}

/** Downloads a resource plugin of a release. Returns whether it could. */
export const installPlugin = async (
  name: string,
  version: string,
  options: Required<Pick<PulumiOptions, "program" | "env" | "timeout">>,
): Promise<boolean> => (await tryPulumi(["plugin", "install", "resource", name, version], options)).code === 0;

/** Makes a stack in the backend. It has no flag for the configuration file: it writes the salt beside the project file of that folder. */
export async function makeStack(name: string, folder: string, env: Environment): Promise<void> {
  await pulumi(["-C", folder, "stack", "init", name, "--no-select"], { env });
}

/** Removes a stack without resources from the backend. */
export async function dropStack(name: string, env: Environment): Promise<void> {
  await pulumi(["stack", "rm", name, "--yes"], { env });
}

/** The stacks of this project in the backend. Only Pulumi's own service says whether somebody works on one. */
export const listStacks = async (
  env: Environment,
): Promise<readonly { readonly name: string; readonly updateInProgress?: boolean }[]> =>
  JSON.parse(await pulumi(["stack", "ls", "--json"], { env })) as { name: string }[];

/** Outputs of a deployed stack, secrets included; undefined: nothing is deployed, or the stack does not exist. */
export async function outputs(env: Environment): Promise<LabOutputs | undefined> {
  const result = await tryPulumi(["stack", "output", "--json", "--show-secrets"], { env });
  // If the stack of PULUMI_STACK does not exist, Pulumi (3.250.0) says that no stack is selected.
  if (result.code !== 0 && /no stack (selected|named)/.test(result.stderr)) return undefined;
  if (result.code !== 0) throw new UserError(`the stack's outputs cannot be read: ${result.stderr.trim()}`);
  const values = JSON.parse(result.stdout) as Partial<LabOutputs>;
  return values.version === undefined ? undefined : (values as LabOutputs);
}

/** The state of a stack. Secrets stay encrypted without `--show-secrets`. */
export const exportState = async (env: Environment, ...more: readonly "--show-secrets"[]): Promise<Exported> =>
  JSON.parse(await pulumi(["stack", "export", ...more], { env })) as Exported;

/** Replaces the state of a stack. Pulumi checks that it is consistent, and drops pending operations. */
export async function importState(env: Environment, state: Exported): Promise<void> {
  await pulumi(["stack", "import"], { env, input: JSON.stringify(state) });
}

/** Runs a command that changes a stack's resources, without questions. The engine writes its events into a file as they come. */
export const changeResources = (
  verb: string,
  stack: string,
  eventLog: string,
  words: readonly string[],
  { env, ...options }: PulumiOptions,
): Promise<RunResult> =>
  tryPulumi(
    [verb, "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack, "--event-log", eventLog, ...words],
    // Pulumi knows the flag for events only if this variable is set. It handles Ctrl-C itself.
    {
      ...options,
      env: { ...env, PULUMI_DEBUG_COMMANDS: "true" },
      front: true,
      waiting: "the state is written",
    },
  );

/** What a refresh would change in the state, as JSON. Asks nothing about the resources of these URNs. */
export const previewRefresh = (stack: string, excluded: readonly string[], env: Environment): Promise<string> => {
  const words = ["refresh", "--preview-only", "--json", "--stack", stack];
  return pulumi([...words, ...excluded.flatMap((urn) => ["--exclude", urn])], { env });
};

/** Shows on the terminal what `up` would change, and returns the exit code. The program is the real pulumi: a preview does not enter the lab's namespace. */
export const showPreview = async (
  program: string,
  stack: string,
  words: readonly string[],
  env: Environment,
): Promise<number> => (await tryPulumi(["preview", "--stack", stack, ...words], { program, env, show: "all" })).code;

/** The same as JSON. */
export const previewJson = (program: string, stack: string, env: Environment): Promise<string> =>
  pulumi(["preview", "--stack", stack, "--json"], { program, env });
