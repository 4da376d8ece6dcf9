import * as assert from "node:assert/strict";
import { addressesOn, guestsOf } from "../../../../model/topology/guests";
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
});
