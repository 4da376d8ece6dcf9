/** All looks at one machine, and what they saw. */
import { addresses, routes } from "./addresses";
import { advert, type WithAdvert } from "./advert";
import { ipvs, ipvsModules } from "./ipvs";
import { keepalivedConf } from "./keepalivedConf";
import { hostname, ipForward, selinux, sysctls } from "./kernel";
import type { Look, Looked, Sections } from "./look";
import { packages } from "./packages";
import {
  ipvsadm,
  mount,
  proxy,
  share,
  type WithIpvsadm,
  type WithMount,
  type WithProxy,
  type WithShare,
} from "./roles";
import { ruleset } from "./ruleset";
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
] as const;

/** The looks that only some roles need. The advert comes last: its end waits for a packet, while the others run. */
const OF_ROLES = [ipvsadm, mount, proxy, share, advert] as const;

/** All looks at a machine. Each role's own look asks nothing on a machine of another role. */
export const LOOKS: readonly Look<object>[] = [...EVERYWHERE, ...OF_ROLES];

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
    WithAdvert {
  /** False: the node did not answer SSH; everything else is empty then. */
  readonly reachable: boolean;
  /**
   * What was written when the lab was deployed, with secrets masked: texts of files by path, lines in other programs' files by path and word,
   * and tables of the packet filter by name. Undefined: the lab's outputs do not say, and what this checkout would write counts.
   */
  readonly deployed?: Readonly<Record<string, string>>;
}

/** The shell text of looks at a machine: one command for all, because a round trip is slow in an emulated guest. */
export const commandsOf = (looks: readonly Look<object>[], machine: Looked): string =>
  `${looks.map(({ begin }) => begin?.(machine) ?? "").join("")}\n${looks.map(({ ask }) => ask(machine)).join("")}`;

/** Reads the outputs of all looks at a machine. */
export const readMachine = (sections: Sections, machine: Looked): Omit<NodeSeen, "reachable" | "deployed"> =>
  Object.assign({}, ...LOOKS.map(({ read }) => read(sections, machine))) as Omit<NodeSeen, "reachable" | "deployed">;
