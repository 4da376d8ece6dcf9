import * as assert from "node:assert/strict";
import type { Topology } from "../../../model/topology/topology";
import {
  baseUntouched,
  noClearText,
  redundant,
  type Resource,
  type Stack,
  vipsOutsideDhcp,
  withinMemory,
} from "../../../policy/rules";
import { fixture, lab } from "../../fixtures";

const resource = (type: string, name: string, more: Partial<Resource> = {}): Resource => ({
  type: `libvirt:index/${type}:${type.charAt(0).toUpperCase()}${type.slice(1)}`,
  name,
  props: {},
  from: {},
  ...more,
});
const stack = (topology: Topology, ...resources: Resource[]): Stack => ({ topology, resources });
const document000 = lab("dr-keepalived");

describe("the policies", () => {
  it("redundant: a lab marked ha needs two of each, another lab does not", () => {
    assert.equal(document000.ha, true);
    assert.deepEqual(redundant(stack(document000)), []);
    const { beiserver: _, ...nodes } = document000.nodes;
    const [server] = document000.virtualServers;
    const realServers = { web1: { weight: 1, port: 80 }, web2: { weight: 0, port: 80 } };
    const poor = {
      ...document000,
      nodes,
      virtualServers: server === undefined ? [] : [{ ...server, realServers }],
    };
    assert.deepEqual(redundant(stack(poor)), [
      "nodes: got 1 directors, need at least 2, because the lab is marked ha",
      "virtualServers[0].realServers: got 1 with a weight above 0, need at least 2, because the lab is marked ha",
    ]);
    assert.deepEqual(redundant(stack({ ...poor, ha: false })), []);
  });

  it("no-clear-text: only a document's lab may have a password", () => {
    assert.deepEqual(noClearText(stack(document000)), []);
    const { document: _, ...own } = document000;
    assert.match(noClearText(stack(own)).join("\n"), /^vrrp\.authentication: got a password in clear text/);
    assert.deepEqual(noClearText(stack(fixture("valid-vrrp3"))), []);
  });

  it("memory-budget: the sum of all guests", () => {
    const guests = ["a", "b"].map((name) => resource("domain", name, { props: { memory: 512 } }));
    assert.deepEqual(withinMemory(stack(document000, ...guests), 1024), []);
    assert.deepEqual(withinMemory(stack(document000, ...guests), 1023), [
      "memory: got 1024 MiB for all guests, need at most 1023 (the policy's memoryBudget)",
    ]);
  });

  it("vip-outside-dhcp: no network with DHCP covers a VIP", () => {
    const network = (enabled: boolean, cidr: string) =>
      stack(document000, resource("network", "lan", { props: { dhcp: { enabled }, addresses: [cidr] } }));
    assert.deepEqual(vipsOutsideDhcp(network(false, "192.168.10.0/24")), []);
    assert.deepEqual(vipsOutsideDhcp(network(true, "192.168.11.0/24")), []);
    assert.deepEqual(vipsOutsideDhcp(network(true, "192.168.10.0/24")), [
      "lan: got DHCP in 192.168.10.0/24, need a range without the VIP 192.168.10.200",
    ]);
    // A network without a DHCP setting, perhaps from another program.
    assert.deepEqual(vipsOutsideDhcp(stack(document000, resource("network", "lan"))), []);
  });

  it("base-untouched: a machine's disk is an overlay", () => {
    const volumes = [resource("volume", "root"), resource("volume", "disk", { from: { baseVolumeId: ["root"] } })];
    const domain = (disk: string) => resource("domain", "web1", { from: { disks: [disk, "seed"] } });
    assert.deepEqual(baseUntouched(stack(document000, ...volumes, domain("disk"))), []);
    assert.deepEqual(baseUntouched(stack(document000, ...volumes, domain("root"))), [
      "web1: got the disk root, on which others are based, need an overlay on it",
    ]);
  });
});
