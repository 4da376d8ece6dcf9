import { CLIENT } from "../../model/topology/packetPaths";
import type { LabOutputs } from "../../infra/outputs";
import { UserError } from "../../model/userError";

/** The word that means every guest. */
const ALL = "all";

/** Machines that a command runs on, and the command. */
export type Addressed = { readonly nodes: readonly string[]; readonly command: readonly string[] };

/**
 * Splits words into machines and the command after them. A machine is given by its name or its role. `--` ends the list of machines, for a
 * command that has the name of a machine or a role.
 */
export function addressed(lab: Pick<LabOutputs, "nodes">, words: readonly string[]): Addressed {
  const named = new Map<string, readonly string[]>([
    [ALL, lab.nodes.map(({ name }) => name)],
    // A client that is a network namespace is not a guest, but can run commands too.
    [CLIENT, [CLIENT]],
    ...lab.nodes.map(
      ({ role }) => [role, lab.nodes.filter((one) => one.role === role).map(({ name }) => name)] as const,
    ),
    ...lab.nodes.map(({ name }) => [name, [name]] as const),
  ]);
  const end = words.indexOf("--");
  const count = end >= 0 ? end : words.findIndex((word) => !named.has(word));
  const targets = count < 0 ? words : words.slice(0, count);
  const unknown = targets.filter((word) => !named.has(word));
  const [first = "nothing"] = count === 0 ? words : unknown;
  if (targets.length === 0 || unknown.length > 0)
    throw new UserError(`exec: got ${first}, need one of: ${[...named.keys()].join(", ")}`);
  const command = words.slice(targets.length + (end >= 0 ? 1 : 0));
  if (command.length === 0) throw new UserError(`exec: got no command for ${targets.join(" ")}`);
  return { nodes: [...new Set(targets.flatMap((word) => named.get(word) ?? []))], command };
}
