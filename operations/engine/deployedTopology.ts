import { isDeepStrictEqual } from "node:util";
import { problemText } from "../../model/topology/error";
import { withoutPassword } from "../../model/topology/secrets";
import { validateTopology } from "../../model/topology/validate";
import type { OwnKeepalived } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import type { LabOutputs } from "../../infra/outputs";
import { UserError } from "../../model/userError";

/**
 * The topology of a deployed lab, from its outputs. It was made from a topology file, so the schema holds for it, except for the names of its
 * nodes and the configurations that directors bring. If it does not fit, a version with another schema deployed the lab.
 */
export function deployedTopology({ lab, topology }: Pick<LabOutputs, "lab" | "topology">): Topology {
  const read = parsed(topology);
  const nodes = Object.entries(read?.nodes ?? {}).map(([key, node]) => {
    const { name: _, ...rest } = node;
    // A file has the path of a director's own configuration there.
    if (node.role !== "director" || node.keepalived === undefined) return [key, rest];
    return [key, { ...rest, keepalived: isCarried(node.keepalived) ? node.keepalived.file : node.keepalived }];
  });
  const [problem] = validateTopology({ ...read, nodes: Object.fromEntries(nodes) }).problems;
  if (read !== undefined && problem === undefined) return read;
  const why =
    read === undefined || problem === undefined
      ? "it is not a topology"
      : problemText({ ...problem, path: problem.path || "topology" });
  throw new UserError(
    `lab ${lab} was deployed by another version of lvs-lab, and this version cannot read it (${why}): ./scripts/lab up deploys it again, destroy removes it`,
  );
}

/** Whether a topology differs from the one in a stack's outputs. It is compared as JSON, as the outputs are JSON. */
export const isAnother = (written: Topology, deployed: Topology): boolean =>
  !isDeepStrictEqual(JSON.parse(JSON.stringify(withoutPassword(written))), deployed);

/** Whether it is a configuration with its files. Anything else is the schema's problem. */
function isCarried(value: unknown): value is OwnKeepalived {
  const { files, substitutions, standIns } = (value ?? {}) as Partial<OwnKeepalived>;
  const isText = (one: unknown): boolean => typeof one === "string";
  return (
    typeof files === "object" &&
    Object.values(files).every(isText) &&
    Array.isArray(substitutions) &&
    [standIns?.scripts, standIns?.notifies, standIns?.processes, standIns?.files, standIns?.users].every(
      (all) => Array.isArray(all) && all.every(isText),
    )
  );
}

function parsed(text: string): Topology | undefined {
  try {
    const data = JSON.parse(text) as Topology | null;
    const nodes: unknown = data?.nodes;
    const isRead =
      typeof nodes === "object" &&
      nodes !== null &&
      Object.values(nodes).every((one) => typeof one === "object" && one !== null);
    return isRead ? (data as Topology) : undefined;
  } catch {
    return undefined;
  }
}
