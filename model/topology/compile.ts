import type { Position } from "../keepalived/finding";
import { cidrOf } from "../plan/addresses";
import type { Plan, Segment } from "../plan/plan";
import { planOfConfigs } from "../plan/site";
import { NOTHING } from "../plan/siteFile";
import { cardsOf } from "./cards";
import { type Keepalived, type KeepalivedOptions, keepalivedOf } from "./keepalived";
import { machineOf, ownDirectorsOf, readingOfOwn } from "./own/config";
import { balancersOf } from "./queries";
import type { Topology } from "./topology";

/**
 * What a topology says shall run: every director or proxy with the configuration of its keepalived and its own addresses. Without a vrrp
 * section there is no keepalived, and the plan has no machine, unless the directors bring their configurations.
 */
export const compile = (topology: Topology, options: KeepalivedOptions = {}): Plan => compiled(topology, options).plan;

/** The plan, with the key of the topology that a place in it comes from. */
export type Compiled = { readonly plan: Plan; readonly originOf: (at: Position) => string };

/** The same as {@link compile}, with the origins of places. */
export function compiled(topology: Topology, options: KeepalivedOptions = {}): Compiled {
  const own = ownDirectorsOf(topology).map((node) => ({
    machine: { ...machineOf(node), cards: cardsOf(topology.segments, node.interfaces) },
    ...readingOfOwn(node),
  }));
  const origins = new Map<string, Keepalived["originOf"]>();
  const nodes = topology.vrrp === undefined ? [] : balancersOf(topology);
  const machines = nodes.map((node) => {
    const { config, originOf } = keepalivedOf(topology, node.name, options);
    origins.set(config.file, originOf);
    const machine = {
      name: node.name,
      main: config.file,
      files: new Map(),
      cards: cardsOf(topology.segments, node.interfaces),
    };
    // The reader has nothing to find in a configuration that nobody wrote: the rules of topologies judge what was written.
    return { machine, config, findings: [] };
  });
  const facts = { ...NOTHING, segments: silentSegments(topology) };
  return { plan: planOfConfigs([...own, ...machines], facts), originOf: (at) => origins.get(at.file)?.(at) ?? "" };
}

/** The segments that carry no multicast. Of the others the files say enough. */
const silentSegments = ({ segments }: Topology): readonly Segment[] =>
  Object.entries(segments).flatMap(([name, { cidr, multicast }]) => {
    const prefix = cidrOf(cidr);
    return multicast === false && prefix !== undefined
      ? [Object.freeze({ name, cidr: prefix, hasMulticast: false })]
      : [];
  });
