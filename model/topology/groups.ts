import { formatAddress, parseAddress } from "./addresses";
import type { Problem } from "./error";
import type { WrittenTopology } from "./written";

type Written = Partial<WrittenTopology>;
type WrittenNode = WrittenTopology["nodes"][string];

/** The names of a group's machines: web1, web2, … */
const members = (name: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${name}${n + 1}`);

/** Groups whose machines would have the name of another node. */
export function groupProblems({ nodes = {} }: Written): Problem[] {
  return Object.entries(nodes).flatMap(([group, { count = 0 }]) =>
    members(group, count)
      .filter((name) => name in nodes)
      .map((name) => ({
        path: `nodes.${name}`,
        got: `${name}`,
        need: `a name that differs from the machines of group ${group} (${group}1 to ${group}${count})`,
        fix: "rename it",
        rule: groupProblems.name,
      })),
  );
}

/**
 * Replaces each node that has a `count` by that many machines: `web` with count 2 becomes web1 and web2, with consecutive
 * addresses. A real server or backend `web` means both. `{name}` in a page stands for the machine's name.
 */
export function expandGroups(written: Written): Written {
  const { nodes = {}, virtualServers, proxy } = written;
  const groups = new Map(
    Object.entries(nodes).flatMap(([name, { role, count }]) =>
      count === undefined || role !== "web" ? [] : [[name, members(name, count)]],
    ),
  ) as ReadonlyMap<string, readonly string[]>;
  if (groups.size === 0) return written;
  const each = <T>(of: Readonly<Record<string, T>>, change: (one: T, name: string, index: number) => T) =>
    Object.fromEntries(
      Object.entries(of).flatMap(
        ([key, value]) => groups.get(key)?.map((name, index) => [name, change(value, name, index)]) ?? [[key, value]],
      ),
    ) as Record<string, T>;
  return {
    ...written,
    nodes: each(nodes, member),
    ...(virtualServers && {
      virtualServers: virtualServers.map((server) => ({
        ...server,
        realServers: each(server.realServers, (one) => one),
      })),
    }),
    ...(proxy && { proxy: { ...proxy, backends: each(proxy.backends, (one) => one) } }),
  };
}

function member(group: WrittenNode, name: string, index: number): WrittenNode {
  const { count: _, ...node } = group;
  const interfaces = Object.fromEntries(
    Object.entries(node.interfaces).map(([key, card]) => {
      const address = parseAddress(card.address);
      return [key, address === undefined ? card : { ...card, address: formatAddress(address + index) }];
    }),
  );
  return { ...node, interfaces, ...(node.page === undefined ? {} : { page: node.page.replaceAll("{name}", name) }) };
}
