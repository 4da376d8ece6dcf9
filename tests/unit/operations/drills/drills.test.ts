import * as assert from "node:assert/strict";
import { compile } from "../../../../model/topology/compile";
import { highestPriority, servicesOf } from "../../../../model/topology/queries";
import type { Topology } from "../../../../model/topology/topology";
import { chooseDrills, DRILLS, drillsFor, isDrill } from "../../../../operations/drills";
import { judged, since, statesOf } from "../../../../operations/drills/course";
import type { Place } from "../../../../operations/drills/drill";
import { runLines } from "../../../../operations/drills/report";
import { drillsAsked } from "../../../../operations/drills/run";
import { TOLERANCE, toleranceOf } from "../../../../operations/drills/verdict";
import { plain } from "../../../../operations/terminal/terminal";
import { fixture, lab } from "../../../fixtures";
import { type Course, recorded } from "./recorded";

const drillOf = (name: string) => DRILLS.find((one) => one.name === name) ?? assert.fail(name);

/** A lab that is well, with its usual target. */
function placeOf(topology: Topology, name: string): Place {
  const service = servicesOf(topology)[0] ?? assert.fail();
  const holder = highestPriority(topology)?.name ?? "";
  const known = {
    topology,
    plan: compile(topology, { authPass: "x" }),
    service,
    holder,
    family: () => "debian" as const,
  };
  return { ...known, target: drillOf(name).targets(known)[0] ?? "" };
}

/** Claims that a timeline refutes. */
const refuted = (name: string, course: Course, topology = lab("dr-keepalived")): string[] =>
  judged(drillOf(name), placeOf(topology, name), recorded(course), { rate: 10, tolerance: TOLERANCE })
    .figures.filter(({ ok }) => !ok)
    .map((figure) => figure.name);

/** The VIP goes to beiserver at `moved`, and comes back at 12. */
const moves = (moved: number, last = moved - 0.648): Course => ({
  lost: [[0, moved]],
  adverts: [
    ["zhuserver", last - 3, last + 0.5],
    ["beiserver", moved, 12],
    ["zhuserver", 12, 20],
  ],
  states: [
    [0.05, "zhuserver", "STOPPED"],
    [moved, "beiserver", "MASTER"],
    [8.2, "zhuserver", "BACKUP"],
    [12, "zhuserver", "MASTER"],
    [12.01, "beiserver", "BACKUP"],
  ],
});

/** A crash at 0, 0.3 s after the last advert. */
const crash = (moved: number): Course => moves(moved, -0.3);

/** The master dies, but its kernel serves on. */
const kill = (course: Course): Course => ({ ...course, lost: [] });

const bothMaster: Course = {
  adverts: [
    ["zhuserver", -3, 20],
    ["beiserver", 3.2, 8.9],
  ],
  states: [
    [3.2, "beiserver", "MASTER"],
    [9, "beiserver", "BACKUP"],
  ],
};

const refusals: Course = {
  heal: 25,
  to: 36,
  lost: [[0.2, 11]],
  by: (seq, at) => (at > 11 && at < 28 ? "web2" : seq % 2 === 0 ? "web1" : "web2"),
};

const drained: Course = {
  heal: 6,
  to: 10,
  by: (seq, at) => (at > 0.2 && at < 6 ? "web2" : seq % 2 === 0 ? "web1" : "web2"),
  held: [
    { id: 0, by: "web1" },
    { id: 1, by: "web2" },
  ],
};

/** Long enough for every check of the lab. */
const long: Course = { heal: 18, to: 30 };

/** web1 is without power, and taken out of the table at `noticed`. */
const crashed = (noticed: number): Course => ({
  heal: 35,
  to: 46,
  lost: [[0, noticed]],
  by: (seq, at) => (at > 0 && at < 36 ? "web2" : seq % 2 === 0 ? "web1" : "web2"),
});

/** Nobody hears the MASTER: the client is served again when the other one takes over. */
const split: readonly (readonly [what: string, course: Course, refuted: readonly string[]])[] = [
  ["both are MASTER, and the client hears the new one", { ...bothMaster, lost: [[0, 3.2]] }, []],
  ["nobody takes over", { lost: [[0, 8]] }, ["outage", "takeover", "MASTER meanwhile"]],
  [
    "the client asks the one that gave up until its ARP cache ages",
    {
      ...bothMaster,
      lost: [
        [0, 3.2],
        [8.9, 18.9],
      ],
    },
    [],
  ],
];

/** Each drill with a course that its hypothesis allows, and others that it does not: the figures that say so. */
const cases: Readonly<
  Record<string, readonly (readonly [what: string, course: Course, refuted: readonly string[]])[]>
