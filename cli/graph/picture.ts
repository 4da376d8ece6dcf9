import { balancersOf, favourite, heldVips, tunnelledVips, vipsOf } from "../../infra/model/members";
import { clientInterface } from "../../infra/model/names";
import type { Node, Topology } from "../../infra/model/topology";

/** A lab as all drawings show it: who is where, in words. Pure, and the same for text, SVG and Mermaid. */
export type Picture = {
  readonly title: string;
  readonly description: string;
  /** Segments from the top to the bottom: the client's first, then as the machines lead on. */
  readonly segments: readonly { readonly name: string; readonly label: string }[];
  readonly machines: readonly Machine[];
};

export type Machine = {
  readonly name: string;
  readonly kind: Node["role"] | "client";
  /** What it is: "director (DS), VRRP 10, MASTER, priority 100". */
  readonly notes: readonly string[];
  /** Addresses beside its own that it holds when nothing has failed, with where: "VIP 192.168.10.200 on lo". */
  readonly vips: readonly string[];
  readonly cards: readonly Card[];
};

export type Card = {
  /** Name inside the machine. */
  readonly name: string;
  readonly segment: string;
  readonly addresses: readonly string[];
  readonly mac: string;
};

/** What the roles are called; a role that only forwards or stores says its own name. */
const ROLES: Readonly<Record<string, string>> = {
  director: "director (DS)",
  proxy: "proxy (layer 7)",
  web: "real server (RS)",
  router: "router",
  nfs: "NFS server",
  client: "client (CIP)",
};

/** What a drawing of a topology shows. */
export function pictureOf(topology: Topology): Picture {
  const { segments, client } = topology;
  return {
    title: topology.name,
    description: topology.description,
    segments: segmentOrder(topology).map((name) => {
      const { cidr = "", mode = "isolated", bridge } = segments[name] ?? {};
      const way = { isolated: "", nat: ", nat to the outside", bridge: `, the host's bridge ${bridge}` }[mode];
      return { name, label: `${name} ${cidr}${way}` };
    }),
    machines: [
      {
        name: "client",
        kind: "client",
        notes: [ROLES.client ?? "", ...(client.kind === "vm" ? ["a guest like the others"] : [])],
        vips: [],
        cards: [
          {
            name: client.kind === "vm" ? clientInterface : "",
            segment: client.segment,
            addresses: client.addresses,
            mac: client.mac,
          },
        ],
      },
      ...Object.values(topology.nodes).map((node) => machine(topology, node)),
    ],
  };
}

function machine(topology: Topology, node: Node): Machine {
  return {
    name: node.name,
    kind: node.role,
    notes: [ROLES[node.role] ?? node.role, ...election(topology, node)],
    vips: vipNotes(topology, node),
    cards: Object.entries(node.interfaces).map(([name, { segment, address, mac }]) => ({
      name,
      segment,
      addresses: [address],
      mac,
    })),
  };
}

function election({ vrrp }: Topology, node: Node): string[] {
  if ((node.role !== "director" && node.role !== "proxy") || vrrp === undefined || node.vrrp === undefined) return [];
  const { state, priority, nopreempt } = node.vrrp;
  return [`VRRP ${vrrp.virtualRouterId} ${state} ${priority}`, ...(nopreempt ? ["nopreempt"] : [])];
}

function vipNotes(topology: Topology, node: Node): string[] {
  if (favourite(topology)?.name === node.name) {
    const gateway = topology.vrrp?.gateway;
    return [
      ...vipsOf(topology).map((vip) => `VIP ${vip}`),
      ...(gateway === undefined ? [] : [`gateway ${gateway.address}`]),
    ];
  }
  if (balancersOf(topology).some(({ name }) => name === node.name)) return [];
  return heldVips(topology, node.name).map((vip) => `VIP ${vip} on ${vipDevice(topology, node.name, vip)}`);
}

/** Where a real server holds a VIP: packets out of a tunnel come in by tunl0, all others find it on lo. */
export const vipDevice = (topology: Topology, node: string, vip: string): "lo" | "tunl0" =>
  tunnelledVips(topology, node).includes(vip) ? "tunl0" : "lo";

/** The client's segment, then those that its machines are also in, and so on; what nothing leads to comes last. */
function segmentOrder({ segments, nodes, client }: Topology): string[] {
  const ordered = [client.segment];
  for (const name of ordered) {
    for (const { interfaces } of Object.values(nodes)) {
      const own = Object.values(interfaces).map(({ segment }) => segment);
      if (own.includes(name)) ordered.push(...own.filter((one) => !ordered.includes(one)));
    }
  }
  return [...new Set([...ordered, ...Object.keys(segments)])];
}
