import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../paths";
import { inTemporary } from "../temporary";
import { environment, linkPlugins } from "./backend";
import { committedConfig, isSecret, writeConfig } from "./stackConfig";
import { type Environment, makeStack } from "./pulumi";
import type { Stack } from "./stack";
import { stackExists } from "./stacks";
import type { Toolchain } from "./toolchain";

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
    await makeStack(stack.name, folder, standIn);
    return work(standIn);
  });
}
