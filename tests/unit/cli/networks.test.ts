import * as assert from "node:assert/strict";
import { checkId, checksFor } from "../../../cli/verify/checks";
import { NETWORKS } from "../../../cli/verify/checks/networks";
import type { LabSeen, NodeSeen, Response } from "../../../cli/verify/seen";
import { lab } from "../../fixtures";
import { nothingAsked } from "./healthy";

const topology = lab("dr-two-networks");
const page = (body: string): Response => ({ status: 200, body, keepAlive: false });
const one = page("<h1>server 142</h1>");
const two = page("<h1>server 143</h1>");
const silent: Response = { status: 0, body: "", keepAlive: true };

/** Only what these checks read. */
const node = (routes: readonly string[], more: Partial<NodeSeen> = {}): NodeSeen => ({
  reachable: true,
  hostname: "",
  addresses: [],
  sysctls: {},
  ipvsVersion: "",
  ipvs: [],
  ipvsModules: [],
  units: {},
  packages: [],
  keepalivedConf: "",
  keepalivedBackup: true,
  rules: "",
  drops: [],
  routes,
  ...more,
});
const mail = (id: string) =>
  `From keepalived@localhost Sat Nov 21 14:00:00 2026\nX-Envelope-To: <root@localhost>\nSubject: [${id}] VRRP Instance VI_1 - Entering MASTER state\n\nFrom keepalived@localhost Sat Nov 21 14:01:00 2026\nSubject: [${id}] Realserver [192.168.100.142]:tcp:80 of virtual server [192.168.0.144]:tcp:80 - DOWN\n`;

const good = {
  nodes: {
    lb140: node(["default via 192.168.0.1 dev eth0 proto static"], {
      addresses: [{ interface: "eth0", address: "192.168.0.144", prefixLength: 32, label: "eth0:0" }],
    }),
    lb141: node(["default via 192.168.0.1 dev eth0 proto static"]),
    web142: node(["default via 192.168.100.146 dev eth0 proto static"]),
    web143: node(["default via 192.168.100.146 dev eth0 proto static"]),
    router146: node(
      [
        "default via 192.168.0.1 dev eth0 proto static",
        "192.168.0.0/24 dev eth0 proto kernel scope link src 192.168.0.146",
        "192.168.100.0/24 dev eth1 proto kernel scope link src 192.168.100.146",
      ],
      {
        ipForward: "1",
        sysctls: Object.fromEntries(["all", "default", "eth0", "eth1"].map((name) => [`${name}.rp_filter`, "2"])),
      },
    ),
  },
  client: nothingAsked,
  inside: {
    backends: { "lb140 > web142": one, "lb140 > web143": two, "lb141 > web142": one, "lb141 > web143": two },
    logs: { web142: { access: 0, health: 9 }, web143: { access: 0, health: 8 } },
  },
  routing: {
    counted: 4,
    without: [silent, silent, silent, silent],
    restored: [one, two, one, two],
    pings: { web142: true, web143: true },
  },
  sorry: {
    first: "web142",
    withoutFirst: [two, two],
    withoutAll: [page("sorry")],
    back: [one, two],
    mail: { lb140: mail("node1"), lb141: mail("node2") },
  },
} satisfies LabSeen;

const withNode = (name: keyof typeof good.nodes, damage: Partial<NodeSeen>): LabSeen => ({
  ...good,
  nodes: { ...good.nodes, [name]: { ...good.nodes[name], ...damage } },
});
const inside = (damage: Partial<typeof good.inside>): LabSeen => ({ ...good, inside: { ...good.inside, ...damage } });
const routing = (damage: Partial<Required<LabSeen>["routing"]>): LabSeen => ({
  ...good,
  routing: { ...good.routing, ...damage },
});
const sorry = (damage: Partial<Required<LabSeen>["sorry"]>): LabSeen => ({
  ...good,
  sorry: { ...good.sorry, ...damage },
});
const nothing: LabSeen = { nodes: good.nodes, client: good.client };
const { router146 } = good.nodes;

