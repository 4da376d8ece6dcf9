import { loadTopology, warningsOf } from "../../documents/load";
import { warningText } from "../../model/topology/error";
import { note } from "../terminal/progress";
import { overridesOf } from "../naming";
import { inRoot } from "../paths";
import type { Stack } from "./stack";
import { showPreview } from "./pulumi";
import { toolchain } from "./toolchain";
import { offline } from "./offline";

type Form = { readonly json: boolean; readonly diff: boolean; readonly policy: boolean };

/**
 * Shows what `up` would change, and returns pulumi's exit code. It asks no daemon: on a stack with state it compares the state with the
 * program. The result is exact with the libvirt plugin that is built here, which dials late. The official plugin cannot work offline, and each
 * libvirt resource then shows as a possible update.
 */
export async function preview(stack: Stack, { json, diff, policy }: Form): Promise<number> {
  const topology = loadTopology(stack.file, overridesOf(stack)); // reports mistakes in the same words as check and up
  for (const warning of warningsOf(topology)) note(warningText(warning));
  const tools = await toolchain();
  return offline(stack, tools, async (env) => {
    const options = [
      ...(json ? ["--json"] : []),
      ...(diff ? ["--diff"] : []),
      ...(policy ? ["--policy-pack", inRoot("policy")] : []),
    ];
    return showPreview(tools.pulumi, stack.name, options, env);
  });
}
