/** The check of settings of the kernel that a topology gives its nodes beside those of their roles. */
import { type Check, differs, each, sysctls } from "../../../components/checks/check";
import type { Node } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";

/** The source filter that a director has by its topology; a router's has a check of its own. */
const filterOf = (node: Node): number | undefined => (node.role === "director" ? node.rpFilter : undefined);

const withSettings = ({ nodes }: Topology): Node[] =>
  Object.values(nodes).filter((node) => node.sysctl !== undefined || filterOf(node) !== undefined);

export const SETTINGS: readonly Check[] = [
  {
    name: "settings",
    title: "kernels have the settings that the topology gives them",
    needs: "nodes",
    applies: (topology) => withSettings(topology).length > 0,
    judge: (topology, seen) =>
      each(
        withSettings(topology),
        seen,
        (node, one) => {
          const filter = filterOf(node);
          // A setting by its name may set one card's filter otherwise.
          const cards = ["all", "default", ...Object.keys(node.interfaces)].filter(
            (card) => node.sysctl?.[`net.ipv4.conf.${card}.rp_filter`] === undefined,
          );
          return [
            ...(filter === undefined ? [] : sysctls(one, cards, { rp_filter: String(filter) })),
            ...Object.entries(node.sysctl ?? {}).map(([name, value]) =>
              differs(name, one.settings?.[name] ?? "", String(value)),
            ),
          ];
        },
        withSettings(topology)
          .map((node) => {
            const filter = filterOf(node);
            const own = Object.entries(node.sysctl ?? {}).map(([name, value]) => `${name}=${value}`);
            return `${node.name} ${[...(filter === undefined ? [] : [`rp_filter=${filter}`]), ...own].join(", ")}`;
          })
          .join("; "),
      ),
  },
];