/** Check, damage, and what the check must say of it. */
const cases: readonly [check: string, seen: LabSeen, says: string][] = [
  ["routes", withNode("web142", { routes: [] }), "web142: has no route default via 192.168.100.146 dev eth0"],
  ["routes", withNode("lb141", { reachable: false }), "lb141: does not answer SSH"],
  [
    "vip-label",
    withNode("lb140", {
      addresses: [{ interface: "eth0", address: "192.168.0.144", prefixLength: 32, label: "eth0" }],
    }),
    "lb140: the label of 192.168.0.144 is eth0, must be eth0:0",
  ],
  ["vip-label", withNode("lb140", { addresses: [] }), "no director holds 192.168.0.144"],
  ["router", withNode("router146", { ipForward: "0" }), "router146: net.ipv4.ip_forward is 0, must be 1"],
  [
    "router",
    withNode("router146", { sysctls: { ...router146.sysctls, "eth1.rp_filter": "1" } }),
    "net.ipv4.conf.eth1.rp_filter is 1, must be 2",
  ],
  [
    "router",
    withNode("router146", { routes: router146.routes.slice(0, 2) }),
    "router146: has no connected route 192.168.100.0/24 dev eth1",
  ],
  [
    "backends",
    inside({ backends: { ...good.inside.backends, "lb141 > web142": silent } }),
    "lb141 > web142: got no answer",
  ],
  [
    "backends",
    inside({ backends: { ...good.inside.backends, "lb140 > web143": one } }),
    'lb140 > web143: got 200 "<h1>server 142</h1>"',
  ],
  ["backends", nothing, "no director was asked"],
  [
    "health-log",
    inside({ logs: { ...good.inside.logs, web142: { access: 3, health: 9 } } }),
    "web142: access.log has 3 health checks, must have none",
  ],
  [
    "health-log",
    inside({ logs: { ...good.inside.logs, web143: { access: 0, health: 0 } } }),
    "web143: health.log has no health check",
  ],
  ["without-router", routing({ counted: 0 }), "IPVS counted 0 of 4 requests while the router forwarded nothing"],
  [
    "without-router",
    routing({ without: [one, silent, one, silent] }),
    "web142: answered although the router forwarded nothing",
  ],
  [
    "without-router",
    routing({ without: [page("other")] }),
    "every request was answered although the router forwarded nothing",
  ],
  ["without-router", routing({ restored: [one, silent] }), "client: got no answer with the router forwarding again"],
  ["without-router", nothing, "the routers were not switched off"],
  [
    "ping-out",
    routing({ pings: { web142: true, web143: false } }),
    "web143: a ping to the client 192.168.0.150 gets no answer",
  ],
  ["one-down", sorry({ withoutFirst: [two, silent] }), "client: got no answer with web142 down"],
  ["one-down", sorry({ withoutFirst: [one, two] }), "web142: answers although it is down"],
  ["one-down", nothing, "no real server was stopped"],
  [
    "sorry",
    sorry({ withoutAll: [page("sorry"), silent] }),
    'client: got no answer with all real servers down, must be 200 "sorry"',
  ],
  ["sorry", sorry({ withoutAll: [] }), "client: was not asked with all real servers down"],
  ["sorry", sorry({ back: [page("sorry")] }), 'client: got 200 "sorry" with all real servers up again'],
  ["sorry", nothing, "no real server was stopped"],
  ["mail", sorry({ mail: { ...good.sorry.mail, lb141: "" } }), "lb141: no mail about its VRRP state"],
  [
    "mail",
    sorry({ mail: { ...good.sorry.mail, lb140: mail("node1").replace("DOWN", "UP") } }),
    "lb140: no mail about a real server that went down",
  ],
  [
    "mail",
    sorry({ mail: { ...good.sorry.mail, lb140: mail("node2") } }),
    "lb140: a mail that does not begin with [node1]",
  ],
  [
    "mail",
    sorry({ mail: { ...good.sorry.mail, lb140: mail("node1").replace("root@", "toor@") } }),
    "lb140: no mail to root@localhost",
  ],
];

describe("checks of several networks", () => {
  for (const check of NETWORKS) {
    it(`${checkId(check, topology)} ${check.name}: a healthy lab passes`, () => {
      assert.ok(check.applies(topology));
      assert.deepEqual(check.judge(topology, good).problems, []);
      assert.notEqual(check.judge(topology, good).seen, "");
    });
  }
  for (const [name, seen, says] of cases) {
    it(`${name} fails: ${says}`, () => {
      const problems = NETWORKS.find((check) => check.name === name)?.judge(topology, seen).problems ?? [];
      assert.ok(
        problems.some((problem) => problem.includes(says)),
        problems.join("\n") || "no problem was found",
      );
    });
  }
  it("every check is seen to fail", () => {
    assert.deepEqual(new Set(cases.map(([name]) => name)), new Set(NETWORKS.map(({ name }) => name)));
  });
  it("every point of document 004 has a check", () => {
    const points = new Set(checksFor(topology).map((check) => checkId(check, topology)));
    for (let point = 1; point <= 13; point++) assert.ok(points.has(`004-${point}`), `004-${point}`);
  });
  it("none of them is asked of a lab with one network", () => {
    assert.deepEqual(
      NETWORKS.filter((check) => check.applies(lab("dr-keepalived"))),
      [],
    );
  });
});
