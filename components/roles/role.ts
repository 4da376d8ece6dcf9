import type { Family } from "../../model/topology/guest";
import type { Role as RoleName, Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import type { Check } from "../checks/check";
import type { Ask } from "../looks/ask";
import type { Look } from "../looks/look";
import type { NodeSeen } from "../looks/machine";
import type { Software } from "../machine/family";
import type { Opening, Ports } from "../machine/firewall/opening";
import type { Step } from "../machine/remote/script";

/**
 * All that a role contributes to a lab. It is plain data and pure functions, without Pulumi. The registry (index.ts) lists the roles, and
 * everything that differs by role iterates it. `N` is the role's own kind of node.
 */
export type Role<N extends Node = Node> = {
  /** Type of its component in Pulumi, `lvs-lab:index:<component>`. */
  readonly component: string;
  /** Roles whose machines are configured before it. */
  readonly after: readonly RoleName[];
  /** Whether its script contains the VRRP password. */
  readonly secret: boolean;
  /** Whether one machine's script does; undefined: as the role says. */
  holdsSecret?(node: N): boolean;
  /** Name of its group in an Ansible inventory. Ansible warns if a group and a host have the same name. */
  readonly group: string;
  readonly drawn: Drawn<N>;
  /** Kernel modules and settings, the first thing on its machine: before the firewall, the VIPs and every daemon. */
  kernel?(topology: Topology, node: N): Step[];
  /** What has to be installed, besides the tools of every machine. */
  software(topology: Topology, node: N): readonly Software[];
  /** The steps after that: its files and units. */
  steps(topology: Topology, node: N, made: Made): Step[];
  /** What it answers besides SSH. The firewall drops the rest. */
  openings(topology: Topology, node: N): Opening[];
  /** The sockets that wait for others, besides SSH. They may be fewer than the openings: the kernel's IPVS has none. */
  listeners(topology: Topology, node: N): Ports[];
  /** Rules of the firewall for packets that are not its own (nft(8)); undefined: it forwards nothing. */
  forward?(topology: Topology, node: N): string[] | undefined;
  /** Rules of the firewall that mark arriving packets (nft(8)); absent: it marks nothing. */
  marking?(topology: Topology, node: N): string[];
  /** Units whose state is looked at: systemd's name by the name that checks know. */
  units(node: N, family: Family): Readonly<Record<string, string>>;
  /** What is looked at only on its machines. */
  readonly looks?: readonly Look<object, N>[];
  /** What is looked at only on its machines, besides sockets and logins, to see what they expose to others. */
  readonly exposes?: readonly Look<object, N>[];
  /** What the client asks its machines, besides pages. */
  readonly asks?: Ask<N, object>;
  /** Checks of its machines, which other checks do not cover. */
  readonly checks?: readonly Check[];
  /** What its daemons and its kernel must have made of their configuration, for `drift`. */
  running?(topology: Topology, node: N, seen: NodeSeen): Running[];
};

/** Something that runs, as it must be and as it was seen; undefined: nothing. Equal ones are no difference. */
export type Running = readonly [what: string, expected: string | undefined, found: string | undefined];

/** What its steps depend on besides the topology. */
export type Made = {
  readonly family: Family;
  /** VRRP password; undefined: the topology has one or needs none. */
  readonly authPass: string | undefined;
};

/** How a role is drawn (operations/draw). */
export type Drawn<N extends Node = Node> = {
  /** Its first note, below the name: "director (DS)". */
  readonly label: string;
  /** The same in a few letters, in the corner of its box. */
  readonly pill: string;
  /** Its name above a packet's way. */
  readonly short: string;
  readonly colour: Colour;
  /** More notes below its label. */
  notes?(node: N): string[];
};

/** The colours of the drawings, each by the role that had it first (operations/draw/style.ts). */
export type Colour = "client" | "director" | "proxy" | "web" | "router" | "nfs";
