import type { Step } from "../components/remote/script";
import { roleSteps } from "../components/roles";
import type { Guest } from "./model/guest";
import { guestsOf } from "./model/guests";
import type { Topology } from "./model/topology";
import { MASKED, withoutSecrets } from "./outputs";

/** What each guest is configured with: the steps that its script is made of, secrets masked. */
export type Configuration = Readonly<Record<string, readonly Step[]>>;

/** The configuration of every guest as this checkout renders it; `guestOf`: the system of a node. */
export function configurationOf(topology: Topology, guestOf: (node: string) => Guest): Configuration {
  const shown = withoutSecrets(topology);
  return Object.fromEntries(
    Object.values(guestsOf(shown)).map((node) => [node.name, roleSteps(shown, node, MASKED, guestOf(node.name))]),
  );
}
