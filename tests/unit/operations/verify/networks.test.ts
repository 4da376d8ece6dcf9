import * as assert from "node:assert/strict";
import { checkId, checksFor } from "../../../../operations/verify/checks";
import { HEALTH } from "../../../../operations/verify/checks/health";
import { NETWORKS } from "../../../../operations/verify/checks/networks";
import type { LabSeen } from "../../../../components/looks/lab";
import type { NodeSeen } from "../../../../components/looks/machine";
import type { Response } from "../../../../components/looks/page";
import { lab } from "../../../fixtures";
import { nothingAsked } from "./healthy";

const topology = lab("dr-two-networks");
const page = (body: string): Response => ({ status: 200, body, keepAlive: false });
const one = page("<h1>server 142</h1>");
const two = page("<h1>server 143</h1>");
const silent: Response = { status: 0, body: "", keepAlive: true };

/** Only the facts that these checks read. */
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
  selinux: "",
  routes,
  ...more,
});
/** What one director mails in the drills. */
const mail = (id: string) =>
  [
    "VRRP Instance VI_1 - Entering MASTER state",
    ...["142", "143"].flatMap((host) =>
      ["DOWN", "UP"].map(
        (word) => `Realserver [192.168.100.${host}]:tcp:80 of virtual server [192.168.0.144]:tcp:80 - ${word}`,
      ),
    ),
  ]
    .map(
      (subject) => `From x Sat Nov 21 14:00:00 2026\nX-Envelope-To: <root@localhost>\nSubject: [${id}] ${subject}\n\n`,
    )
    .join("");

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
    logs: { web142: { access: 0, health: 9, visitors: 3 }, web143: { access: 0, health: 8, visitors: 3 } },
  },
  routing: {
    counted: 4,
    without: [silent, silent, silent, silent],
    restored: [one, two, one, two],
    pings: { web142: true, web143: true },
  },
  down: {
    first: "web142",
    unnoticed: [],
    withoutFirst: [two, two],
    withoutAll: [page("sorry")],
    back: [one, two],
    mail: { lb140: mail("node1"), lb141: mail("node2") },
  },
  failover: {
    stopped: "lb140",
    holdersAfterStop: ["lb141"],
    servedAfterStop: [one, two],
    holdersAfterStart: ["lb140"],
    servedAfterStart: [one, two],
    moves: 2,
    mail: { lb140: mail("node1"), lb141: mail("node2") },
    outage: 0.7,
    rounds: 1,
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
const down = (damage: Partial<Required<LabSeen>["down"]>): LabSeen => ({ ...good, down: { ...good.down, ...damage } });
const failover = (damage: Partial<Required<LabSeen>["failover"]>): LabSeen => ({
  ...good,
  failover: { ...good.failover, ...damage },
});
const nothing: LabSeen = { nodes: good.nodes, client: good.client };
const { router146 } = good.nodes;

const CHECKED = [...NETWORKS, ...HEALTH];

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
    inside({ logs: { ...good.inside.logs, web142: { access: 3, health: 9, visitors: 3 } } }),
    "web142: access.log has 3 health checks, must have none",
  ],
  [
    "health-log",
    inside({ logs: { ...good.inside.logs, web143: { access: 0, health: 0, visitors: 3 } } }),
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
  ["one-down", down({ withoutFirst: [two, silent] }), "client: got no answer with web142 down"],
  ["one-down", down({ withoutFirst: [one, two] }), "web142: answers although it is down"],
  ["one-down", nothing, "no real server was stopped"],
  [
    "sorry",
    down({ withoutAll: [page("sorry"), silent] }),
    'client: got no answer with all real servers down, must be 200 "sorry"',
  ],
  ["sorry", down({ withoutAll: [] }), "client: was not asked with all real servers down"],
  ["sorry", down({ back: [page("sorry")] }), 'client: got 200 "sorry" with all real servers up again'],
  ["sorry", nothing, "no real server was stopped"],
  [
    "health-log",
    inside({ logs: { ...good.inside.logs, web143: { access: 0, health: 5, visitors: 0 } } }),
    "web143: access.log has no request, although it was asked",
  ],
  ["one-down", down({ unnoticed: ["lb141"] }), "lb141: still lists web142, whose httpd is stopped"],
  ["one-down", down({ back: [silent] }), "client: got no answer with all real servers up again"],
  ["mail", down({ mail: { ...good.down.mail, lb141: "" } }), "lb141: mailed 0 times that a real server is DOWN, of 2"],
  [
    "mail",
    down({ mail: { ...good.down.mail, lb140: mail("node1").replace("- UP", "") } }),
    "lb140: mailed 1 times that a real server is UP, of 2",
  ],
  ["mail", down({ mail: { ...good.down.mail, lb140: mail("node2") } }), "lb140: a mail does not begin with [node1]"],
  [
    "mail",
    down({ mail: { ...good.down.mail, lb140: mail("node1").replaceAll("root@", "toor@") } }),
    "lb140: no mail to root@localhost",
  ],
  ["mail-state", failover({ mail: {} }), "lb141: no mail that it became MASTER"],
  [
    "mail-state",
    failover({ mail: { ...good.failover.mail, lb140: mail("node2") } }),
    "lb140: a mail does not begin with [node1]",
  ],
];

describe("checks of several networks", () => {
  for (const check of CHECKED) {
    it(`${checkId(check, topology)} ${check.name}: a healthy lab passes`, () => {
      assert.ok(check.applies(topology));
      assert.deepEqual(check.judge(topology, good).problems, []);
      assert.notEqual(check.judge(topology, good).seen, "");
    });
  }
  for (const [name, seen, says] of cases) {
    it(`${name} fails: ${says}`, () => {
      const problems = CHECKED.find((check) => check.name === name)?.judge(topology, seen).problems ?? [];
      assert.ok(
        problems.some((problem) => problem.includes(says)),
        problems.join("\n") || "no problem was found",
      );
    });
  }
  it("every check has a case in which it fails", () => {
    assert.deepEqual(new Set(cases.map(([name]) => name)), new Set(CHECKED.map(({ name }) => name)));
  });
  it("every point of document 004 has a check", () => {
    const points = new Set(checksFor(topology).map((check) => checkId(check, topology)));
    for (let point = 1; point <= 13; point++) assert.ok(points.has(`004-${point}`), `004-${point}`);
  });
  it("none of them applies to a lab with one network", () => {
    assert.deepEqual(
      NETWORKS.filter((check) => check.applies(lab("dr-keepalived"))),
      [],
    );
  });
});
