import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { askedOf } from "../../../../components/checks/asked";
import { expectedRows, seenRows } from "../../../../components/checks/ownTable";
import type { DaemonSeen } from "../../../../components/looks/daemon";
import type { InstanceTrial, ServiceTrial, TrialSeen } from "../../../../components/looks/drilled";
import type { LabSeen } from "../../../../components/looks/lab";
import type { NodeSeen } from "../../../../components/looks/machine";
import { parseSaved, type SavedService } from "../../../../components/looks/savedTable";
import { loadTopology } from "../../../../documents/load";
import { inRoot } from "../../../../operations/paths";
import { chooseChecks } from "../../../../operations/verify";
import { checksFor } from "../../../../operations/verify/checks";
import { PREDICTIONS } from "../../../../operations/verify/checks/predictions";
import { SITES } from "../../../../operations/verify/checks/sites";
import { runningDifferences } from "../../../../operations/drift/running";
import { resultLines } from "../../../../operations/verify/report";
import { plain } from "../../../../operations/terminal/terminal";
import type { Topology } from "../../../../model/topology/topology";
import { bring, instance } from "../../model/topology/own/bring";
import { nothingAsked } from "./healthy";

const topology = loadTopology(inRoot("tests", "fixtures", "valid-site-dns.yaml"));
const vip = "10.9.60.100";
const understood = (name: string): string => fs.readFileSync(inRoot("tests", "fixtures", "understood", name), "utf8");

/** What ipvsadm saves of the fixture's directors. */
const saved = `-A -t ${vip}:80 -s wlc -p 50
-a -t ${vip}:80 -r 10.9.60.21:80 -g -w 2
-a -t ${vip}:80 -r 10.9.60.22:80 -g -w 1
-A -u ${vip}:53 -s rr
-a -u ${vip}:53 -r 10.9.60.21:53 -g -w 1
-a -u ${vip}:53 -r 10.9.60.22:53 -g -w 1`;
const table = (text = saved): readonly SavedService[] => parseSaved(text.split("\n"));

/** The data that SIGUSR1 gives, with the values of the fixture. */
const dump = (router: { priority: number; state: string }): Pick<DaemonSeen, "vrrp" | "checker"> => ({
  vrrp: `------< VRRP Topology >------
 VRRP Instance = NS
   VRRP Version = 2
   State = ${router.state}
   Interface = ens18
   Multicast address 224.0.0.18
   Gratuitous ARP delay = 5
   Gratuitous ARP repeat = 5
   Gratuitous ARP refresh = 60
   Gratuitous ARP refresh repeat = 1
   Gratuitous ARP lower priority delay = 5
   Gratuitous ARP lower priority repeat = 5
   Down timer adverts = 3
   Virtual Router ID = 60
   Priority = ${router.priority}
   Advert interval = 1 sec
   Accept = enabled
   Preempt = enabled
   Authentication type = SIMPLE_PASSWORD
   Virtual IP (1):
     ${vip}/24 dev ens18 scope global set
   Tracked scripts :
     chk_dns weight -30
     chk_agent weight 0
------< VRRP Scripts >------
 VRRP Script = chk_dns
   Interval = 2 sec
   Weight = -30
   Rise = 1
   Fall = 1
 VRRP Script = chk_agent
   Interval = 5 sec
   Weight = 0
   Rise = 1
   Fall = 1
`,
  checker: understood("keepalived_check.data"),
});

const machine = (name: string, address: string, holds: boolean): NodeSeen =>
  ({
    reachable: true,
    hostname: name,
    addresses: [
      { interface: "ens18", address, prefixLength: 24, label: "ens18" },
      ...(holds ? [{ interface: "ens18", address: vip, prefixLength: 24, label: "ens18", secondary: true }] : []),
    ],
    units: { keepalived: { active: "active", enabled: "enabled" } },
    savedTable: table(),
  }) as unknown as NodeSeen;

