/** Rules about next hops: gateways, routes, and the gateway that moves with the VIPs. */
import { parseAddress } from "../addresses";
import type { Problem } from "../error";
import { balancersOf } from "../queries";
import { CLIENT, ownersOf } from "../packetPaths";
import { toldName } from "../told";
import type { Topology } from "../topology";
import { segmentOf } from "./hops";
import { NETWORK, type Rule } from "./rule";

/** A next hop with its path in the file. */
const nextHops = (topology: Topology) => [
  ...Object.values(topology.nodes).flatMap((node) => {
    const routes = (node.routes ?? []).map(({ via }, index) => ({
      path: `nodes.${node.name}.routes[${index}].via`,
      via,
    }));
    const gateway = node.gateway === undefined ? [] : [{ path: `nodes.${node.name}.gateway`, via: node.gateway }];
    const segments = Object.values(node.interfaces).map(({ segment }) => segment);
    return [...gateway, ...routes].map((one) => ({ ...one, name: node.name, segments }));
  }),
  ...(topology.client.routes ?? []).map(({ via }, index) => ({
    path: `client.routes[${index}].via`,
    via,
    name: CLIENT,
    segments: [topology.client.segment],
  })),
];

export const nextHopMissing: Rule = {
  name: "nextHopMissing",
  severity: "error",
  summary:
    "A next hop is an address of a neighbour. On an existing bridge of the host it may be a machine outside the lab.",
  reads: NETWORK,
  reason: "ip-route(8): the next hop is found by ARP, so it must be a neighbour",
  find(topology) {
    const { segments } = topology;
    return nextHops(topology).flatMap(({ path, via, name, segments: own }): Problem[] => {
      if (parseAddress(via) === undefined || !own.every((one) => Object.hasOwn(segments, one))) return [];
      const at = segmentOf(topology, own, via);
      const list = own.map((one) => `${one}, ${segments[one]?.cidr}`).join("; ");
      if (at === undefined) {
        return [
          {
            path,
            got: via,
            need: `an address in a segment of ${name}: ${list}`,
            fix: "a next hop must be a neighbour",
          },
        ];
      }
      const owners = ownersOf(topology, via);
      const fix = owners[0] === name && owners.length === 1 ? `it is ${name}'s own address` : "no machine has it";
      const known = owners.length > 0 || segments[at]?.mode === "bridge" || segments[at]?.hostAddress === via;
      return known && fix === "no machine has it"
        ? []
        : [{ path, got: via, need: `a neighbour's address in segment ${at}`, fix }];
    });
  },
};

export const gatewayTwice: Rule = {
  name: "gatewayTwice",
  severity: "error",
  summary: "A node has one default gateway; a segment with mode nat already brings one.",
  reads: ["segments", "nodes"],
  reason: "ip-route(8): a packet takes a single default route",
  find({ nodes, segments }) {
    return Object.values(nodes).flatMap(({ name, gateway, interfaces }): Problem[] => {
      const out = Object.values(interfaces).find(({ segment }) => segments[segment]?.mode === "nat")?.segment;
      if (gateway === undefined || out === undefined) return [];
      const fix = `segment ${out} with mode nat already has one: remove this, or write routes`;
      return [{ path: `nodes.${name}.gateway`, got: gateway, need: "one default gateway", fix }];
    });
  },
};

export const vrrpGatewayMisplaced: Rule = {
  name: "vrrpGatewayMisplaced",
  severity: "error",
  summary: "The gateway that moves with the VIPs is on another interface that every director has, in one segment.",
  reads: NETWORK,
  reason: "003: with NAT the real servers' gateway is the director's inner address (DIP)",
  find(topology) {
    const { vrrp, segments } = topology;
    const gateway = vrrp?.gateway;
    if (gateway === undefined || vrrp === undefined) return [];
    const path = "vrrp.gateway";
    if (gateway.interface === vrrp.interface) {
      const fix = "an address on vrrp.interface is a VIP: write it in vrrp.virtualAddresses";
      return [
        { path: `${path}.interface`, got: gateway.interface, need: "an interface other than vrrp.interface", fix },
      ];
    }
    const directors = balancersOf(topology);
    const without = directors.find(({ interfaces }) => !Object.hasOwn(interfaces, gateway.interface));
    if (without !== undefined) {
      const need = `an interface that every director has; ${without.name} has ${Object.keys(without.interfaces).join(", ")}`;
      const got = toldName(
        gateway.interface,
        directors.flatMap(({ interfaces }) => Object.keys(interfaces)),
      );
      return [{ path: `${path}.interface`, got, need }];
    }
    // Another rule reports a segment that does not exist.
    const all = directors.flatMap(({ interfaces }) => interfaces[gateway.interface]?.segment ?? []);
    const at = [...new Set(all)].filter((one) => Object.hasOwn(segments, one));
    if (at.length !== 1) {
      if (at.length < 2) return [];
      return [
        {
          path: `${path}.interface`,
          got: `${gateway.interface} in ${at.join(", ")}`,
          need: "one segment for all directors",
        },
      ];
    }
    if (parseAddress(gateway.address) === undefined || segmentOf(topology, at, gateway.address) !== undefined)
      return [];
    const need = `an address in segment ${at[0]}, ${segments[at[0] ?? ""]?.cidr}`;
    return [{ path: `${path}.address`, got: gateway.address, need, fix: "real servers find it by ARP" }];
  },
};
