import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../../../operations/paths";
import { comparisonJson, comparisonMarkdown, comparisonText } from "../../../../operations/predict/between";
import { predictPlan } from "../../../../operations/predict/lab";
import { predictionMarkdown } from "../../../../operations/predict/report";
import { tryRun } from "../../../../operations/run";
import { hasAny } from "../../../../model/plan/audit";
import { changesOf, compare, type Comparison } from "../../../../model/plan/predict/between";
import { type Prediction, predict } from "../../../../model/plan/predict/predict";
import { planOfFiles } from "../../model/plan/sites";

interface Pair {
  readonly priorities?: readonly [number, number];
  readonly advert?: number;
  readonly id?: readonly [number, number];
  readonly vips?: readonly string[];
  readonly more?: string;
  readonly service?: readonly string[];
}

const pair = ({
  priorities: [first, second] = [100, 90],
  advert = 1,
  id = [51, 51],
  vips = ["192.0.2.100"],
  more = "",
  service = ["192.0.2.21", "192.0.2.22"],
}: Pair = {}): Prediction => {
  const conf = (priority: number, own: number): string =>
    [
      "vrrp_instance VI_1 {",
      "  interface eth0",
      `  virtual_router_id ${own}`,
      `  priority ${priority}`,
      `  advert_int ${advert}`,
      "  authentication {",
      "    auth_type PASS",
      "    auth_pass c4nary",
      "  }",
      `  virtual_ipaddress {\n${vips.join("\n")}\n  }`,
      more,
      "}",
      ...(service.length === 0
        ? []
        : [
            "virtual_server 192.0.2.100 80 {\nlb_algo rr\nlb_kind DR\nprotocol TCP\ndelay_loop 6",
            ...service.map((address) => `real_server ${address} 80 {\nTCP_CHECK {\nconnect_timeout 3\n}\n}`),
            "}",
          ]),
    ].join("\n");
  return predict(
    planOfFiles(
      new Map([
        ["lb1/keepalived.conf", { text: conf(first, id[0]), isExecutable: false }],
        ["lb2/keepalived.conf", { text: conf(second, id[1]), isExecutable: false }],
      ]),
    ),
  );
};

const rows = (comparison: Comparison): readonly string[] => {
  const [table = ""] = comparisonText(comparison).split("\n\n");
  return table
    .split("\n")
    .slice(1)
    .map((row) => row.split(/ {2,}/).join(" | "));
};

