import * as assert from "node:assert/strict";
import { problemText } from "../../../../model/topology/error";
import { type HostRoute, hostRouteConflicts } from "../../../../model/topology/hostRoutes";
import { bridgeName } from "../../../../model/topology/names";
import { fixture, lab } from "../../../fixtures";

const topology = lab("dr-keepalived");
const own = bridgeName("dr-keepalived", "lan");

const free: readonly HostRoute[] = [
  { dst: "default", dev: "eth0" },
  { dst: "0.0.0.0/0", dev: "eth0" },
  { dst: "10.0.0.0/8", dev: "eth0" },
  { dst: "192.168.11.0/24", dev: "eth1" },
  { dst: "192.168.10.0/24", dev: own },
  { dst: "fe80::/64", dev: "eth0" },
];
const conflicts: readonly [route: HostRoute, fix: string][] = [
  [{ dst: "192.168.10.0/24", dev: "eth0" }, "192.168.10.0/24 dev eth0"],
  [{ dst: "192.168.0.0/16", dev: "tun0" }, "192.168.0.0/16 dev tun0"],
  [{ dst: "192.168.10.7", dev: "eth0" }, "192.168.10.7 dev eth0"],
  [{ dst: "192.168.10.128/25" }, "192.168.10.128/25"],
];

describe("routes of the host", () => {
  it("do not conflict with a segment outside them", () => {
    assert.deepEqual(hostRouteConflicts(topology, free), []);
  });
  for (const [route, said] of conflicts) {
    it(`collide with a segment: ${said}`, () => {
      assert.deepEqual(hostRouteConflicts(topology, [...free, route]).map(problemText), [
        `segments.lan.cidr: got 192.168.10.0/24, need a prefix to which this host has no route (the host has a route to ${said}: destroy the lab that uses it, or choose another prefix)`,
      ]);
    });
  }
  it("of a host's bridge belong to its segment", () => {
    const full = fixture("valid-full");
    assert.deepEqual(hostRouteConflicts(full, [{ dst: "192.168.0.0/24", dev: "br0" }]), []);
    assert.equal(hostRouteConflicts(full, [{ dst: "192.168.0.0/24", dev: "br1" }]).length, 1);
  });
});