const daemon = (router: { priority: number; state: string }): DaemonSeen => ({
  parserCode: 0,
  parserLines: [],
  restarts: 0,
  // What it said of a file that it has read again since.
  log: [
    "Starting Keepalived v2.3.3 (03/30,2025)",
    "(Line 1) Unknown keyword 'x'",
    "Reloading ...",
    "(NS) Entering MASTER STATE",
  ],
  ...dump(router),
});

const moved: InstanceTrial = {
  instance: "NS",
  before: ["lvs1"],
  during: {
    predicted: { [vip]: ["lvs2"] },
    seen: { [vip]: ["lvs2"] },
    limit: 13,
    took: 0.52,
    time: { least: 0.6, most: 0.65 },
  },
  after: { predicted: { [vip]: ["lvs1"] }, seen: { [vip]: ["lvs1"] }, limit: 13, took: 4 },
};
const gone: ServiceTrial = {
  node: "lvs1",
  service: `virtual_server ${vip} 53 UDP`,
  isNoticed: true,
  isListed: false,
  predicted: "served",
  seen: "served",
  limit: 40,
  took: 12.3,
  isBack: true,
};
const trial = (change: Partial<TrialSeen> = {}): TrialSeen => ({
  failure: "keepalived stops on lvs1",
  problems: [],
  instances: [moved],
  services: [],
  ...change,
});

const healthy: LabSeen = {
  nodes: { lvs1: machine("lvs1", "10.9.60.11", true), lvs2: machine("lvs2", "10.9.60.12", false) },
  client: nothingAsked,
  daemons: { lvs1: daemon({ priority: 150, state: "MASTER" }), lvs2: daemon({ priority: 140, state: "BACKUP" }) },
  answers: {
    services: {
      [`${vip} 53 UDP`]: { names: ["ns1", "ns2", "ns1", "ns2"] },
      [`${vip} 80 TCP`]: { names: ["ns1", "ns1"] },
    },
    vips: {},
  },
  stops: [trial()],
  predictions: [trial({ services: [gone] }), trial({ untried: "the system's own", instances: [] })],
};

const withNode = (name: "lvs1" | "lvs2", change: Partial<NodeSeen>): LabSeen => ({
  ...healthy,
  nodes: { ...healthy.nodes, [name]: { ...healthy.nodes[name], ...change } as NodeSeen },
});
const withDaemon = (change: Partial<DaemonSeen>): LabSeen => ({
  ...healthy,
  daemons: { ...healthy.daemons, lvs1: { ...daemon({ priority: 150, state: "MASTER" }), ...change } },
});
const withAnswers = (names: readonly string[], service = "53 UDP"): LabSeen => ({
  ...healthy,
  answers: { services: { ...healthy.answers?.services, [`${vip} ${service}`]: { names } }, vips: {} },
});
const at = (name: string, prefixLength: number, card = "ens18") => ({
  addresses: [{ interface: card, address: vip, prefixLength, label: card }],
  hostname: name,
});

const stepAt = (names: readonly string[]): TrialSeen =>
  trial({ instances: [{ ...moved, during: { ...moved.during, seen: { [vip]: names } } }] });

/** What the parser says of scripts of root. The daemon goes on. */
const INSECURE = [
  "WARNING - default user 'keepalived_script' for script execution does not exist - please create.",
  "SECURITY VIOLATION - scripts are being executed but script_security not enabled.",
  "SECURITY VIOLATION - check scripts are being executed but script_security not enabled. There are insecure scripts.",
];