> = {
  "keepalived-stop": [
    ["the successor waits for its skew time", moves(0.7), []],
    ["the MASTER says no farewell", crash(3.35), ["outage", "handover"]],
    ["the VIP stays away", { ...moves(0.7), states: moves(0.7).states?.slice(0, 3) ?? [] }, ["MASTER afterwards"]],
    ["nobody takes the VIP", { lost: [[0, 8.2]] }, ["outage", "handover", "outage at the return", "MASTER meanwhile"]],
    [
      "the load is too much",
      {
        ...moves(0.7),
        lost: [
          [-1, -0.8],
          [0, 0.7],
        ],
      },
      ["lost before the fault"],
    ],
    [
      "clients are cut off at the return",
      {
        ...moves(0.7),
        lost: [
          [0, 0.7],
          [12, 12.6],
        ],
      },
      ["outage at the return"],
    ],
  ],
  "director-crash": [
    ["three adverts and the skew time", crash(3.35), []],
    ["the successor knows at once", crash(0.3), ["outage", "handover"]],
    ["the successor is slow", crash(5), ["outage", "handover"]],
  ],
  "director-freeze": [["three adverts and the skew time", crash(3.35), []]],
  "card-down": [["three adverts and the skew time", crash(3.35), []]],
  "keepalived-kill": [
    ["the kernel serves on", kill(crash(3.35)), []],
    ["the VIP goes with the daemon", crash(3.35), ["outage"]],
  ],
  "split-brain": [
    ["both are MASTER until adverts pass", bothMaster, []],
    ["the adverts have another way", { adverts: [["zhuserver", -3, 20]] }, ["takeover", "MASTER meanwhile"]],
    [
      "nobody gives up",
      {
        adverts: [
          ["zhuserver", -3, 20],
          ["beiserver", 3.2, 20],
        ],
        states: [[3.2, "beiserver", "MASTER"]],
      },
      ["end of the split", "MASTER afterwards"],
    ],
  ],
  "httpd-stop": [
    ["the check notices in time", refusals, []],
    ["nobody checks", { ...refusals, lost: [[0.2, 25]] }, ["noticed"]],
    ["the check takes it out at the first failure", { ...refusals, lost: [[0.2, 1.2]] }, ["noticed"]],
    ["it stays out", { ...refusals, by: (_, at) => (at > 0 ? "web2" : "web1") }, ["back"]],
  ],
  drain: [
    ["no new connection, none broken", drained, []],
    ["persistence goes over weight 0", { ...drained, by: () => "web1" }, ["new requests while drained"]],
    [
      "open connections are cut",
      { ...drained, held: [{ id: 0, by: "web1", broken: 0.4, error: "ECONNRESET" }] },
      ["broken connections"],
    ],
    ["the others refuse", { ...drained, lost: [[1, 1.3]] }, ["lost requests"]],
    ["it gets nothing any more", { ...drained, by: (_, at) => (at > 0.2 ? "web2" : "web1") }, ["back"]],
  ],
  "server-slow": [
    ["late is not lost", { ...long, took: (seq, at) => (seq % 2 === 0 && at > 0 && at < 18 ? 0.63 : 0.02) }, []],
    ["everybody waits", { ...long, took: () => 0.63 }, ["others' answers"]],
    ["nobody waits", long, ["its answers"]],
    [
      "its check takes it out",
      { ...long, lost: [[2, 9]], by: (seq, at) => (at > 2 ? "web2" : seq % 2 === 0 ? "web1" : "web2") },
      ["its answers", "lost requests", "in the table"],
    ],
  ],
  "server-500": [
    ["no check reads the answers", { ...long, lost: [[0.1, 18]] }, []],
    ["a check reads them", { ...long, lost: [[0.1, 9.5]] }, ["unnoticed"]],
    ["it answers wrongly for ever", { ...long, lost: [[0.1, 24]] }, ["back", "lost at the return"]],
  ],
  "server-crash": [
    ["connections hang until the check notices", crashed(24), []],
    ["the check knows at once", crashed(1), ["noticed"]],
    ["it stays out", { ...crashed(24), by: () => "web2" }, ["back"]],
  ],
  "servers-gone": [
    ["nobody answers", { ...long, heal: 21, to: 33, lost: [[0, 24]] }, []],
    ["one is left", { ...long, heal: 21, to: 33, lost: [[0, 10]] }, ["answers meanwhile"]],
    ["they stay out", { ...long, heal: 21, to: 33, lost: [[0, 33]] }, ["first back", "all back", "lost afterwards"]],
    ["one stays out", { ...long, heal: 21, to: 33, lost: [[0, 24]], by: () => "web2" }, ["all back"]],
  ],
  "director-deaf": [
    ["nobody takes over", { heal: 8.5, lost: [[0, 8.5]] }, []],
    [
      "another director takes over",
      { heal: 8.5, lost: [[0, 3.4]], states: [[3.3, "beiserver", "MASTER"]] },
      ["outage", "MASTER meanwhile", "MASTER afterwards"],
    ],
    ["its table is empty afterwards", { heal: 8.5, lost: [[0, 10]] }, ["back"]],
  ],
  "director-mute": split,
  "director-cut-off": split,
  reload: [
    ["nobody notices", {}, []],
    ["the table is empty for a moment", { lost: [[0.2, 0.6]] }, ["lost requests", "outage"]],
    [
      "the VIP moves",
      {
        states: [
          [0.2, "zhuserver", "BACKUP"],
          [0.9, "beiserver", "MASTER"],
        ],
      },
      ["MASTER afterwards"],
    ],
  ],
};

