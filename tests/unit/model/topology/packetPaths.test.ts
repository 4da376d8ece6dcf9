import * as assert from "node:assert/strict";
import {
  CLIENT,
  forwards,
  interfaceTowards,
  nextHop,
  ownersOf,
  pathTo,
  staticRoutes,
  wayTo,
} from "../../../../model/topology/packetPaths";
import type { Node } from "../../../../model/topology/node";
import { fixture, lab } from "../../../fixtures";

const two = lab("dr-two-networks");
const nat = lab("nat");
const tun = lab("tun");
/** The machine that gets the packet at the end of each hop. */
const takers = (...[topology, from, address]: Parameters<typeof pathTo>) =>
  pathTo(topology, from, address)?.map(({ taker }) => taker);

describe("the path of packets", () => {
  it("to a neighbour is one hop", () => {
    assert.deepEqual(pathTo(two, "lb140", "192.168.100.142"), [
      { interface: "eth1", segment: "inside", address: "192.168.100.142", taker: "web142" },
    ]);
  });
  it("of an answer goes through the router (DR), the director (NAT), or either way (TUN)", () => {
    assert.deepEqual(takers(two, "web142", "192.168.0.150"), ["router146", CLIENT]);
    assert.deepEqual(takers(nat, "web03", "10.1.0.31"), ["lb03", CLIENT]);
    assert.deepEqual(takers(tun, "web03", "10.2.0.31"), [CLIENT]);
    assert.deepEqual(takers(tun, "web04", "10.2.0.31"), ["router", CLIENT]);
    assert.deepEqual(takers(tun, "lb04", "172.16.2.18"), ["router", "web04"]);
  });
  it("takes the longest prefix", () => {
    const { nodes } = fixture("valid-client-routed");
    assert.deepEqual(staticRoutes(nodes.web1 as Node), [{ to: "0.0.0.0/0", via: "10.0.0.254" }]);
    const node = { ...(two.nodes.web142 as Node), routes: [{ to: "192.168.0.128/25", via: "192.168.100.143" }] };
    const topology = { ...two, nodes: { ...two.nodes, web142: node } };
    assert.equal(pathTo(topology, "web142", "192.168.0.150"), undefined, "web143 forwards nothing");
    assert.deepEqual(takers(topology, "web142", "192.168.0.146"), undefined);
    assert.deepEqual(takers(topology, "web142", "192.168.0.1"), undefined, "the hypervisor is nobody of the lab");
  });
  it("prefers a longer route to the segment, and the segment to an equal route", () => {
    const routed = (to: string) => ({
      ...two,
      nodes: { ...two.nodes, web142: { ...(two.nodes.web142 as Node), routes: [{ to, via: "192.168.100.146" }] } },
    });
    const hop = (to: string) => nextHop(routed(to), "web142", "192.168.100.143")?.address;
    assert.equal(hop("192.168.100.128/25"), "192.168.100.146");
    assert.equal(hop("192.168.100.0/24"), "192.168.100.143");
    assert.equal(hop("192.168.100.0/25"), "192.168.100.143");
  });
  it("out of a segment with mode nat goes through the hypervisor", () => {
    const { inside, ...segments } = two.segments;
    const { gateway: _, ...web } = two.nodes.web142 as Node;
    const topology = {
      ...two,
      segments: { ...segments, inside: { ...inside, mode: "nat" } },
      nodes: { ...two.nodes, web142: web },
    } as typeof two;
    assert.equal(nextHop(two, "web142", "10.9.9.9")?.address, "192.168.100.146");
    assert.equal(nextHop(topology, "web142", "10.9.9.9")?.address, "192.168.100.1");
  });
  it("names the machine where a packet is lost, or says that it is unknown", () => {
    const { gateway: _, ...router } = two.nodes.router146 as Node;
    const far = { ...two, nodes: { ...two.nodes, router146: router as Node } };
    const { end, at, last, hops } = wayTo(far, "web142", "10.9.9.9");
    assert.deepEqual(
      { end, at, last, taken: hops.map(({ taker }) => taker) },
      {
        end: "lost",
        at: "router146",
        last: undefined,
        taken: ["router146"],
      },
    );
    const { inside, outside } = two.segments;
    const bridged = {
      ...two,
      segments: { inside, outside: { ...outside, mode: "bridge", bridge: "br0" } },
    } as typeof two;
    assert.deepEqual(wayTo(two, "lb140", "10.9.9.9").end, "lost", "the hypervisor forwards nothing");
    assert.deepEqual(wayTo(bridged, "lb140", "10.9.9.9").end, "unknown");
    assert.deepEqual(wayTo(bridged, "web143", "10.9.9.9").at, "router146");
    assert.equal(pathTo(bridged, "lb140", "10.9.9.9"), undefined);
  });
  it("ends if there is no machine, no forwarding, or a loop", () => {
    assert.equal(pathTo(two, "web142", "192.168.100.99"), undefined);
    assert.equal(pathTo(tun, "web03", "172.16.2.18"), undefined, "web03 has no route");
    const sent = (name: string, gateway: string): Node => ({ ...(tun.nodes[name] as Node), gateway });
    const nodes = { ...tun.nodes, router: sent("router", "10.2.0.15"), lb03: sent("lb03", "10.2.0.254") };
    const looping = { ...tun, nodes, virtualServers: nat.virtualServers };
    assert.equal(pathTo(looping, "lb03", "10.99.0.1"), undefined);
  });
  it("of the client leads to the VIP, which every director may hold", () => {
    assert.deepEqual(ownersOf(two, "192.168.0.144"), ["lb140", "lb141"]);
    assert.deepEqual(ownersOf(nat, "172.16.1.254"), ["lb03", "lb04"]);
    assert.deepEqual(takers(two, CLIENT, "192.168.0.144"), ["lb140"]);
    assert.deepEqual(takers(fixture("valid-client-routed"), CLIENT, "10.0.0.3"), ["router", "lb01"]);
    assert.deepEqual(takers(two, CLIENT, "192.168.100.142"), ["router146", "web142"]);
  });
  it("is forwarded by routers, and by directors whose NAT needs it", () => {
    const forwarding = (topology: typeof two) =>
      Object.values(topology.nodes)
        .filter((node) => forwards(topology, node))
        .map(({ name }) => name);
    assert.deepEqual(forwarding(two), ["router146"]);
    assert.deepEqual(forwarding(nat), ["lb03", "lb04"]);
    assert.equal(interfaceTowards(two, two.nodes.router146 as Node, "192.168.100.7"), "eth1");
    assert.equal(interfaceTowards(two, two.nodes.web142 as Node, "192.168.0.7"), undefined);
  });
});
