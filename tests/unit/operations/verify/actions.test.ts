import * as assert from "node:assert/strict";
import { loadTopology } from "../../../../documents/load";
import type { Failure } from "../../../../model/plan/predict/failure";
import { predict } from "../../../../model/plan/predict/predict";
import { compile } from "../../../../model/topology/compile";
import { inRoot } from "../../../../operations/paths";
import { type Act, trialsOf } from "../../../../operations/verify/predictions/actions";

const lab = (name: string) => loadTopology(inRoot("tests", "fixtures", `valid-site-${name}.yaml`));
const [dns, crossed] = [lab("dns"), lab("crossed")];

/** An act in a line; a filter by its rules. */
const said = (act: Act): string => {
  if ("on" in act)
    return `${act.on}: ${act.command
      .split("\n")
      .filter((line) => !/^(nft -f|table|chain|type|\}|END)/.test(line))
      .join("; ")}`;
  return "mac" in act ? `${act.machine}: link ${act.link}` : `${act.machine}: power ${act.power}`;
};

const tried = (topology: typeof dns, failure: Failure) =>
  trialsOf(topology, compile(topology), [failure]).map((one) =>
    "untried" in one
      ? [one.failure, one.untried]
      : [
          one.failure,
          ...one.bring.map(said),
          "healed by",
          ...one.heal.map(said),
          ...(one.dark ? [`dark: ${one.dark}`] : []),
        ],
  );

describe("how failures are brought about", () => {
  const rows: readonly (readonly [
    topology: typeof dns,
    failure: Failure,
    ...trials: readonly (readonly string[])[],
  ])[] = [
    [
      dns,
      { kind: "daemon", node: "lvs1" },
      [
        "keepalived stops on lvs1",
        "lvs1: systemctl stop 'keepalived'",
        "healed by",
        "lvs1: systemctl start 'keepalived'",
      ],
    ],
    [
      dns,
      { kind: "card", node: "lvs1", name: "ens18" },
      ["ens18 of lvs1 is down", "lvs1: link down", "healed by", "lvs1: link up", "dark: lvs1"],
    ],
    [
      crossed,
      { kind: "card", node: "gw1", name: "eth1" },
      ["eth1 of gw1 is down", "gw1: link down", "healed by", "gw1: link up"],
    ],
    [dns, { kind: "card", node: "lvs1", name: "eth7" }, ["eth7 of lvs1 is down", "lvs1 has no card eth7 of its own"]],
    [
      dns,
      { kind: "script", node: "lvs1", name: "chk_dns" },
      [
        "script chk_dns fails on lvs1",
        "lvs1: mount --bind /usr/bin/false '/etc/keepalived/check_dns.sh'",
        "healed by",
        "lvs1: umount '/etc/keepalived/check_dns.sh'",
      ],
    ],
    [
      dns,
      { kind: "script", node: "lvs1", name: "chk_agent" },
      [
        "script chk_agent fails on lvs1",
        "lvs1: mkdir -p /run/lvs-lab/turned && touch '/run/lvs-lab/turned/pgrep--x-agent'",
        "healed by",
        "lvs1: rm -f '/run/lvs-lab/turned/pgrep--x-agent'",
      ],
    ],
    [
      crossed,
      { kind: "process", node: "gw1", name: "worker" },
      [
        "process worker ends on gw1",
        "gw1: systemctl stop 'lvs-lab-process-worker.service'",
        "healed by",
        "gw1: systemctl start 'lvs-lab-process-worker.service'",
      ],
    ],
    [
      crossed,
      { kind: "file", node: "gw1", name: "load" },
      [
        "file load says FAULT on gw1",
        "gw1: echo 26 >'/var/lib/agent/load'",
        "healed by",
        "gw1: echo 0 >'/var/lib/agent/load'",
      ],
    ],
    [
      crossed,
      { kind: "cut", nodes: ["gw1", "gw2"] },
      [
        "no adverts between gw1 and gw2",
        `gw1: meta l4proto { 112, 51 } ether saddr { ${macsOf("gw2")} } drop; meta l4proto { 112, 51 } ip saddr { 10.9.61.12, 10.9.62.12 } drop`,
        `gw2: meta l4proto { 112, 51 } ether saddr { ${macsOf("gw1")} } drop; meta l4proto { 112, 51 } ip saddr { 10.9.61.11, 10.9.62.11 } drop`,
        "healed by",
        "gw1: nft delete table inet lvs-lab-trial",
        "gw2: nft delete table inet lvs-lab-trial",
      ],
    ],
    [
      crossed,
      { kind: "server", address: "2001:db8:61::21" },
      [
        "real server 2001:db8:61::21 is down",
        "six: tcp dport { 80 } drop; udp dport { 80 } drop; icmp type echo-request drop; icmpv6 type echo-request drop",
        "healed by",
        "six: nft delete table inet lvs-lab-trial",
      ],
    ],
    [
      crossed,
      { kind: "server", address: "10.9.61.11" },
      [
        "real server 10.9.61.11 is down",
        "gw1: ip daddr 10.9.61.11 tcp dport { 9100 } drop; ip daddr 10.9.61.11 udp dport { 9100 } drop; ip daddr 10.9.61.11 icmp type echo-request drop",
        "healed by",
        "gw1: nft delete table inet lvs-lab-trial",
      ],
    ],
    [
      dns,
      { kind: "server", address: "10.9.60.77" },
      ["real server 10.9.60.77 is down", "no machine of the lab has this address"],
    ],
  ];
  for (const [topology, failure, ...trials] of rows)
    it(trials[0]?.[0] ?? "", () => {
      assert.deepEqual(tried(topology, failure), trials);
    });

  it("a machine loses its power, and its keepalived is killed as well", () => {
    const [power, kill] = trialsOf(dns, compile(dns), [{ kind: "node", node: "lvs2" }]);
    assert.ok(power !== undefined && kill !== undefined && !("untried" in power) && !("untried" in kill));
    assert.deepEqual([power.bring.map(said).at(-1), power.heal.map(said)], ["lvs2: power off", ["lvs2: power on"]]);
    assert.deepEqual([power.dark, kill.dark, kill.failure], ["lvs2", "lvs2", "keepalived is killed on lvs2"]);
    assert.match(said(kill.bring[0] ?? assert.fail()), /Restart=no.*systemctl kill --signal=KILL keepalived$/);
    assert.match(said(kill.heal[0] ?? assert.fail()), /reset-failed keepalived; systemctl start 'keepalived'$/);
  });

  it("every failure that predict speaks of is tried, or told why not", () => {
    for (const topology of [dns, crossed]) {
      const plan = compile(topology);
      const { scenarios } = predict(plan);
      const trials = trialsOf(
        topology,
        plan,
        scenarios.flatMap(({ failures }) => failures),
      );
      assert.ok(trials.length > scenarios.length);
      assert.deepEqual(
        trials.filter((one) => "untried" in one),
        [],
      );
    }
  });
});

function macsOf(name: string): string {
  return Object.values(crossed.nodes[name]?.interfaces ?? {})
    .map(({ mac }) => mac)
    .join(", ");
}
