import * as assert from "node:assert/strict";
import {
  directorsOf,
  heldVips,
  neighbourAddress,
  portsOf,
  realServerAddress,
  routersOf,
  tunnelledVips,
  vipsOf,
  webServersOf,
} from "../../../../model/topology/queries";
import type { Node } from "../../../../model/topology/node";
import type { Topology } from "../../../../model/topology/topology";
import { fixture } from "../../../fixtures";

const several = fixture("valid-several-services");
const full = fixture("valid-full");
const named = (nodes: readonly Node[]) => nodes.map(({ name }) => name);

describe("members of a lab", () => {
  it("by role, in the order of the file", () => {
    assert.deepEqual(named(directorsOf(several)), ["lb01", "lb02"]);
    assert.deepEqual(named(webServersOf(several)), ["web1", "web2"]);
  });
  it("VIPs: those of VRRP, or of the virtual servers, each once", () => {
    assert.deepEqual(vipsOf(several), ["10.0.0.3", "10.0.0.4"]);
    const { vrrp: _, ...alone } = several;
    assert.deepEqual(vipsOf(alone as Topology), ["10.0.0.3", "10.0.0.4"]);
  });
  it("a real server holds its VIPs once each, but none of NAT", () => {
    assert.deepEqual(heldVips(several, "web2"), ["10.0.0.3", "10.0.0.4"]);
    assert.deepEqual(heldVips(full, "web1"), ["192.168.0.145"]);
    assert.deepEqual(heldVips(several, "lb01"), []);
    const nat = {
      ...several,
      virtualServers: several.virtualServers.map((one) => ({ ...one, forwarding: "NAT" as const })),
    };
    assert.deepEqual(heldVips(nat, "web2"), []);
  });
  it("a real server's address is in a segment of the director, or its first one", () => {
    const [first] = directorsOf(full);
    const [web] = webServersOf(full);
    assert.ok(first !== undefined && web !== undefined);
    assert.equal(realServerAddress(first, web), "192.168.0.142");
    const both = { ...web, interfaces: { ...directorsOf(full)[1]?.interfaces } } as Node;
    assert.equal(realServerAddress(first, both), "192.168.100.141");
    const far = { ...web, interfaces: { eth0: { segment: "elsewhere", address: "10.0.0.1", mac: "" } } };
    assert.equal(neighbourAddress(first, far), undefined);
    assert.equal(realServerAddress(first, far), "10.0.0.1");
  });
  it("routers, VIPs of tunnels and ports of a web server", () => {
    const tun = fixture("valid-tun");
    assert.deepEqual(named(routersOf(tun)), ["router"]);
    assert.deepEqual(tunnelledVips(tun, "web1"), ["10.0.0.3"]);
    assert.deepEqual(heldVips(tun, "web1"), ["10.0.0.3", "10.0.0.4"]);
    assert.deepEqual(portsOf(tun, "web1"), [80, 8080]);
    assert.deepEqual(portsOf(tun, "web2"), [80]);
  });
});
