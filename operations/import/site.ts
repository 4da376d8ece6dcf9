import type { Cidr } from "../../model/plan/addresses";
import type { Cluster } from "../../model/plan/clusters";
import type { Node, Plan } from "../../model/plan/plan";
import type { SiteCard } from "./cards";
import type { WrittenSiteLab } from "./data";
import type { Names } from "./names";
import type { Notes } from "./notes";
import type { LabSegment, Segments } from "./segments";
import type { StandIns } from "./standIns";

/** A site lab in the making. */
export interface Site {
  readonly plan: Plan;
  readonly notes: Notes;
  readonly names: Names;
  readonly segments: Segments;
  readonly clusters: readonly Cluster[];
  readonly cards: readonly SiteCard[];
  /** The segment of each card. */
  readonly placed: ReadonlyMap<SiteCard, LabSegment>;
  readonly nodes: WrittenSiteLab["nodes"];
  readonly standIns: StandIns;
  /** The host names of the machines of the site, and of the stand-ins by address. */
  readonly hosts: Map<Node | string, string>;
  /** What is assumed of a card, by its path in the topology. */
  readonly guesses: Map<string, string>;
}

/** The further networks of a segment in which keepalived has addresses. */
export const networksOn = ({ placed, segments }: Site, segment: LabSegment): readonly Cidr[] =>
  segment.further.filter((network) =>
    [...placed].some(
      ([card, at]) =>
        at === segment && card.moved.some(({ address }) => segments.furtherOf(segment, address) === network),
    ),
  );

/** Whether a machine serves what clients ask at its VIPs: neither it nor a peer has virtual servers. */
export const servesItself = (clusters: readonly Cluster[], node: Node): boolean =>
  node.config.virtualServers.length === 0 &&
  clusters.every(
    ({ members }) =>
      members.every((one) => one.node !== node) || members.every((one) => one.node.config.virtualServers.length === 0),
  );