describe("lab predict --between", () => {
  it("does not show what stays the same", () => {
    const comparison = compare(pair(), pair());
    assert.equal(comparisonText({ ...comparison, now: { ...comparison.now, assumed: [] } }), "No prediction changes.");
    assert.deepEqual(changesOf(comparison), []);
  });

  for (const [title, old, now, expected] of [
    [
      "a longer outage",
      {},
      { advert: 3 },
      [
        "lb1 is down | VI_1 | lb1 > lb2 > lb1, no answer for 2.65 to 3.65 s, back after 3.61 s | lb1 > lb2 > lb1, no answer for 6.65 to 9.65 s, back after 9.61 s | worse",
      ],
    ],
    ["a shorter one", { advert: 3 }, {}, ["lb1 is down | VI_1 | * | * | better"]],
    [
      "a removed VIP and a new one",
      { vips: ["192.0.2.100", "192.0.2.101"] },
      { vips: ["192.0.2.100", "192.0.2.102"] },
      ["nothing fails | VI_1: VIPs | 192.0.2.100, 192.0.2.101 | 192.0.2.100, 192.0.2.102 | worse"],
    ],
    [
      "another MASTER",
      {},
      { priorities: [90, 100] },
      [
        "nothing fails | VI_1: MASTER | lb1 | lb2 | worse",
        "lb1 is down | VI_1 | lb1 > lb2 > lb1, * | lb2 > lb2 > lb2, served | *",
      ],
    ],
    [
      "a failure that no longer moves anything",
      { more: "track_interface {\neth1 weight -50\n}" },
      {},
      ["eth1 of lb1 is down | VI_1 | lb1 > lb2 > lb1, * | - | other"],
    ],
    [
      "a real server less",
      {},
      { service: ["192.0.2.21"] },
      [
        "real server 192.0.2.21 is down | 192.0.2.100 80 TCP | lb1: 50 % served *, then served | lb1: nobody served *, then refused | worse",
        "real server 192.0.2.22 is down | 192.0.2.100 80 TCP | lb1: 50 % * | - | other",
      ],
    ],
  ] as const)
    it(`says what changes: ${title}`, () => {
      const comparison = compare(pair(old), pair(now));
      for (const row of expected) {
        const pattern = row.replace(/[\\^$.+?()[\]{}|]/g, "\\$&").replaceAll("*", ".*");
        assert.ok(
          rows(comparison).some((one) => new RegExp(`^${pattern}$`).test(one)),
          `${row}\n${comparisonText(comparison)}`,
        );
      }
      const isWorse = expected.some((row) => row.endsWith("worse"));
      const { instances, services } = comparison;
      assert.equal(hasAny([...instances, ...services], "warning"), isWorse);
      assert.ok(hasAny(changesOf(comparison), "note"));
    });

  for (const [title, old, now, expected] of [
    [
      "the first watched process",
      "",
      "agent",
      "it adds the first vrrp_track_process, and keepalived does not notice when a process ends or starts (restart it)",
    ],
    [
      "the last one gone",
      "agent",
      "",
      "it removes the last vrrp_track_process, and the VRRP process crashes when keepalived stops: its VIPs stay on the card (remove them with ip address del)",
    ],
    ["another one", "agent", "helper", undefined],
  ] as const)
    it(`says what a reload does not do: ${title}`, () => {
      const watching = (name: string): string =>
        name === "" ? "" : `}\nvrrp_track_process ${name} {\n  process ${name}\n`;
      const comparison = compare(pair({ more: watching(old) }), pair({ more: watching(now) }));
      const text = comparisonText(comparison);
      for (const node of ["lb1", "lb2"])
        assert.equal(text.includes(`  - ${node}: ${expected}\n`), expected !== undefined, text);
      assert.equal(comparison.undone.length, expected === undefined ? 0 : 2);
    });

  it("says that a reload does not stop the kernel's sync daemon", () => {
    const telling = "}\nglobal_defs {\n  lvs_sync_daemon eth0 VI_1 id 51\n";
    const text = comparisonText(compare(pair({ more: telling }), pair()));
    assert.match(text, /^ {2}- lb1: it removes lvs_sync_daemon, and the kernel's daemon runs on/m);
    assert.deepEqual(compare(pair(), pair({ more: telling })).undone, []);
  });

  it("says what is removed and added, and which findings are", () => {
    const text = comparisonText(compare(pair(), pair({ service: [], id: [51, 52] })));
    assert.match(text, /^Gone:\n {2}- virtual_server 192\.0\.2\.100 80 TCP$/m);
    assert.match(
      text,
      /^New findings:\n {2}- error two-masters: VI_1: lb1 and lb2 are MASTER at once without any failure/m,
    );
    assert.match(
      comparisonText(compare(pair({ id: [51, 52] }), pair())),
      /^Findings that are gone:\n {2}- error two-masters/m,
    );
    assert.match(comparisonText(compare(pair({ service: [] }), pair())), /^Added:\n {2}- virtual_server/m);
  });

  it("says what happens while one machine is reloaded and the other is not yet", () => {
    const comparison = compare(pair(), pair({ id: [61, 61] }));
    assert.deepEqual(
      comparison.halfway.map(({ node, masters }) => [node, masters]),
      [
        ["lb1", ["lb1", "lb2"]],
        ["lb2", ["lb1", "lb2"]],
      ],
    );
    assert.match(
      comparisonText(comparison),
      /^While one machine is ahead of the others:\n {2}- VI_1: lb1 and lb2 are MASTER at once when only lb1 is reloaded$/m,
    );
    assert.ok(hasAny(changesOf(comparison), "warning"));
    assert.deepEqual(compare(pair(), pair({ priorities: [120, 90] })).halfway, []);
  });

  it("says the same as JSON and as Markdown, and never a password", () => {
    const comparison = compare(pair(), pair({ advert: 3 }));
    const document = JSON.parse(comparisonJson(comparison)) as {
      instances: { failures: unknown[]; verdict: string; now: { moved: { most: number } } }[];
    };
    assert.equal(document.instances[0]?.verdict, "worse");
    assert.equal(document.instances[0]?.now.moved.most, 9 + 166 / 256);
    const markdown = comparisonMarkdown(comparison);
    assert.match(markdown, /^### keepalived predict: what changes for lb1, lb2\n/);
    assert.match(markdown, /^\| failure \| what \| old \| new \| new is \|\n\| --- /m);
    assert.match(markdown, /^\| lb1 is down \| VI_1 \| lb1 > lb2 > lb1, /m);
    for (const shown of [comparisonText, comparisonJson, comparisonMarkdown])
      assert.ok(!shown(comparison).includes("c4nary"));
    const whole = predictionMarkdown(pair());
    assert.match(
      whole,
      /^\| instance \| vips \| master \|\n\| --- \| --- \| --- \|\n\| VI_1 \| 192\.0\.2\.100 \| lb1 \|$/m,
    );
    assert.match(whole, /^No VIP moves:\n\n- lb2 is down$/m);
  });

  it("compares labs, too", () => {
    const [old, now] = ["dr-keepalived", "dr-keepalived-nopreempt"].map((lab) => predict(predictPlan([lab])));
    assert.ok(old && now);
    assert.match(comparisonText(compare(old, now)), /zhuserver is down +VI_1 .*zhuserver > beiserver > beiserver/);
  });

  it("ends with 0, 1 or 2, by --fail-on and by its input", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const site = (name: string, priority: number): string => {
      const text = `vrrp_instance V {\n interface eth0\n virtual_router_id 1\n priority 90\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n`;
      for (const [node, own] of [
        ["lb1", priority],
        ["lb2", 100],
      ] as const) {
        fs.mkdirSync(path.join(folder, name, node), { recursive: true });
        fs.writeFileSync(path.join(folder, name, node, "keepalived.conf"), text.replace("90", String(own)));
      }
      return path.join(folder, name);
    };
    const [old, now] = [site("old", 90), site("new", 110)];
    const run = (...words: readonly string[]) =>
      tryRun([inRoot("scripts", "lab"), "predict", "--between", ...words], { env: { HOME: folder } });
    try {
      const [calm, warned, same, single] = await Promise.all([
        run(old, now),
        run("--fail-on", "warning", old, now),
        run("--fail-on", "note", old, old),
        run(old),
      ]);
      assert.deepEqual([calm.code, warned.code, same.code, single.code], [0, 1, 0, 2]);
      assert.match(calm.stdout, /V: MASTER +lb2 +lb1 +worse/);
      assert.match(single.stderr, /predict --between: got 1 site or lab, need two: the old one, then the new one/);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }).timeout(60_000);
});