const CASES: readonly (readonly [check: string, seen: LabSeen, says: string])[] = [
  ["one-holder", withNode("lvs1", { addresses: [] }), `lvs1: does not hold ${vip} of NS`],
  ["one-holder", withNode("lvs2", at("lvs2", 24)), `lvs2: holds ${vip} of NS, which must be on lvs1`],
  ["one-holder", withNode("lvs1", at("lvs1", 32)), `lvs1: ${vip} of NS is /32, must be /24`],
  ["one-holder", withNode("lvs1", at("lvs1", 24, "eth9")), `lvs1: ${vip} of NS is on eth9, must be on ens18`],
  ["one-holder", withNode("lvs2", { reachable: false }), "lvs2: does not answer SSH"],
  ["own-table", withNode("lvs2", { savedTable: [] }), `lvs2: the IPVS table lacks UDP ${vip}:53 rr`],
  [
    "own-table",
    withNode("lvs1", { savedTable: table(saved.replace("-w 2", "-w 3")) }),
    `lvs1: the IPVS table has TCP ${vip}:80 -> 10.9.60.21:80 DR weight 3, which is not in its configuration`,
  ],
  [
    "own-table",
    withNode("lvs1", { savedTable: table(saved.replace("-p 50", "-p 60")) }),
    "lacks TCP 10.9.60.100:80 wlc persistent 50",
  ],
  ["own-runs", withDaemon({ restarts: 2 }), "lvs1: systemd started keepalived again 2 times"],
  [
    "own-runs",
    withDaemon({ parserCode: 4, parserLines: ["(Line 3) Unknown keyword 'x'"] }),
    "lvs1: keepalived --config-test: (Line 3) Unknown keyword",
  ],
  [
    "own-runs",
    withDaemon({ log: ["Healthcheck child process(3) died: Respawning"] }),
    "lvs1: its log says: Healthcheck child",
  ],
  [
    "own-runs",
    withDaemon({ log: ["pid 342 exited due to signal 9 (Killed) - has rlimit_rttime been exceeded?"] }),
    "lvs1: its log says: pid 342 exited due to signal 9 (Killed) - has rlimit_rttime been exceeded?",
  ],
  [
    "own-runs",
    withDaemon({ log: ["Reloading ...", "(Line 3) Unknown keyword 'x'"] }),
    "lvs1: its log says: (Line 3) Unknown keyword",
  ],
  [
    "own-runs",
    withNode("lvs1", { units: { keepalived: { active: "failed", enabled: "enabled" } } }),
    "lvs1: keepalived.service is failed",
  ],
  ["own-runs", { ...healthy, daemons: {} }, "lvs1: does not say what its keepalived does"],
  [
    "own-runs",
    withDaemon({ parserCode: 5, parserLines: [...INSECURE, "(Line 3) Unknown keyword 'x'"] }),
    "lvs1: keepalived --config-test: (Line 3) Unknown keyword",
  ],
  ["states", withDaemon(dump({ priority: 150, state: "BACKUP" })), "lvs1: NS is BACKUP, must be MASTER"],
  [
    "understood",
    withDaemon(dump({ priority: 99, state: "MASTER" })),
    "lvs1: vrrp_instance NS: keepalived goes by priority 99, the file says 150",
  ],
  ["services-answer", withAnswers(["ns1", "ns1"]), `${vip} 53 UDP: ns2 gave none of 2 answers`],
  ["services-answer", withAnswers(["ns1", "(no answer)"]), `${vip} 53 UDP: got (no answer), must be one of ns1, ns2`],
  ["services-answer", withAnswers([]), `${vip} 53 UDP: was not asked`],
  [
    "services-answer",
    withAnswers(["ns1", "ns2"], "80 TCP"),
    `${vip} 80 TCP at ${vip} 80: got ns1, ns2, though it is persistent`,
  ],
  [
    "stops",
    { ...healthy, stops: [stepAt(["lvs1", "lvs2"])] },
    `keepalived stops on lvs1: NS: during it predict says that ${vip} is on lvs2, seen on lvs1, lvs2 after 13.0 s`,
  ],
  ["stops", { ...healthy, stops: [stepAt([])] }, "seen on nobody"],
  ["stops", { ...healthy, stops: [] }, "no failure was brought about"],
  [
    "stops",
    { ...healthy, stops: [trial({ problems: ["lvs1: no answer"], instances: [] })] },
    "keepalived stops on lvs1: lvs1: no answer",
  ],
  [
    "predictions",
    { ...healthy, predictions: [trial({ services: [{ ...gone, isListed: true, seen: "no answer" }] })] },
    "predict says that a check takes it out, seen in the table after 40.0 s",
  ],
  [
    "predictions",
    { ...healthy, predictions: [trial({ services: [{ ...gone, isNoticed: false }] })] },
    "predict says that no check notices, seen taken out",
  ],
  [
    "predictions",
    { ...healthy, predictions: [trial({ services: [{ ...gone, seen: "refused" }] })] },
    'predict says "served" for new connections, the table says "refused"',
  ],
  [
    "predictions",
    { ...healthy, predictions: [trial({ services: [{ ...gone, isBack: false }] })] },
    "not back in the table 40.0 s after its return",
  ],
];

