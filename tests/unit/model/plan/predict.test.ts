import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../../operations/paths";
import { shown } from "../../../../model/plan/predict/failure";
import { predict, type Prediction } from "../../../../model/plan/predict/predict";
import type { InstanceOutcome, Scenario } from "../../../../model/plan/predict/scenario";
import { planOfFiles } from "./sites";

/** A vrrp_instance with the given settings. */
interface Shape {
  readonly name?: string;
  readonly card?: string;
  readonly id?: number;
  readonly vip?: string;
  readonly priority: number;
  readonly more?: string;
}

const instance = ({
  name = "VI_1",
  card = "eth0",
  id = 51,
  vip = "192.0.2.100",
  priority,
  more = "",
}: Shape): string => `
vrrp_instance ${name} {
  interface ${card}
  virtual_router_id ${id}
  priority ${priority}
  ${more}
  virtual_ipaddress {
    ${vip}
  }
}
`;

const predicted = (files: Readonly<Record<string, string>>, two = false): Prediction =>
  predict(
    planOfFiles(
      new Map(
        Object.entries(files).map(([name, text]) => [
          name.includes(".") ? name : `${name}/keepalived.conf`,
          { text, isExecutable: false },
        ]),
      ),
    ),
    { two },
  );

const scenario = ({ scenarios }: Prediction, failure: string): Scenario => {
  const found = scenarios.find(({ failures }) => failures.map(shown).join() === failure);
  assert.ok(found, `${failure} is none of ${scenarios.map(({ failures }) => failures.map(shown).join()).join(", ")}`);
  return found;
};
const outcome = (prediction: Prediction, failure: string, name = "VI_1"): InstanceOutcome => {
  const found = scenario(prediction, failure).instances.find((one) => one.instance === name);
  assert.ok(found);
  return found;
};
/** `a > b > a`: MASTER before, during and after a failure. */
const way = (prediction: Prediction, failure: string, name?: string): string => {
  const { before, during, after } = outcome(prediction, failure, name);
  return [before, during, after].map((names) => names.join("+") || "nobody").join(" > ");
};
const rules = ({ findings }: Prediction): readonly string[] => findings.map(({ rule }) => rule);
const near = (got: number | undefined, wanted: number): void =>
  assert.ok(got !== undefined && Math.abs(got - wanted) < 0.001, `${got}, not ${wanted}`);
/** A cut makes two MASTERs in every pair. */
const others = (prediction: Prediction): readonly string[] =>
  prediction.findings
    .filter(({ failures }) => failures.every(({ kind }) => kind !== "cut"))
    .map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);

const SCRIPT = (weight: string, more = ""): string =>
  `vrrp_script chk {\n script "/bin/true"\n interval 2\n ${weight}\n ${more}\n}\n`;
const TRACK = "track_script {\n chk\n }";
const BACKUP = "state BACKUP\n nopreempt";
const server = (more = "TCP_CHECK {\n connect_timeout 3\n }", vs = ""): string => `
virtual_server 192.0.2.100 80 {
  delay_loop 6
  lb_algo rr
  lb_kind DR
  protocol TCP
  ${vs}
  real_server 192.0.2.21 80 {
    ${more}
  }
  real_server 192.0.2.22 80 {
    ${more}
  }
}
`;

