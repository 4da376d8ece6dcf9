import * as assert from "node:assert/strict";
import { drawSvg } from "../../../../operations/draw/svg";
import { labPlan } from "../../../../operations/predict/lab";
import { statesOf, type States } from "../../../../operations/predict/states";
import { statesMermaid } from "../../../../operations/predict/statesMermaid";
import { statesScene } from "../../../../operations/predict/statesScene";
import { inRoot } from "../../../../operations/paths";
import { tryRun } from "../../../../operations/run";
import { shippedLabs } from "../../../../operations/topologies";
import { runsKeepalived } from "../../../../model/topology/queries";
import { predict } from "../../../../model/plan/predict/predict";
import type { Plan } from "../../../../model/plan/plan";
import { planOfFiles, siteFixtures } from "../../model/plan/sites";
import { collisionsOf } from "../draw/collisions";

const ofLab = (name: string): States => {
  const plan = labPlan(name);
  assert.ok(plan, name);
  return statesOf(predict(plan));
};

const conf = (priority: number, card = "eth0", more = ""): string =>
  `vrrp_instance VI_1 {\n interface ${card}\n virtual_router_id 51\n priority ${priority}\n authentication {\n auth_type PASS\n auth_pass c4nary\n }\n virtual_ipaddress {\n 192.0.2.100\n }\n ${more}\n}\n`;

const ofFiles = (files: Readonly<Record<string, string>>): States =>
  statesOf(
    predict(planOfFiles(new Map(Object.entries(files).map(([name, text]) => [name, { text, isExecutable: false }])))),
  );

/** "lb1 0 nobody 3.65 lb2 9.61 lb1": who is MASTER, and until when. */
const told = ({ rows }: States, failure: string): string =>
  (rows.find((row) => row.failure === failure)?.pieces ?? [])
    .map(({ masters, to }, index, all) =>
      [masters.join("+") || "nobody", ...(index < all.length - 1 ? [String(Math.round(to * 100) / 100)] : [])].join(
        " ",
      ),
    )
    .join(" ");

