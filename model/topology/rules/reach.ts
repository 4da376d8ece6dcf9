/** Rules about who reaches whom: directors their real servers, the hypervisor every machine, the client the VIPs. */
import type { Problem } from "../error";
import { balancersOf, vrrpVips, directorsOf, neighbourAddress, realServerAddress, servicesOf } from "../queries";
import { CLIENT, nextHop, ownersOf, wayTo } from "../packetPaths";
import { isAddressed } from "./addresses";
import { segmentOf, pairs, placeOfHop, routerTowards, segmentsOf } from "./hops";
import { NETWORK, type Rule } from "./rule";

export const realServerUnreachable: Rule = {
  name: "realServerUnreachable",
  severity: "error",
  summary:
    "With TUN and NAT a director has a route to each real server. With every method its health checks get an answer.",
  reads: NETWORK,
  reason:
    "003: with NAT and TUN the director sends to the RIP; keepalived.conf(5): keepalived removes a real server that does not answer its check",
  find(topology) {
    if (!isAddressed(topology)) return [];
    const checked = topology.vrrp !== undefined;
    return pairs(topology, ["DR", "TUN", "NAT"]).flatMap(({ path, server, node }): Problem[] => {
      const [problem] = directorsOf(topology).flatMap((director): Problem[] => {
        // Another rule reports DR to another segment.
        if (server.forwarding === "DR" && neighbourAddress(director, node) === undefined) return [];
        const address = realServerAddress(director, node);
        const there = wayTo(topology, director.name, address);
        if (there.end === "lost") {
          const need = `a route from ${there.at} to ${address}`;
          const fix = `write nodes.${there.at}.routes`;
          return [{ path, got: `${node.name}, which ${director.name} does not reach`, need, fix }];
        }
        const source = director.interfaces[(there.hops[0] ?? there.last)?.interface ?? ""]?.address;
        const back = checked && source !== undefined ? wayTo(topology, node.name, source) : undefined;
        if (back?.end !== "lost") return [];
        const need = `a route from ${back.at} to ${director.name}'s ${source}`;
        const fix = `answers to health checks need it: write nodes.${back.at}.routes`;
        return [{ path, got: `${node.name}, which does not reach ${director.name}`, need, fix }];
      });
      return problem === undefined ? [] : [problem];
    });
  },
};

export const hostRoutedAway: Rule = {
  name: "hostRoutedAway",
  severity: "error",
  summary: "No route covers the hypervisor's own address in a segment: SSH would get no answer.",
  reads: NETWORK,
  reason: "ip-route(8): the route with the longest prefix is used",
  find(topology) {
    const { nodes, segments } = topology;
    if (!isAddressed(topology)) return [];
    return Object.values(nodes).flatMap((node): Problem[] => {
      const host = segments[Object.values(node.interfaces)[0]?.segment ?? ""]?.hostAddress ?? "";
      const hop = nextHop(topology, node.name, host);
      const [taker = ""] = ownersOf(topology, hop?.address ?? "");
      if (hop === undefined || hop.address === host || topology.nodes[taker]?.role === "router") return [];
      const need = `routes that do not cover the hypervisor's address ${host}`;
      const fix = "SSH comes from there, and its answers would take the wrong way: write longer prefixes";
      return [{ ...placeOfHop(topology, node.name, hop, host), need, fix }];
    });
  },
};

export const clientFar: Rule = {
  name: "clientFar",
  severity: "error",
  summary: "The client reaches every VIP: in its own segment, or by a route.",
  reads: [...NETWORK, "proxy"],
  reason: "003: the client (CIP) sends to the VIP",
  find(topology) {
    const { client, segments, vrrp } = topology;
    const directors = balancersOf(topology);
    if (!isAddressed(topology) || directors.length === 0) return [];
    // Other rules report a VIP in no segment of the directors, or one that VRRP does not know.
    const asked = [...new Set(servicesOf(topology).map(({ vip }) => vip))].filter(
      (vip) =>
        segmentOf(topology, directors.flatMap(segmentsOf), vip) !== undefined &&
        (vrrp === undefined || vrrpVips(vrrp).includes(vip)),
    );
    const [far] = asked.map((vip) => ({ vip, ...wayTo(topology, CLIENT, vip) })).filter(({ end }) => end === "lost");
    if (far === undefined) return [];
    const { vip, at, last } = far;
    const fix = "the client could not reach it";
    if (at !== CLIENT) {
      const need = `a way from ${at} to the VIP ${vip}: ${routerTowards(topology, at, vip)}`;
      return [{ ...placeOfHop(topology, at, last, vip), need, fix }];
    }
    const need = `segment ${segmentOf(topology, Object.keys(segments), vip)}, where the VIP ${vip} is, or a way to it in client.routes`;
    return [{ path: "client.segment", got: client.segment, need, fix }];
  },
};