const checks = [...SITES, ...PREDICTIONS].filter(({ applies }) => applies(topology));

describe("checks of directors with their own configurations", () => {
  // The checker's data of the fixture speaks of other virtual servers.
  const judged = (name: string, seen: LabSeen): readonly string[] =>
    (checks.find((one) => one.name === name)?.judge(topology, seen).problems ?? ["no such check"]).filter(
      (problem) => !problem.includes("virtual_server") || name !== "understood",
    );

  it("own-runs passes if the parser says of scripts only that they are root's", () => {
    assert.deepEqual(judged("own-runs", withDaemon({ parserCode: 5, parserLines: INSECURE })), []);
    const iptables = "(Line 3) iptables not supported, using nftables instead. Please replace 'vrrp_iptables'";
    assert.deepEqual(judged("own-runs", withDaemon({ parserCode: 5, parserLines: [iptables], log: [iptables] })), []);
  });

  it("understood takes an IPv4 address with a label for one of 32 bits", () => {
    const seen = dump({ priority: 150, state: "MASTER" });
    const vrrp = seen.vrrp.replace(`${vip}/24 dev ens18 scope global`, `${vip} dev ens18 scope global label ens18:vip`);
    assert.deepEqual(judged("understood", withDaemon({ ...seen, vrrp })), [
      `lvs1: vrrp_instance NS: keepalived goes by virtual_ipaddress ${vip}/32 dev ens18, the file says ${vip}/24 dev ens18`,
    ]);
  });

  it("states takes the machine that was first for the MASTER, also of an instance without a VIP", () => {
    const text = (priority: number): string =>
      `vrrp_instance NS {\n    state BACKUP\n    interface eth0\n    virtual_router_id 53\n    priority ${priority}\n    nopreempt\n}\n`;
    const { topology: pair } = bring([text(100), text(90)]);
    const says = (one: string, other: string): LabSeen => ({
      ...healthy,
      nodes: { lb1: machine("lb1", "10.9.9.11", false), lb2: machine("lb2", "10.9.9.12", false) },
      daemons: { lb1: daemon({ priority: 100, state: one }), lb2: daemon({ priority: 90, state: other }) },
    });
    const judge = (seen: LabSeen) => checks.find(({ name }) => name === "states")?.judge(pair, seen).problems;
    assert.deepEqual(judge(says("BACKUP", "MASTER")), []);
    assert.deepEqual(judge(says("BACKUP", "BACKUP")), ["lb1: NS is BACKUP, must be MASTER"]);
    assert.deepEqual(judge(says("MASTER", "MASTER")), ["lb2: NS is MASTER, must be BACKUP"]);
  });

  for (const [title, change, expected] of [
    ["passes if all of them went on", {}, []],
    [
      "fails if the other director knew none",
      { known: 0, after: 0 },
      ["keepalived stopped on lb1: 0 of 20 connections went on; the other director knew 0 of them"],
    ],
    [
      "fails if one is lost: 5 %",
      { after: 19 },
      ["keepalived stopped on lb1: 19 of 20 connections went on; the other director knew 20 of them"],
    ],
    [
      "fails if the service does not answer",
      { before: 12, after: 20 },
      ["client: 12 of 20 connections answered before it"],
    ],
    [
      "fails if the VIP stays",
      { moved: false, after: 0 },
      ["keepalived stopped on lb1: no other director got the VIP"],
    ],
  ] as const)
    it(`connections-survive ${title}`, () => {
      const check = SITES.find(({ name }) => name === "connections-survive");
      const survival = { held: 20, known: 20, stopped: "lb1", moved: true, before: 20, after: 20, ...change };
      assert.deepEqual(check?.judge(topology, { ...healthy, survival }).problems, expected);
      assert.equal(check.judge(topology, healthy).problems.length, 1);
    });

  it("services-answer knows a real server whose answers have no page by its status", () => {
    const { ns2 } = topology.nodes;
    assert.ok(ns2 !== undefined && "serves" in ns2);
    const serves = (ns2.serves ?? []).map((one) => ({ ...one, status: 204 }));
    const pageless = { ...topology, nodes: { ...topology.nodes, ns2: { ...ns2, serves } } } as Topology;
    const asked = askedOf(pageless)[`${vip} 80 TCP`];
    assert.deepEqual(asked !== undefined && "from" in asked && asked.from, ["ns1", "status 204"]);
    const check = SITES.find(({ name }) => name === "services-answer");
    assert.deepEqual(check?.judge(pageless, withAnswers(["status 204", "status 204"], "80 TCP")).problems, []);
  });

  it("speak of VIPs only where keepalived has an instance", () => {
    const alone = loadTopology(inRoot("tests", "fixtures", "valid-site-checker.yaml"));
    const names = checksFor(alone).map(({ name }) => name);
    for (const name of ["states", "one-holder", "stops", "backends"]) assert.ok(!names.includes(name), name);
    for (const name of ["own-runs", "own-table", "services-answer", "servers"]) assert.ok(names.includes(name), name);
  });

  for (const { name, judge } of checks)
    it(`${name}: a healthy lab passes`, () => {
      assert.deepEqual(judged(name, healthy), []);
      assert.notEqual(judge(topology, healthy).seen, "");
    });

  for (const [name, seen, says] of CASES)
    it(`${name} fails: ${says}`, () => {
      const problems = judged(name, seen);
      assert.ok(
        problems.some((problem) => problem.includes(says)),
        problems.join("\n") || "no problem was found",
      );
    });

  it("every check has a case in which it fails", () => {
    assert.deepEqual(new Set(CASES.map(([name]) => name)), new Set(checks.map(({ name }) => name)));
  });

  it("replace those of rendered configurations, and --predictions adds one", () => {
    const names = checksFor(topology).map(({ name }) => name);
    for (const name of ["tables", "arp", "client-arp", "scheduler-modules", "failover"])
      assert.ok(!names.includes(name), name);
    const chosen = (only: readonly string[], predictions: boolean) =>
      chooseChecks(topology, { only, predictions }).some(({ name }) => name === "predictions");
    assert.deepEqual(
      [chosen([], false), chosen([], true), chosen(["predictions"], false), chosen(["stops"], true)],
      [false, true, true, false],
    );
  });

  it("print a row for each failure", () => {
    const check = PREDICTIONS.find(({ name }) => name === "predictions");
    const finding = check?.judge(topology, healthy) ?? assert.fail();
    const result = { ...finding, id: "predictions", name: "predictions", title: "t", ok: true, seconds: 1 };
    assert.deepEqual(
      resultLines(result, plain)
        .split("\n")
        .slice(2)
        .map((line) => line.trim().split(/ {2,}/)),
      [
        ["FAILURE", "OF", "PREDICTED", "SEEN", "TIME"],
        [
          "keepalived stops on lvs1",
          "NS",
          "lvs1 > lvs2 > lvs1",
          "lvs1 > lvs2 > lvs1",
          "moved in 0.5 s (predicted 0.6 to 0.65 s), back in 4.0 s",
        ],
        ["keepalived stops on lvs1", `lvs1 virtual_server ${vip} 53 UDP`, "served", "served", "noticed in 12.3 s"],
        ["keepalived stops on lvs1", "-", "-", "not tried", "the system's own"],
      ],
    );
  });

  it("drift compares their tables and VIPs, too", () => {
    const differences = (seen: LabSeen): readonly string[] =>
      runningDifferences(topology, seen.nodes).flatMap(({ path, expected, found }) =>
        path.startsWith("VIP") || path.includes("IPVS") ? [`${path}: ${found}, must be ${expected}`] : [],
      );
    assert.deepEqual(differences(healthy), []);
    assert.deepEqual(differences(withNode("lvs2", at("lvs2", 24))), [`VIP ${vip}: on lvs1, lvs2, must be on lvs1`]);
    assert.deepEqual(differences(withNode("lvs2", { savedTable: table(saved.split("\n").slice(0, -1).join("\n")) })), [
      `lvs2:IPVS table: nothing, must be UDP ${vip}:53 -> 10.9.60.22:53 DR weight 1`,
    ]);
  });
});

