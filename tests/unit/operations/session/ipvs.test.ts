import * as assert from "node:assert/strict";
import { inspectionText, type Inspection } from "../../../../operations/session/inspect";
import { ipvsTables, ipvsText } from "../../../../operations/session/ipvs";
import { coloured, widthOf } from "../../../../operations/terminal/terminal";
import { type IpvsRealServer, parseIpvs } from "../../../../components/looks/ipvs";
import type { NodeSeen } from "../../../../components/looks/machine";
import { directorsOf } from "../../../../model/topology/queries";
import { virtualServicesOf } from "../../../../model/topology/virtualServices";
import { fixture, lab } from "../../../fixtures";
import { healthyLab } from "../verify/healthy";
import { outputsOf } from "../verify/outputs";

const topology = lab("dr-keepalived");
const { nodes } = healthyLab(topology);

/** The lab with another table on zhuserver. */
const seen = (change: (servers: readonly IpvsRealServer[]) => readonly IpvsRealServer[]): Record<string, NodeSeen> => {
  const zhuserver = nodes.zhuserver as NodeSeen;
  return {
    ...nodes,
    zhuserver: { ...zhuserver, ipvs: zhuserver.ipvs.map((one) => ({ ...one, realServers: change(one.realServers) })) },
  };
};
const healths = (of: Readonly<Record<string, NodeSeen>>): string[] =>
  ipvsTables(topology, of).map(({ director, name, address, health }) => `${director} ${name ?? address} ${health}`);

describe("the IPVS tables of an inspection", () => {
  it("show how each director treats each real server", () => {
    assert.deepEqual(healths(nodes), [
      "zhuserver web1 up",
      "zhuserver web2 up",
      "beiserver web1 up",
      "beiserver web2 up",
    ]);
  });

  it("show a real server that was taken out, one that gets no new connections, and one that is not in the topology", () => {
    const changed = seen(([, web2]) =>
      web2 === undefined
        ? []
        : [
            { ...web2, weight: 0 },
            { ...web2, address: "192.168.10.99" },
          ],
    );
    assert.deepEqual(healths(changed).slice(0, 3), [
      "zhuserver web1 down",
      "zhuserver web2 quiet",
      "zhuserver 192.168.10.99:80 foreign",
    ]);
  });

  it("know the virtual servers of the keepalived.conf that a director brings", () => {
    const site = fixture("valid-site-dns");
    const proc = virtualServicesOf(site)
      .flatMap(({ protocol = "TCP", endpoints, realServers }) => [
        ...endpoints.map(({ address, port }) => ({
          protocol,
          address,
          port,
          scheduler: "rr",
          realServers: [...realServers],
        })),
      ])
      .map((one) => ({ ...one, realServers: one.realServers.map((rs) => ({ ...rs, forwarding: "Route" })) }));
    const [director] = directorsOf(site);
    const seenThere = { [director?.name ?? ""]: { ...(nodes.zhuserver as NodeSeen), ipvs: proc } };
    const rows = ipvsTables(site, seenThere);
    assert.ok(rows.length >= 2, `${rows.length}`);
    for (const { health, name = "" } of rows) assert.deepEqual([health, name in site.nodes], ["up", true]);
  });

  it("know the sorry server, and a table that does not exist", () => {
    const sorry = seen((all) => all.slice(0, 1).map((one) => ({ ...one, address: "127.0.0.1" })));
    assert.deepEqual(healths(sorry).slice(0, 3), [
      "zhuserver web1 down",
      "zhuserver web2 down",
      "zhuserver 127.0.0.1:80 sorry",
    ]);
    const none = { ...nodes, zhuserver: { ...(nodes.zhuserver as NodeSeen), ipvs: [] } };
    assert.deepEqual(healths(none).slice(0, 2), ["zhuserver web1 down", "zhuserver web2 down"]);
    assert.match(ipvsText(ipvsTables(topology, none)), /TCP 192\.168\.10\.200:80 \(not there\)/);
  });

  it("leave out a director that does not answer, and are empty for a lab without directors", () => {
    const silent = { ...nodes, zhuserver: { ...(nodes.zhuserver as NodeSeen), reachable: false } };
    assert.deepEqual(healths(silent), ["beiserver web1 up", "beiserver web2 up"]);
    assert.deepEqual(ipvsTables(lab("l7-nginx"), healthyLab(lab("l7-nginx")).nodes), []);
  });

  it("have every virtual server, in every healthy lab", () => {
    for (const name of ["nat", "tun", "schedulers", "dr-two-networks", "dr-wrr-persistent"]) {
      const rows = ipvsTables(lab(name), healthyLab(lab(name)).nodes);
      assert.ok(rows.length > 0 && rows.every(({ health }) => health === "up"), `${name}: ${JSON.stringify(rows)}`);
    }
  });

  it("have the kernel's counts of connections", () => {
    const proc = "TCP  C0A80AC8:0050 rr  \n  -> C0A80A85:0050      Route   1      3          12        \n";
    const of = { ...nodes, zhuserver: { ...(nodes.zhuserver as NodeSeen), ipvs: parseIpvs(proc, "") } };
    assert.deepEqual(ipvsTables(topology, of)[0]?.connections, { active: 3, inactive: 12 });
    const [head = "", row = ""] = ipvsText(ipvsTables(topology, of)).split("\n");
    assert.equal(
      head,
      "DIRECTOR   VIRTUAL SERVER            REAL SERVER  ADDRESS            FORWARD  WEIGHT  ACTIVE  INACTIVE  HEALTH",
    );
    assert.equal(
      row,
      "zhuserver  TCP 192.168.10.200:80 rr  web1         192.168.10.133:80  Route    1       3       12        up",
    );
  });

  it("stand between the nodes and the VIP, in the same columns with colours", () => {
    const inspection: Inspection = { lab: "l", vip: "v", url: "u", nodes: [], ipvs: ipvsTables(topology, nodes) };
    const text = inspectionText(outputsOf(topology), inspection);
    assert.match(text, /^NODE .*\nclient [^\n]*\n\nDIRECTOR .*\n(.* up\n){4}\nVIP v /);
    const painted = inspectionText(outputsOf(topology), inspection, coloured);
    assert.deepEqual(painted.split("\n").map(widthOf), text.split("\n").map(widthOf));
  });
});
