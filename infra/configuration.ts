import type { Step } from "../components/machine/remote/script";
import { roleSteps } from "../components/roles/index";
import type { Guest } from "../model/topology/guest";
import { guestsOf } from "../model/topology/guests";
import type { Topology } from "../model/topology/topology";
import { MASKED, withoutSecrets } from "../model/topology/secrets";

/** The configuration of each guest: the steps of its script, with masked secrets. */
export type Configuration = Readonly<Record<string, readonly Step[]>>;

/** The configuration of every guest as this checkout renders it. `guestOf` returns the system of a node. */
export function configurationOf(topology: Topology, guestOf: (node: string) => Guest): Configuration {
  const shown = withoutSecrets(topology);
  return Object.fromEntries(
    Object.values(guestsOf(shown)).map((node) => [node.name, roleSteps(shown, node, MASKED, guestOf(node.name))]),
  );
}
