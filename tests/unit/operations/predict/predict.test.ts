import * as assert from "node:assert/strict";
import { readInput } from "../../../../operations/audit/input";
import { labPlan, predictPlan } from "../../../../operations/predict/lab";
import { predictionJson, predictionText } from "../../../../operations/predict/report";
import { inRoot } from "../../../../operations/paths";
import { runsKeepalived } from "../../../../model/topology/queries";
import { shippedLabs } from "../../../../operations/topologies";
import { type Prediction, predict } from "../../../../model/plan/predict/predict";
import { planOf } from "../../../../model/plan/site";
import { planOfFiles } from "../../model/plan/sites";

const ofLab = (name: string, two = false): Prediction => {
  const plan = labPlan(name);
  assert.ok(plan, name);
  return predict(plan, { two });
};
const row = (text: string, start: string): string =>
  text.split("\n").find((line) => line.startsWith(start)) ?? `no row ${start}`;

describe("lab predict", () => {
  it("says for each failure who is MASTER, how long nobody is, and what clients get", () => {
    const text = predictionText(ofLab("dr-keepalived"));
    assert.match(
      row(text, "zhuserver is down"),
      /VI_1 +zhuserver > beiserver > zhuserver +at once +2\.65 to 3\.65 s +3\.61 s +no answer for 2\.65 to 3\.65 s$/,
    );
    assert.match(row(text, "keepalived stops on zhuserver"), / 0\.65 s /);
    assert.match(row(text, "real server 192.168.10.133 is down"), /50 % served for 21 to 27 s, then served$/);
    assert.match(text, /No VIP moves:\n {2}- beiserver is down\n/);
  });

  it("puts instances to which the same happens into one row, and others into their own rows", () => {
    const node = (one: number, two: number): string =>
      [one, two]
        .map(
          (priority, index) =>
            `vrrp_instance VI_${index} {\n interface eth0\n virtual_router_id 5${index}\n priority ${priority}\n virtual_ipaddress {\n 192.0.2.10${index}\n }\n}\n`,
        )
        .join("");
    const text = (lb1: string, lb2: string): string =>
      predictionText(
        predict(
          planOfFiles(
            new Map([
              ["lb1/keepalived.conf", { text: lb1, isExecutable: false }],
              ["lb2/keepalived.conf", { text: lb2, isExecutable: false }],
            ]),
          ),
        ),
      );
    assert.match(row(text(node(100, 100), node(90, 90)), "lb1 is down"), /^lb1 is down +VI_0, VI_1 +lb1 > lb2 > lb1 /);
    const crossed = text(node(100, 90), node(90, 100));
    assert.match(row(crossed, "lb1 is down"), /^lb1 is down +VI_0 +lb1 > lb2 > lb1 /);
    assert.match(row(crossed, "lb2 is down"), /^lb2 is down +VI_1 +lb2 > lb1 > lb2 /);
  });

  it("says the same as JSON, times in seconds", () => {
    const document = JSON.parse(predictionJson(ofLab("dr-keepalived", true))) as {
      readonly calm: readonly unknown[];
      readonly scenarios: readonly {
        readonly name: string;
        readonly instances: readonly { nobody: { most: number } }[];
      }[];
    };
    assert.deepEqual(document.calm, [{ instance: "VI_1", vips: ["192.168.10.200"], masters: ["zhuserver"] }]);
    const stop = document.scenarios.find(({ name }) => name === "keepalived stops on zhuserver");
    assert.equal(stop?.instances[0]?.nobody.most, 166 / 256);
  });

  it("never shows a password", () => {
    const { machines, facts } = readInput([inRoot("tests", "fixtures", "pair")]);
    const prediction = predict(planOf(machines, facts), { two: true });
    const words = machines.flatMap(({ files }) =>
      [...files.values()].flatMap(({ text }) => [...text.matchAll(/auth_pass (\S+)/g)].map(([, word = ""]) => word)),
    );
    for (const shown of [predictionText(prediction), predictionJson(prediction)])
      for (const word of words) assert.ok(!shown.includes(word));
  });

  describe("of a lab", () => {
    // As in the document, nobody tracks the real servers' card.
    const meant: Readonly<Record<string, readonly string[]>> = {
      "dr-two-networks": ["unnoticed"],
      "dr-two-networks-as-printed": ["unnoticed"],
      "dr-two-networks-strict": ["unnoticed"],
    };
    for (const topology of shippedLabs()) {
      const { name } = topology;
      const runs = runsKeepalived(topology);
      it(`${name}: ${runs ? "finds nothing but what its document means" : "is refused, it has no vrrp"}`, () => {
        if (!runs) {
          assert.throws(() => labPlan(name), /need a lab with vrrp/);
          return;
        }
        const bad = ofLab(name).findings.filter(({ severity }) => severity !== "note");
        assert.deepEqual([...new Set(bad.map(({ rule }) => rule))], meant[name] ?? []);
      });
    }

    it("knows a topology file by its path, and nothing else", () => {
      assert.ok(labPlan(inRoot("labs", "nat.yaml")));
      assert.equal(labPlan(inRoot("tests", "fixtures", "valid-site-crossed.yaml"))?.nodes.length, 2);
      assert.equal(labPlan("no-such-lab"), undefined);
      assert.throws(
        () => predictPlan(["no-such-lab"]),
        /predict: got no-such-lab, need a folder.*or the name of a lab/,
      );
    });
  });
});
