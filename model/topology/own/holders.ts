import { clustersOf, excludedOf, vipsOf } from "../../plan/clusters";
import { compile } from "../compile";
import type { Topology } from "../topology";

/** Who holds each VIP of a site at first: the director of the highest priority in its virtual router, the first one of several. */
export function firstHolders(topology: Topology): ReadonlyMap<string, string> {
  const holders = new Map<string, string>();
  for (const { members } of clustersOf(compile(topology))) {
    const [first] = [...members].sort((a, b) => b.instance.priority.value - a.instance.priority.value);
    for (const vip of members.flatMap(({ instance }) => [...vipsOf(instance), ...excludedOf(instance)]))
      if (first !== undefined && !holders.has(vip)) holders.set(vip, first.node.name);
  }
  return holders;
}
