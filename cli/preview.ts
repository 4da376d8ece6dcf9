import { loadTopology } from "../infra/config/load";
import { overridesOf } from "./naming";
import { inRoot } from "./paths";
import { tryRun } from "./run";
import { offline, type Stack } from "./stack";
import { toolchain } from "./toolchain";

type Form = { readonly json: boolean; readonly diff: boolean; readonly policy: boolean };

/**
 * Shows what `up` would change, and answers pulumi's exit code. No daemon is asked: on a stack with state the differences are those
 * between the state and the program. They are exact with the libvirt plugin that is built here, which dials late; the official one
 * cannot be asked offline, and each libvirt resource is then a possible update.
 */
export async function preview(stack: Stack, { json, diff, policy }: Form): Promise<number> {
  loadTopology(stack.file, overridesOf(stack)); // what is wrong with it is told alike by check, preview and up
  const tools = await toolchain();
  return offline(stack, tools, async (env) => {
    const options = [
      ...(json ? ["--json"] : []),
      ...(diff ? ["--diff"] : []),
      ...(policy ? ["--policy-pack", inRoot("policy")] : []),
    ];
    // Not the wrapper of host/bin: a preview does not enter the lab's namespace, nor start its libvirtd.
    const { code } = await tryRun([tools.pulumi, "preview", "--stack", stack.name, ...options], { env, show: "all" });
    return code;
  });
}
