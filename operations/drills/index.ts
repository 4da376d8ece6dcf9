/** The registry of drills. Another drill is another file in kinds/, and its line here. */
import { UserError } from "../../model/userError";
import type { Topology } from "../../model/topology/topology";
import type { Drill } from "./drill";
import { cardDown } from "./kinds/cardDown";
import { directorCrash } from "./kinds/directorCrash";
import { directorFreeze } from "./kinds/directorFreeze";
import { drain } from "./kinds/drain";
import { httpdStop } from "./kinds/httpdStop";
import { keepalivedKill } from "./kinds/keepalivedKill";
import { keepalivedStop } from "./kinds/keepalivedStop";
import { directorCutOff, directorDeaf, directorMute } from "./kinds/oneWay";
import { reload } from "./kinds/reload";
import { server500 } from "./kinds/server500";
import { serverCrash } from "./kinds/serverCrash";
import { serversGone } from "./kinds/serversGone";
import { serverSlow } from "./kinds/serverSlow";
import { splitBrain } from "./kinds/splitBrain";

/** In the order in which they are done: what disturbs least comes first. */
export const DRILLS: readonly Drill[] = [
  reload,
  drain,
  serverSlow,
  server500,
  httpdStop,
  serverCrash,
  serversGone,
  keepalivedStop,
  keepalivedKill,
  cardDown,
  splitBrain,
  directorDeaf,
  directorMute,
  directorCutOff,
  directorFreeze,
  directorCrash,
];

/** Whether a word names a drill. */
export const isDrill = (word: string): boolean => DRILLS.some(({ name }) => name === word);

/** The drills that a lab can have. */
export const drillsFor = (topology: Topology): readonly Drill[] => DRILLS.filter(({ applies }) => applies(topology));

/** The drills of these names, in the order of the registry; without a name all that the lab can have. */
export function chooseDrills(topology: Topology, names: readonly string[]): readonly Drill[] {
  const can = drillsFor(topology);
  const wrong = names.filter((name) => !can.some((one) => one.name === name));
  if (wrong.length > 0 || can.length === 0) {
    const known =
      can.length === 0 ? "a lab whose directors share a VIP" : `one of: ${can.map(({ name }) => name).join(", ")}`;
    const got = wrong.map((name) => (isDrill(name) ? `${name}, which this lab cannot have` : name));
    throw new UserError(`drill: got ${got.length === 0 ? `lab ${topology.name}` : got.join("; ")}, need ${known}`);
  }
  return names.length === 0 ? can : can.filter(({ name }) => names.includes(name));
}