describe("the picture of lab predict", () => {
  it("shows who is MASTER, second by second, as the table says", () => {
    const states = ofLab("dr-keepalived");
    assert.deepEqual([states.machines, states.over, states.end], [["zhuserver", "beiserver"], 6, 12]);
    for (const [failure, expected] of Object.entries({
      // The table: no answer for 2.65 to 3.65 s, back after 3.61 s.
      "zhuserver is down": "zhuserver 0 nobody 3.65 beiserver 9.61 zhuserver",
      "keepalived stops on zhuserver": "zhuserver 0 nobody 0.65 beiserver 9.61 zhuserver",
      "no adverts between zhuserver and beiserver": "zhuserver 3.65 zhuserver+beiserver 6 zhuserver",
      // Moves no VIP.
      "beiserver is down": "",
    }))
      assert.equal(told(states, failure), expected, failure);
    assert.equal(states.rows[0]?.says, "no answer for 2.65 to 3.65 s, back after 3.61 s");
  });

  it("knows nobody until the failure is over, a script that is noticed late, and one that hands over without a gap", () => {
    assert.equal(told(ofFiles({ "lb1/keepalived.conf": conf(100) }), "lb1 is down"), "lb1 0 nobody 6.61 lb1");
    const script = (weight: string): string =>
      `vrrp_script up {\n script "/bin/true"\n interval 2\n fall 2\n ${weight}\n}\n${conf(100, "eth0", "track_script {\n up\n }")}`;
    const site = (weight: string): States =>
      ofFiles({ "lb1/keepalived.conf": script(weight), "lb2/keepalived.conf": conf(90) });
    assert.match(told(site(""), "script up fails on lb1"), /^lb1 4 nobody 4\.65 lb2 /);
    assert.match(told(site("weight -20"), "script up fails on lb1"), /^lb1 7\.65 lb2 /);
  });

  const plans: readonly (readonly [string, Plan])[] = [
    ...shippedLabs()
      .filter(runsKeepalived)
      .map(({ name }): readonly [string, Plan] => [name, labPlan(name) as Plan]),
    ...siteFixtures().map(({ rule, bad }): readonly [string, Plan] => [rule, planOfFiles(bad)]),
  ];

  it("has no gap in any row, and begins and ends with the picture", () => {
    for (const [name, plan] of plans) {
      const { begin, over, end, rows } = statesOf(predict(plan));
      assert.ok(begin < 0 && over > 0 && end > over, name);
      for (const { failure, pieces } of rows) {
        assert.ok(pieces.length > 1, `${name}: ${failure}`);
        assert.deepEqual([pieces[0]?.from, pieces.at(-1)?.to], [begin, end], `${name}: ${failure}`);
        for (const [index, { from, to }] of pieces.entries()) {
          assert.ok(from < to, `${name}: ${failure}`);
          assert.equal(from, index === 0 ? begin : pieces[index - 1]?.to, `${name}: ${failure}`);
        }
      }
    }
  });

  it("as SVG: no label is on another one or outside", () => {
    for (const [name, plan] of plans) assert.deepEqual(collisionsOf(statesScene(statesOf(predict(plan)))), [], name);
    const svg = drawSvg(statesScene(ofLab("dr-keepalived")));
    for (const text of [">zhuserver is down<", ">nobody<", ">no answer for 2.65 to 3.65 s, back after 3.61 s<"])
      assert.ok(svg.includes(text), text);
    const none = drawSvg(statesScene(ofFiles({ "lb1/keepalived.conf": "global_defs {\n}\n" })));
    assert.match(none, /No single failure moves a VIP\./);
  });

  it("as Mermaid: only words of a Gantt diagram, whatever a machine's name is", () => {
    const line =
      /^(?:---|displayMode: compact|config:| {2}gantt:| {4}leftPadding: \d+|gantt| {2}(?:title|section) [^:;#%]+| {2}dateFormat x| {2}axisFormat %s s| {2}todayMarker off| {2}(?:·|nobody|two|several|on [^:;#%]+) :(?:done|active|crit), \d+, \d+|)$/u;
    for (const [name, plan] of plans)
      for (const text of statesMermaid(statesOf(predict(plan))).split("\n")) assert.match(text, line, name);
    const odd = statesMermaid(
      ofFiles({ "section a:b;c#d%%/keepalived.conf": conf(100), "title/keepalived.conf": conf(90) }),
    );
    for (const text of odd.split("\n")) assert.match(text, line);
    assert.match(odd, /^ {2}on title :active, \d+, \d+$/m);
    // Without the cleaning the first line of that site would not be one of these.
    assert.doesNotMatch("  section section a:b;c#d%% is down", line);
  });

  it("as Mermaid: has a limited number of rows, and says so", () => {
    const machine = (base: number): string =>
      Array.from({ length: 12 }, (_, index) =>
        conf(base - index)
          .replace("VI_1", `VI_${index}`)
          .replace("51", `${60 + index}`)
          .replace(".100", `.${index + 1}`),
      ).join("");
    // Each instance has times of its own.
    const many = ofFiles({ "lb1/keepalived.conf": machine(200), "lb2/keepalived.conf": machine(100) });
    assert.ok(many.rows.length > 40);
    const text = statesMermaid(many);
    assert.equal(text.match(/^ {2}section /gm)?.length, 41);
    assert.match(text, new RegExp(`^ {2}section and ${many.rows.length - 40} more$`, "m"));
    assert.ok(text.length < 20_000);
  });

  it("never shows a password", () => {
    const states = ofFiles({ "lb1/keepalived.conf": conf(100), "lb2/keepalived.conf": conf(90) });
    for (const text of [statesMermaid(states), drawSvg(statesScene(states))]) assert.doesNotMatch(text, /c4nary/);
  });

  it("is one of the forms of the verb, which takes one at a time, and none of a comparison", async () => {
    const predicted = (...words: string[]) =>
      tryRun([inRoot("scripts", "lab"), "predict", inRoot("tests", "fixtures", "pair"), ...words]);
    const [svg, mermaid, both, compared] = await Promise.all([
      predicted("--svg"),
      predicted("--mermaid"),
      predicted("--svg", "--markdown"),
      predicted("--between", inRoot("tests", "fixtures", "pair"), "--svg"),
    ]);
    assert.match(svg.stdout, /^<svg [^]*<\/svg>\n$/);
    assert.match(mermaid.stdout, /^---\ndisplayMode: compact\n[^]*\n$/);
    assert.deepEqual([svg.code, mermaid.code], [0, 0]);
    assert.deepEqual([both.code, both.stderr], [2, "lab: predict: got --markdown and --svg, need one of them\n"]);
    assert.deepEqual(
      [compared.code, compared.stderr],
      [2, "lab: predict: got --between and --svg, need --json, --markdown or neither\n"],
    );
  }).timeout(60_000);
});
