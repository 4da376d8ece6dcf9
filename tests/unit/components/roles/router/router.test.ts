import * as assert from "node:assert/strict";
import { renderRouterSysctl } from "../../../../../components/roles/router/sysctl";
import { renderRoutes, routesByInterface, routeSteps } from "../../../../../components/machine/routes";
import { routersOf } from "../../../../../model/topology/queries";
import type { Node, RouterNode } from "../../../../../model/topology/node";
import { fixture, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const document004 = lab("dr-two-networks");
const node = (name: string): Node => document004.nodes[name] as Node;
const router = node("router146") as RouterNode;

describe("files of a router", () => {
  it("sysctls: it forwards, and filters as the topology says", () => {
    golden("router/sysctl.dr-two-networks.conf", renderRouterSysctl(router));
    golden("router/sysctl.no-filter.conf", renderRouterSysctl(routersOf(fixture("valid-tun"))[0] as RouterNode));
  });
  it("has no golden file without a case", () => {
    assert.deepEqual(goldenFiles("router"), ["sysctl.dr-two-networks.conf", "sysctl.no-filter.conf"]);
  });
});

describe("static routes", () => {
  const routed = { ...router, routes: [{ to: "10.0.0.0/8", via: "192.168.100.140" }] };

  it("are a drop-in of each outgoing interface", () => {
    golden("routes/gateway.conf", renderRoutes(routesByInterface(document004, routed).eth0 ?? []));
    golden("routes/route.conf", renderRoutes(routesByInterface(document004, routed).eth1 ?? []));
    assert.deepEqual(goldenFiles("routes"), ["gateway.conf", "route.conf"]);
  });
  it("replace those of an earlier topology, and reload networkd only after a change", () => {
    assert.deepEqual(routeSteps(document004, router), [
      { kind: "network", interface: "eth0", content: renderRoutes([{ to: "0.0.0.0/0", via: "192.168.0.1" }]) },
      { kind: "network", interface: "eth1" },
      { kind: "reload", name: "systemd-networkd" },
    ]);
  });
  it("are refused if the next hop is not a neighbour", () => {
    const lost = { ...router, gateway: "10.9.9.9" };
    assert.throws(() => routesByInterface(document004, lost), /router146: 10\.9\.9\.9 is in none of its segments/);
  });
});