describe("what a failure does", () => {
  const golden = (lab: string): Prediction =>
    predicted({
      a: fs.readFileSync(inRoot("tests", "golden", "keepalived", `${lab}.zhuserver.conf`), "utf8"),
      b: fs.readFileSync(inRoot("tests", "golden", "keepalived", `${lab}.beiserver.conf`), "utf8"),
    });

  describe("to the labs' own pairs", () => {
    it("dr-keepalived: the VIP moves and returns; measured in the lab: 3.21 s after a lost machine, 0.76 s after a clean stop", () => {
      const prediction = golden("dr-keepalived");
      assert.equal(way(prediction, "a is down"), "a > b > a");
      const { nobody } = outcome(prediction, "a is down");
      assert.ok(nobody && nobody.least < 3.21 && 3.21 < nobody.most, JSON.stringify(nobody));
      assert.equal(way(prediction, "keepalived stops on a"), "a > b > a");
      near(outcome(prediction, "keepalived stops on a").nobody?.most, (256 - 90) / 256);
      assert.equal(way(prediction, "b is down"), "a > a > a");
      assert.deepEqual(others(prediction), []);
    });

    it("dr-keepalived-nopreempt: the VIP stays", () => {
      const prediction = golden("dr-keepalived-nopreempt");
      assert.equal(way(prediction, "a is down"), "a > b > b");
      assert.deepEqual(others(prediction), ["note never-returns: VI_1: b keeps it after a recovers: nopreempt"]);
    });

    it("dr-keepalived-preempt-delay: the VIP returns after the delay", () => {
      const prediction = golden("dr-keepalived-preempt-delay");
      assert.equal(way(prediction, "a is down"), "a > b > a");
      const { returned } = outcome(prediction, "a is down");
      assert.ok(returned && returned.least > 15, JSON.stringify(returned));
    });
  });

  describe("in time", () => {
    const pair = (more: string): Prediction =>
      predicted({ a: instance({ priority: 200, more }), b: instance({ priority: 100, more }) });
    for (const [what, more, least, most] of [
      ["VRRPv2: skew in parts of a second", "version 2\n advert_int 2", 4 + 156 / 256, 6 + 156 / 256],
      ["VRRPv3: skew in parts of the interval", "version 3\n advert_int 2", 4 + 312 / 256, 6 + 312 / 256],
      [
        "fewer adverts may be lost",
        "version 3\n advert_int 0.1\n down_timer_adverts 2",
        0.1 + 15.6 / 256,
        0.2 + 15.6 / 256,
      ],
    ] as const)
      it(what, () => {
        const { nobody } = outcome(pair(more), "a is down");
        near(nobody?.least, least);
        near(nobody?.most, most);
      });

    it("VRRPv3: the MASTER's interval from its adverts", () => {
      const prediction = predicted({
        a: instance({ priority: 200, more: "version 3\n advert_int 2" }),
        b: instance({ priority: 100, more: "version 3\n advert_int 1" }),
      });
      near(outcome(prediction, "a is down").nobody?.most, 6 + 312 / 256);
    });

    it("a script: fall runs, then only the skew, because FAULT sends priority 0", () => {
      const script = SCRIPT("", "fall 3");
      const prediction = predicted({
        a: script + instance({ priority: 200, more: TRACK }),
        b: script + instance({ priority: 100, more: TRACK }),
      });
      const { noticed, nobody, moved } = outcome(prediction, "script chk fails on a");
      assert.deepEqual(noticed, { least: 4, most: 6 });
      near(nobody?.most, 156 / 256);
      near(moved?.most, 6 + 156 / 256);
    });

    it("state MASTER waits no less when it starts, the owner of the address does not wait", () => {
      const states = predicted({
        a: instance({ priority: 200, more: "state MASTER" }),
        b: instance({ priority: 100, more: "state BACKUP" }),
      });
      near(outcome(states, "a is down").returned?.most, 3 + 56 / 256);
      near(outcome(states, "eth0 of a is down").returned?.most, 3 + 56 / 256);
      const owner = predicted({
        a: instance({ priority: 255, more: "state MASTER" }),
        b: instance({ priority: 100, more: "state BACKUP" }),
      });
      near(outcome(owner, "a is down").returned?.most, 0);
    });
  });

  describe("by weights", () => {
    const pair = (weight: string, more = ""): Prediction =>
      predicted({
        a: SCRIPT(weight) + instance({ priority: 100, more: `${TRACK}\n ${more}` }),
        b: SCRIPT(weight) + instance({ priority: 90, more: `${TRACK}\n ${more}` }),
      });
    for (const [weight, wanted] of [
      ["weight -20", "a > b > a"],
      ["weight -5", "a > a > a"],
      ["weight -10", "a > a > a"],
      ["weight 20", "a > b > a"],
      ["weight 5", "a > a > a"],
      ["", "a > b > a"],
    ] as const)
      it(`${weight || "without one"}: ${wanted}`, () => {
        const prediction = pair(weight);
        assert.equal(way(prediction, "script chk fails on a"), wanted);
        assert.equal(rules(prediction).includes("vip-stays"), wanted === "a > a > a");
      });

    it("that change the order: the old MASTER serves until the new one takes over", () => {
      const { nobody, moved } = outcome(pair("weight -20"), "script chk fails on a");
      assert.equal(nobody?.most, 0);
      near(moved?.most, 2 + 3 + 166 / 256);
    });

    it("together with nopreempt: no machine takes a living MASTER's VIP", () => {
      const prediction = pair("weight -20", BACKUP);
      assert.equal(way(prediction, "script chk fails on a"), "a > a > a");
      assert.ok(rules(prediction).includes("vip-stays"));
    });

    it("of a sync group's member: they do not count", () => {
      const group = "vrrp_sync_group G {\n group {\n VI_1\n VI_2\n }\n}\n";
      const node = (priority: number): string =>
        SCRIPT("weight -20") +
        instance({ priority, more: TRACK }) +
        instance({ name: "VI_2", card: "eth1", id: 52, vip: "198.51.100.100", priority }) +
        group;
      const prediction = predicted({ a: node(100), b: node(90) });
      assert.equal(way(prediction, "script chk fails on a"), "a > a > a");
      assert.ok(rules(prediction).includes("vip-stays"));
    });
  });

  describe("to two instances", () => {
    const node = (priority: number, group: string, more = ""): string =>
      instance({ priority }) +
      instance({ name: "VI_2", card: "eth1", id: 52, vip: "198.51.100.100", priority, more }) +
      group;
    const GROUP = "vrrp_sync_group G {\n group {\n VI_1\n VI_2\n }\n}\n";

    it("with a sync group: both move together, and both return", () => {
      const prediction = predicted({ a: node(100, GROUP), b: node(90, GROUP) });
      for (const name of ["VI_1", "VI_2"]) assert.equal(way(prediction, "eth0 of a is down", name), "a > b > a", name);
      // The second one sends priority 0 at once, and waits for the first.
      near(outcome(prediction, "eth0 of a is down", "VI_2").nobody?.most, 3 + 166 / 256);
      assert.deepEqual(others(prediction), []);
    });

    it("without one: the inner VIP stays behind", () => {
      const prediction = predicted({ a: node(100, ""), b: node(90, "") });
      assert.equal(way(prediction, "eth0 of a is down", "VI_1"), "a > b > a");
      assert.equal(way(prediction, "eth0 of a is down", "VI_2"), "a > a > a");
      assert.ok(rules(prediction).includes("partner-left"));
    });

    it("crossed: each machine takes the other's VIP, and gives it back", () => {
      const crossed = (one: number, two: number): string =>
        instance({ priority: one }) + instance({ name: "VI_2", id: 52, vip: "192.0.2.101", priority: two });
      const prediction = predicted({ a: crossed(100, 90), b: crossed(90, 100) });
      assert.equal(way(prediction, "a is down", "VI_1"), "a > b > a");
      assert.equal(way(prediction, "a is down", "VI_2"), "b > b > b");
      assert.equal(way(prediction, "b is down", "VI_2"), "b > a > b");
      assert.deepEqual(others(prediction), []);
    });

    it("of both families: each has its own adverts", () => {
      const both = (priority: number): string =>
        instance({ priority }) + instance({ name: "VI_6", id: 52, vip: "2001:db8::100", priority });
      const prediction = predicted({ a: both(100), b: both(90) });
      for (const name of ["VI_1", "VI_6"]) assert.equal(way(prediction, "a is down", name), "a > b > a", name);
    });
  });

  describe("to machines that do not hear each other", () => {
    const unicast = (own: string, peers: string, priority: number): string =>
      instance({ priority, more: `unicast_src_ip ${own}\n unicast_peer {\n ${peers}\n }` });
    const [A, B, C] = ["192.0.2.11", "192.0.2.12", "192.0.2.13"];

    it("by unicast with full lists: the next one of three takes over", () => {
      const prediction = predicted(
        { a: unicast(A, `${B}\n${C}`, 100), b: unicast(B, `${A}\n${C}`, 90), c: unicast(C, `${A}\n${B}`, 80) },
        true,
      );
      assert.equal(way(prediction, "a is down"), "a > b > a");
      assert.equal(way(prediction, "b is down"), "a > a > a");
      assert.deepEqual(others(prediction), []);
    });

    it("by unicast with a missing peer: that one is MASTER as well", () => {
      const prediction = predicted({
        a: unicast(A, B, 100),
        b: unicast(B, `${A}\n${C}`, 90),
        c: unicast(C, `${A}\n${B}`, 80),
      });
      assert.deepEqual(prediction.calm.instances[0]?.before, ["a", "c"]);
      const [first] = prediction.findings;
      assert.equal(first?.severity, "error");
      assert.match(first?.message ?? "", /a and c are MASTER at once.*192\.0\.2\.13 is not in unicast_peer of a/);
    });

    for (const [what, a, b] of [
      ["virtual_router_id", { id: 51 }, { id: 52 }],
      ["version", { more: "version 2" }, { more: "version 3" }],
      ["advert_int", { more: "advert_int 1" }, { more: "advert_int 2" }],
      ["password", { more: PASS("s3same") }, { more: PASS("0ther") }],
    ] as const)
      it(`by another ${what}: both are MASTER, and no password is shown`, () => {
        const prediction = predicted({ a: instance({ priority: 100, ...a }), b: instance({ priority: 90, ...b }) });
        assert.deepEqual(prediction.calm.instances[0]?.before, ["a", "b"]);
        assert.equal(prediction.findings[0]?.rule, "two-masters");
        assert.doesNotMatch(JSON.stringify([prediction.findings, prediction.scenarios]), /s3same|0ther/);
      });

    it("by a cut: two MASTERs, which is a note, and one again after it", () => {
      const prediction = predicted({ a: instance({ priority: 100 }), b: instance({ priority: 90 }) });
      assert.equal(way(prediction, "no adverts between a and b"), "a > a+b > a");
      assert.deepEqual(
        prediction.findings.map(({ severity, rule }) => [severity, rule]),
        [["note", "two-masters"]],
      );
    });

    it("with equal priorities: the higher address wins, and none takes the VIP from the other", () => {
      const card = (address: string): string =>
        JSON.stringify([{ ifname: "eth0", addr_info: [{ local: address, prefixlen: 24 }] }]);
      const prediction = predicted({
        a: instance({ priority: 100 }),
        b: instance({ priority: 100 }),
        "a/address.json": card("192.0.2.9"),
        "b/address.json": card("192.0.2.10"),
      });
      assert.equal(way(prediction, "b is down"), "b > a > a");
      assert.ok(others(prediction).some((text) => text.includes("no machine has a higher priority")));
      assert.doesNotMatch(prediction.assumed.join(), /equal priorities/);
    });

    it("with equal priorities and unknown addresses: lists its assumptions, also about BFD", () => {
      const bfd = "bfd_instance up {\n neighbor_ip 192.0.2.1\n}\n";
      const node = bfd + instance({ priority: 100, more: "track_bfd {\n up\n }" });
      assert.match(
        predicted({ a: node, b: node }).assumed.join(),
        /VI_1: with equal priorities, the first machine has the higher address,BFD sessions stay up: up/,
      );
    });
  });

  describe("that is not repaired", () => {
    it("a single machine: none takes over", () => {
      const prediction = predicted({ a: instance({ priority: 100 }) });
      assert.equal(way(prediction, "a is down"), "a > nobody > a");
      assert.equal(outcome(prediction, "a is down").nobody, undefined);
      assert.ok(rules(prediction).includes("nobody-takes-over"));
    });

    it("a group with an instance that no other machine has: none takes over, although one could", () => {
      const group = "vrrp_sync_group G {\n group {\n VI_1\n VI_2\n }\n track_script {\n chk\n }\n}\n";
      const two = instance({ name: "VI_2", card: "eth1", id: 52, vip: "198.51.100.100", priority: 100 });
      const three = instance({ name: "VI_2", card: "eth1", id: 52, vip: "198.51.100.100", priority: 90 });
      const c = instance({ name: "VI_2", card: "eth1", id: 52, vip: "198.51.100.100", priority: 95 });
      const prediction = predicted({
        a: SCRIPT("") + instance({ priority: 100 }) + two + group,
        b: SCRIPT("") + instance({ priority: 90 }) + three + group,
        c,
      });
      assert.equal(way(prediction, "script chk fails on a", "VI_2"), "a > c > a");
      assert.equal(way(prediction, "script chk fails on a", "VI_1"), "a > nobody > a");
      assert.ok(
        prediction.findings.some(({ severity, rule }) => severity === "warning" && rule === "nobody-takes-over"),
      );
    });

    it("a script that no instance tracks is reported, a tracked one is not", () => {
      const with_ = (more: string): Prediction =>
        predicted({
          a: SCRIPT("") + instance({ priority: 100, more }),
          b: SCRIPT("") + instance({ priority: 90, more }),
        });
      assert.ok(rules(with_("")).includes("unnoticed"));
      assert.ok(!rules(with_(TRACK)).includes("unnoticed"));
    });

    it("a check that one run changes is a note of flapping; with fall 2 it is not", () => {
      const flaps = (more: string): boolean => {
        const node = (priority: number): string => SCRIPT("", more) + instance({ priority, more: TRACK });
        return rules(predicted({ a: node(100), b: node(90) })).includes("flapping");
      };
      assert.ok(flaps(""));
      assert.ok(!flaps("fall 2"));
    });

    it("three sync groups that each beat the next one: the VIPs never stop moving", () => {
      const part = (name: string, at: number, priority: number): string =>
        instance({ name, card: `eth${at}`, id: 50 + at, vip: `198.51.100.10${at}`, priority });
      const group = (one: string, two: string): string => `vrrp_sync_group G {\n group {\n ${one}\n ${two}\n }\n}\n`;
      const round = (last: number): Prediction =>
        predicted({
          a: part("VI_A", 0, 100) + part("VI_B", 1, 90) + group("VI_A", "VI_B"),
          b: part("VI_B", 1, 100) + part("VI_C", 2, 90) + group("VI_B", "VI_C"),
          c: part("VI_C", 2, last) + part("VI_A", 0, 90) + group("VI_C", "VI_A"),
        });
      assert.equal(round(100).calm.isSettled, false);
      assert.ok(round(100).findings.some(({ severity, rule }) => severity === "error" && rule === "flapping"));
      assert.equal(round(80).calm.isSettled, true);
    });

    it("two at once: effects that neither has alone", () => {
      const script = SCRIPT("");
      const prediction = predicted(
        {
          a: script + instance({ priority: 100, more: TRACK }),
          b: script + instance({ priority: 90, more: TRACK }),
        },
        true,
      );
      assert.ok(
        prediction.pairs.some(
          ({ failures }) => failures.map(shown).join() === "script chk fails on a,script chk fails on b",
        ),
      );
      assert.ok(!prediction.pairs.some(({ failures }) => failures.every(({ kind }) => kind === "node")));
    });
  });

  describe("to clients of virtual servers", () => {
    const site = (services: string, more: Readonly<Record<string, string>> = {}): Prediction =>
      predicted({
        a: instance({ priority: 100 }) + services,
        b: instance({ priority: 90 }) + services,
        ...more,
      });
    const card = JSON.stringify([
      { ifname: "eth0", addr_info: [{ local: "198.51.100.11", prefixlen: 24 }] },
      { ifname: "eth1", addr_info: [{ local: "192.0.2.11", prefixlen: 24 }] },
    ]);

    it("half of them get no answer until the checker notices", () => {
      assert.deepEqual(scenario(site(server()), "real server 192.0.2.21 is down").services, [
        {
          node: "a",
          service: "virtual_server 192.0.2.100 80 TCP",
          share: 0.5,
          noticed: { least: 7, most: 13 },
          then: "served",
        },
      ]);
    });

    it("below the quorum the sorry server answers; without real servers and sorry server they are refused", () => {
      const sorry = server(undefined, "quorum 2\n sorry_server 192.0.2.30 80");
      assert.equal(scenario(site(sorry), "real server 192.0.2.21 is down").services[0]?.then, "sorry server");
      const away = site(server(), { "a/address.json": card });
      assert.equal(scenario(away, "eth1 of a is down").services[0]?.then, "refused");
    });

    it("a real server without a check and a card that nothing tracks fail unnoticed", () => {
      const without = site(server("weight 1"));
      assert.equal(scenario(without, "real server 192.0.2.21 is down").services[0]?.then, "no answer");
      assert.ok(rules(without).includes("unnoticed"));
      assert.ok(rules(site(server(), { "a/address.json": card })).includes("unnoticed"));
      assert.ok(!rules(site(server())).includes("unnoticed"));
    });
  });

  it("is two MASTERs where neither hears the other's unicast adverts over IPv6", () => {
    const six = (priority: number, more: string): string =>
      instance({ vip: "fe80::100", priority, more: `version 3\n${more}` });
    const mastersOf = (one: string, other: string): readonly (readonly string[])[] =>
      predicted({ lb1: six(100, one), lb2: six(90, other) }).calm.instances.map(({ before }) => before);
    const peer = (address: string): string => `unicast_peer {\n${address}\n}`;
    const source = (address: string): string => `unicast_src_ip ${address}\n`;
    const [a, b] = ["2001:db8::11", "2001:db8::12"];
    assert.deepEqual(mastersOf(peer(b), peer(a)), [["lb1", "lb2"]]);
    assert.deepEqual(mastersOf(source(a) + peer(b), source(b) + peer(a)), [["lb1"]]);
    assert.deepEqual(mastersOf(peer("fe80::12"), peer("fe80::11")), [["lb1"]]);
  });
});

function PASS(word: string): string {
  return `authentication {\n auth_type PASS\n auth_pass ${word}\n }`;
}