describe("drills", () => {
  it("each have a course that agrees with their hypothesis", () =>
    assert.deepEqual(Object.keys(cases).sort(), DRILLS.map(({ name }) => name).sort()));

  for (const [name, courses] of Object.entries(cases))
    for (const [what, course, wanted] of courses)
      it(`${name}: ${what}${wanted.length === 0 ? "" : `: refutes ${wanted.join(", ")}`}`, () =>
        assert.deepEqual(refuted(name, course), wanted));

  it("take their times from the lab's own configuration", () => {
    const outage = (topology: Topology, name: string) => {
      const claim = drillOf(name)
        .claims(placeOf(topology, name))
        .find((one) => one.name === "outage");
      return claim?.kind === "time" ? [claim.least, claim.most].map((value) => Math.round(value * 1000) / 1000) : [];
    };
    // Priority 90: skew (256 - 90) / 256 s.
    assert.deepEqual(outage(lab("dr-keepalived"), "keepalived-stop"), [0.648, 0.648]);
    assert.deepEqual(outage(lab("dr-keepalived"), "director-crash"), [2.648, 3.648]);
    assert.deepEqual(outage(fixture("valid-vrrp3"), "director-crash").length, 2);
  });

  it("take what a check sees from its kind, and what answers at last from the sorry server", () => {
    const topology = lab("dr-two-networks");
    const by = (seq: number): string => (seq % 2 === 0 ? "web142" : "web143");
    assert.deepEqual(refuted("server-500", { ...long, by, lost: [[0.1, 12]] }, topology), []);
    assert.deepEqual(refuted("server-500", { ...long, by, lost: [[0.1, 18]] }, topology), ["noticed"]);
    const gone = (...lost: NonNullable<Course["lost"]>) =>
      refuted("servers-gone", { heal: 21, to: 33, by, lost }, topology);
    assert.deepEqual(gone([0, 11], [11, 24, "sorry page"]), []);
    assert.deepEqual(gone([0, 24]), ["noticed", "answers meanwhile"]);
  });

  it("know that HTTP_GET takes a server back a round later than TCP_CHECK", () => {
    const most = (topology: Topology) => {
      const claim = drillOf("httpd-stop")
        .claims(placeOf(topology, "httpd-stop"))
        .find(({ name }) => name === "back");
      return claim?.kind === "time" ? claim.most : undefined;
    };
    assert.equal(most(lab("dr-keepalived")), 6);
    assert.equal(most(lab("dr-two-networks")), 12);
  });

  it("say which of them a lab can have", () => {
    const names = (topology: Topology) => drillsFor(topology).map(({ name }) => name);
    assert.equal(names(lab("dr-keepalived")).length, DRILLS.length);
    assert.deepEqual(names(lab("dr-ipvsadm-nfs")), []);
    assert.ok(!names(lab("l7-haproxy")).includes("drain"), "proxies have no table of directors");
    assert.ok(isDrill("reload") && !isDrill("dr-keepalived"));
  });

  const asked = (topology: Topology, names: readonly string[], target?: string) => () =>
    drillsAsked(topology, { names, target });
  it("refuse what cannot be done before anything changes", () => {
    assert.throws(asked(lab("dr-keepalived"), ["reboot"]), /drill: got reboot, need one of: reload, drain/);
    assert.throws(asked(lab("l7-haproxy"), ["drain"]), /got drain, which this lab cannot have, need one of: reload, /);
    assert.throws(asked(lab("dr-ipvsadm-nfs"), []), /got lab dr-ipvsadm-nfs, need a lab whose directors share a VIP/);
    assert.throws(
      asked(lab("dr-keepalived"), [], "web9"),
      /--target: got web9, need one of: zhuserver, beiserver, web1, web2/,
    );
    assert.throws(
      asked(fixture("valid-client-vm"), []),
      /client that is a guest .*need a client that is a network namespace/,
    );
  });

  it("are done in the order of the registry, each once", () => {
    const chosen = chooseDrills(lab("dr-keepalived"), ["director-crash", "reload", "reload"]);
    assert.deepEqual(
      chosen.map(({ name }) => name),
      ["reload", "director-crash"],
    );
  });

  it("have fault and undo as plain data, for the note that a killed process leaves", () => {
    for (const { name, fault, undo } of DRILLS) {
      const place = placeOf(lab("dr-keepalived"), name);
      for (const acts of [fault(place), undo(place)]) assert.deepEqual(JSON.parse(JSON.stringify(acts)), acts, name);
      assert.ok(name === "reload" || undo(place).length > 0, name);
    }
  });

  it("drain and undrain by the weights of the topology, on every director", () => {
    const place = placeOf(lab("dr-keepalived"), "drain");
    const of = (weight: number, node: string) => ({
      do: "run",
      node,
      command: `ipvsadm -e -t 192.168.10.200:80 -r 192.168.10.133:80 -g -w ${weight}`,
    });
    assert.deepEqual(drillOf("drain").fault(place), [of(0, "zhuserver"), of(0, "beiserver")]);
    assert.deepEqual(drillOf("drain").undo(place), [of(1, "zhuserver"), of(1, "beiserver")]);
  });
});

