import * as assert from "node:assert/strict";
import { addressesOn, guestsOf, segmentAddressesOn, usesIPv6 } from "../../../../model/topology/guests";
import type { Node } from "../../../../model/topology/node";
import { fixture, lab } from "../../../fixtures";

describe("the guests of a lab", () => {
  it("are its nodes if the client is a namespace", () => {
    const topology = lab("dr-keepalived");
    assert.deepEqual(guestsOf(topology), topology.nodes);
  });

  it("are its nodes and then the client if it is a guest", () => {
    const topology = fixture("valid-client-vm");
    assert.deepEqual(Object.keys(guestsOf(topology)), [...Object.keys(topology.nodes), "client"]);
    const { client } = guestsOf(topology);
    assert.deepEqual(client, {
      role: "client",
      name: "client",
      interfaces: { client0: { segment: "outside", address: "10.1.0.31", mac: topology.client.mac } },
      memory: 256,
      vcpus: 1,
      aliases: ["10.1.0.32"],
      routes: [{ to: "10.0.0.0/24", via: "10.1.0.254" }],
    });
    assert.ok(client);
    assert.deepEqual(addressesOn(client, "client0"), ["10.1.0.31", "10.1.0.32"]);
  });

  it("have the addresses of their segment, then further ones without their prefix length", () => {
    const { app } = fixture("valid-stand-ins").nodes;
    assert.ok(app);
    assert.deepEqual(segmentAddressesOn(app, "eth0.10"), ["10.9.54.31"]);
    assert.deepEqual(addressesOn(app, "eth0.10"), ["10.9.54.31", "2001:db8:54::31", "10.9.54.32"]);
  });

  it("use IPv6 with an address of it, with a VIP of it, and with a configuration of their own", () => {
    const { lb, web, app } = fixture("valid-stand-ins").nodes as Record<"lb" | "web" | "app", Node>;
    assert.deepEqual([lb, web, app].map(usesIPv6), [true, false, true]);
    const bare = { ...app, interfaces: web.interfaces };
    assert.ok(usesIPv6(bare));
    assert.ok(!usesIPv6({ ...bare, holds: ["10.9.54.4/32"] } as Node));
    const own = { keepalived: { file: "lb.conf", files: {}, substitutions: [], standIns: {} } };
    assert.ok(usesIPv6({ ...lb, interfaces: web.interfaces, ...own } as Node));
  });
});