describe("a saved IPVS table", () => {
  it("is read with both families, marks, flags and tunnels", () => {
    const text = `-A -t [2001:DB8:0:0::1]:80 -s sh -b sh-port,sh-fallback
-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -i -w 0 --tun-type gue
-A -f 5 -6 -s rr -p 300 -M 64
-a -f 5 -6 -r [2001:db8::3]:0 -m -w 4
-A -f 5 -s mh -o`;
    assert.deepEqual(parseSaved(text.split("\n")), [
      {
        service: "TCP [2001:db8::1]:80",
        scheduler: "sh",
        more: ["sh-fallback", "sh-port"],
        realServers: [{ at: "[2001:db8::2]:80", forwarding: "TUN gue", weight: 0 }],
      },
      {
        service: "FWM 5 IPv6",
        scheduler: "rr",
        more: ["mask 64", "persistent 300"],
        realServers: [{ at: "[2001:db8::3]:0", forwarding: "NAT", weight: 4 }],
      },
      { service: "FWM 5", scheduler: "mh", more: ["ops"], realServers: [] },
    ]);
  });

  it("has a row for each address of the group, with the port of the service where nothing maps it", () => {
    const crossed = loadTopology(inRoot("tests", "fixtures", "valid-site-crossed.yaml"));
    assert.deepEqual(expectedRows(crossed, "gw1"), [
      "TCP [2001:db8:61::100]:80 rr",
      "TCP [2001:db8:61::100]:80 -> [2001:db8:61::21]:80 DR weight 1",
      "TCP 10.9.61.100:8080 rr",
      "TCP 10.9.61.100:8080 -> 10.9.62.22:80 NAT weight 1",
    ]);
  });

  it("has an idle sorry server only where keepalived leaves it there", () => {
    const withSorry = (inhibit: string) =>
      bring([
        instance(
          "",
          `virtual_server 10.9.9.100 80 {\n    protocol TCP\n    lb_kind NAT\n    sorry_server 10.9.9.22 80\n${inhibit}    real_server 10.9.9.21 80 {\n    }\n}\n`,
        ),
      ]).topology;
    const seen = table(
      "-A -t 10.9.9.100:80 -s wlc\n-a -t 10.9.9.100:80 -r 10.9.9.21:80 -m -w 1\n-a -t 10.9.9.100:80 -r 10.9.9.22:80 -m -w 0",
    );
    const rows = ["TCP 10.9.9.100:80 wlc", "TCP 10.9.9.100:80 -> 10.9.9.21:80 NAT weight 1"];
    assert.deepEqual(seenRows(withSorry("    sorry_server_inhibit\n"), "lb1", seen), rows);
    assert.deepEqual(seenRows(withSorry(""), "lb1", seen), [...rows, "TCP 10.9.9.100:80 -> 10.9.9.22:80 NAT weight 0"]);
  });
});