describe("a drill's course", () => {
  const topology = lab("dr-keepalived");
  const times = { from: 997, begin: 1000, faulted: 1000.5, heal: 1008, healed: 1009, to: 1020 };
  const place = { holder: "zhuserver", target: "zhuserver", topology };

  it("counts all times from the fault", () => {
    const timeline = since(times, {
      requests: [{ seq: 0, due: 999, start: 999.001, end: 1000.02, by: "web1" }],
      held: [{ id: 0, broken: 1001 }, { id: 1 }],
      adverts: [{ at: 1000.25, node: "zhuserver", priority: 100 }],
      states: [{ at: 1003, node: "beiserver", state: "MASTER" }],
    });
    assert.deepEqual(timeline, {
      from: -3,
      to: 20,
      faulted: 0.5,
      heal: 8,
      healed: 9,
      requests: [{ seq: 0, due: -1, start: -0.999, end: 0.02, by: "web1" }],
      held: [{ id: 0, broken: 1 }, { id: 1 }],
      adverts: [{ at: 0.25, node: "zhuserver", priority: 100 }],
      states: [{ at: 3, node: "beiserver", state: "MASTER" }],
    });
  });

  it("knows the state of a machine that cannot write it itself", () => {
    const told = (machine?: "off" | "paused") =>
      statesOf(
        place,
        machine === undefined ? {} : { machine },
        [{ at: 1003, node: "beiserver", state: "MASTER" }],
        times,
      ).map(({ at, node, state }) => `${at} ${node} ${state}`);
    const first = ["997 zhuserver MASTER", "997 beiserver BACKUP"];
    const move = "1003 beiserver MASTER";
    assert.deepEqual(told(), [...first, move]);
    assert.deepEqual(told("off"), [...first, "1000 zhuserver OFF", move]);
    assert.deepEqual(told("paused"), [...first, "1000 zhuserver OFF", move, "1008 zhuserver MASTER"]);
  });

  it("is told with each figure beside its theory", () => {
    const name = "keepalived-stop";
    const run = judged(drillOf(name), placeOf(topology, name), recorded(crash(3.35)), {
      rate: 10,
      tolerance: TOLERANCE,
    });
    const text = runLines({ ...run, at: "2026-01-01T00:00:00.000Z", seconds: 23.4 }, plain);
    assert.match(text, /^FAIL keepalived-stop {2}zhuserver {5}23\.4 s {2}stop keepalived, and start it again$/m);
    assert.match(
      text,
      /^ +outage: 3\.\d\d s, theory 0\.65 s \(5\.\d\d × the most\); the successor's skew time: 0\.65 s$/m,
    );
    assert.match(text, /^ +MASTER meanwhile: beiserver, theory beiserver$/m);
    assert.match(text, /^ +229 requests at 10\/s, 34 lost; the client's own jitter 1 ms \(99 %\), 1 ms at most$/m);
  });

  it("may have more tolerance, for machines that are slow in all they do", () => {
    assert.deepEqual(toleranceOf(TOLERANCE.ratio), TOLERANCE);
    const { ratio, slack } = toleranceOf(11.5);
    assert.equal(ratio, 11.5);
    assert.equal(Math.round(slack * 100) / 100, 1.5);
  });
});
