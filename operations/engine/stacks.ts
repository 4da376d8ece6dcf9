/** The stacks of this project in the backend. */
import * as path from "node:path";
import { inRoot } from "../paths";
import { note } from "../terminal/progress";
import {
  environment,
  forgetStack,
  linkPlugins,
  makeLocalBackend,
  privateProject,
  pulumiHome,
  restoreTornState,
  userBackend,
} from "./backend";
import { dropStack, type Environment, listStacks, makeStack } from "./pulumi";
import type { Stack } from "./stack";
import { committedConfig, writeConfig } from "./stackConfig";
import type { Toolchain } from "./toolchain";

/** Makes backend, passphrase, configuration file and the stack itself, each only if missing. */
export async function ensureStack(stack: Stack, tools: Toolchain, env: Environment): Promise<void> {
  if (tools.home !== undefined) linkPlugins(tools.home, pulumiHome);
  if (stack.local) makeLocalBackend(stack.name);
  writeConfig(stack, { ...committedConfig(stack), "lvs-lab:lab": stack.lab });
  if (stack.local && restoreTornState(stack))
    note(`stack ${stack.name}: a full disk damaged its state: using Pulumi's backup, which is one step older`);
  if (!(await stackExists(stack, env)))
    await makeStack(stack.name, stack.local ? privateProject(stack.name) : inRoot(), env);
}

/** Whether the backend knows the stack. */
export const stackExists = async (stack: Stack, env: Environment): Promise<boolean> =>
  (await listStacks(env)).some(({ name }) => name === stack.name);

/** Whether the backend says that somebody works on the stack. Only Pulumi's own service does. */
export const isBusy = async (stack: Stack, env: Environment): Promise<boolean> =>
  (await listStacks(env)).some(({ name, updateInProgress }) => name === stack.name && updateInProgress === true);

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

/** Removes a destroyed stack from the local backend, with all that is left of it. */
export async function removeStack(stack: Stack, env: Environment): Promise<void> {
  if (!stack.local) return;
  await dropStack(stack.name, env);
  forgetStack(stack);
}
