import { PolicyPack, type StackValidationArgs, type StackValidationPolicy } from "@pulumi/policy";
import type { Topology } from "../model/topology/topology";
import { baseUntouched, noClearText, redundant, type Stack, vipsOutsideDhcp, withinMemory } from "./rules";

/** MiB; `pulumi preview --policy-pack policy --policy-pack-config FILE` changes it: {"memory-budget": {"memoryBudget": 16384}}. */
const MEMORY_BUDGET = 8192;

new PolicyPack("lvs-lab", {
  policies: [
    policy("redundant", "A lab marked ha has two directors and two real servers", redundant),
    policy("no-clear-text", "Only the lab of a document has a VRRP password", noClearText),
    {
      ...policy("memory-budget", "All guests together stay within a budget", (stack, { memoryBudget }) =>
        withinMemory(stack, Number(memoryBudget)),
      ),
      configSchema: {
        properties: { memoryBudget: { type: "integer", minimum: 256, default: MEMORY_BUDGET } },
      },
    },
    policy("vip-outside-dhcp", "No DHCP server can lease a VIP", vipsOutsideDhcp),
    policy("base-untouched", "Machines write to overlays of the image", baseUntouched),
  ],
});

type Config = Readonly<Record<string, unknown>>;

/** A rule in Pulumi's form. It checks the whole stack, so that a preview lists all problems at once. */
function policy(
  name: string,
  description: string,
  rule: (stack: Stack, config: Config) => readonly string[],
): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateStack: (args, report) => {
      const stack = stackOf(args);
      if (stack !== undefined) for (const finding of rule(stack, args.getConfig<Config>())) report(finding);
    },
  };
}

/** The data for the rules; undefined: the stack has no lab, for example after `destroy`. */
function stackOf({ resources }: StackValidationArgs): Stack | undefined {
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.props ?? {};
  if (typeof outputs.topology !== "string") return undefined;
  return {
    topology: JSON.parse(outputs.topology) as Topology,
    resources: resources.map(({ type, name, props, propertyDependencies }) => ({
      type,
      name,
      props,
      from: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, sources]) => [key, sources.map((source) => source.name)]),
      ),
    })),
  };
}
