/** All looks at one machine, and what they saw. */
import { addresses, routes } from "./addresses";
import type { WithAdvert } from "./advert";
import { ipvs, ipvsModules } from "./ipvs";
import { keepalivedConf } from "./keepalivedConf";
import { hostname, ipForward, selinux, settings, sysctls } from "./kernel";
import { askAll, type Look, type Looked, readAll, type Sections } from "./look";
import { packages } from "./packages";
import type { WithIpvsadm } from "../roles/director/look";
import type { WithShare } from "../roles/nfs/look";
import type { WithProxy } from "../roles/proxy/look";
import type { WithMount } from "../roles/web/look";
import { ruleset } from "./ruleset";
import type { WithSavedTable } from "./savedTable";
import { units } from "./units";

/** What is looked at on every machine, in the order of the commands. */
const EVERYWHERE = [
  hostname,
  addresses,
  sysctls,
  ipForward,
  ipvs,
  units,
  packages,
  keepalivedConf,
  ruleset,
  selinux,
  routes,
  ipvsModules,
  settings,
] as const;

/** All looks at a machine: those of every machine, then those of its role. */
export const looksAt = ({ looks }: Pick<Looked, "looks">): readonly Look<object>[] => [...EVERYWHERE, ...looks];

/** The fields of all these looks together. */
type FieldsOf<L> = (L extends Look<infer Seen> ? (seen: Seen) => void : never) extends (seen: infer All) => void
  ? All
  : never;

/** What a machine's own kernel and daemons say. Each look adds its fields. */
export interface NodeSeen
  extends FieldsOf<(typeof EVERYWHERE)[number]>,
    WithIpvsadm,
    WithMount,
    WithProxy,
    WithShare,
    WithSavedTable,
    WithAdvert {
  /** False: the node did not answer SSH; everything else is empty then. */
  readonly reachable: boolean;
  /**
   * What was written when the lab was deployed, with secrets masked: texts of files by path, lines in other programs' files by path and word,
   * and tables of the packet filter by name. Undefined: the lab's outputs do not say, and what this checkout would write counts.
   */
  readonly deployed?: Readonly<Record<string, string>>;
}

/** The shell text of all looks at a machine. */
export const commandsOf = (machine: Looked): string => askAll(looksAt(machine), machine);

/** Reads the outputs of all looks at a machine. */
export const readMachine = (sections: Sections, machine: Looked): Omit<NodeSeen, "reachable" | "deployed"> =>
  readAll(looksAt(machine), sections, machine) as Omit<NodeSeen, "reachable" | "deployed">;
