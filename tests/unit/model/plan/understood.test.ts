import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { checkerFacts, statesIn, vrrpFacts } from "../../../../model/plan/understood/dump";
import { expectedFacts } from "../../../../model/plan/understood/expected";
import { misunderstandings, shown } from "../../../../model/plan/understood/fact";
import { inRoot } from "../../../../operations/paths";
import { read } from "../keepalived/reading";

const fixture = (name: string): string => fs.readFileSync(inRoot("tests", "fixtures", "understood", name), "utf8");
/** A configuration, and what keepalived 2.3.3 of the image's Debian printed about it on SIGUSR1. */
const conf = fixture("keepalived.conf");
const vrrp = fixture("keepalived.data");
const checker = fixture("keepalived_check.data");

const compare = (text: string, data = vrrp, checks = checker): readonly string[] =>
  misunderstandings(expectedFacts(read(text, { version: "2.3.3" }).config), [
    ...vrrpFacts(data),
    ...checkerFacts(checks),
  ]).map(shown);

/** A change of the daemon's data, and what is said about it. */
const changes: readonly (readonly [of: "vrrp" | "checker", from: string, to: string, said: string])[] = [
  ["vrrp", "Priority = 150", "Priority = 100", "vrrp_instance A: keepalived goes by priority 100, the file says 150"],
  ["vrrp", "Virtual Router ID = 77", "Virtual Router ID = 7", "virtual_router_id 7, the file says 77"],
  [
    "vrrp",
    "Advert interval = 250 milli-sec",
    "Advert interval = 1000 milli-sec",
    "C: keepalived goes by advert_int 1,",
  ],
  ["vrrp", "Preempt = disabled", "Preempt = enabled", "preempt enabled, the file says disabled"],
  ["vrrp", "Preempt delay = 4.5 secs", "Preempt delay = 4 secs", "preempt_delay 4, the file says 4.5"],
  [
    "vrrp",
    "192.168.10.204/24 dev ens33",
    "192.168.10.204 dev ens33",
    "192.168.10.204/32 dev ens33, the file says 192.168.10.204/24",
  ],
  [
    "vrrp",
    "192.168.10.203 dev ens33",
    "192.168.10.203 dev eth0",
    "virtual_ipaddress_excluded 192.168.10.203/32 dev eth0",
  ],
  ["vrrp", "192.168.10.140 min_ttl", "192.168.10.141 min_ttl", "unicast_peer 192.168.10.132, 192.168.10.141"],
  ["vrrp", "     half weight 5 reverse", "     half weight 5", "track_script chk weight 7, half weight 5, the file"],
  ["vrrp", "     ssh, weight 10", "     ssh, weight 9", "track_process ssh weight 9"],
  [
    "vrrp",
    "Interval = 0.500 sec",
    "Interval = 1 sec",
    "vrrp_script half: keepalived goes by interval 1, the file says 0.5",
  ],
  ["vrrp", " VRRP Sync Group = G,", " VRRP Sync Group = H,", "keepalived does not have vrrp_sync_group G"],
  ["vrrp", " VRRP Instance = B\n", " VRRP Instance = D\n", "keepalived has vrrp_instance D, which no file says"],
  [
    "checker",
    "lvs_sched = wlc",
    "lvs_sched = rr",
    "virtual_server group web TCP: keepalived goes by lb_algo rr, the file says wlc",
  ],
  ["checker", "quorum = 2, hysteresis = 1", "quorum = 1, hysteresis = 0", "quorum 1, the file says 2"],
  [
    "checker",
    "persistence granularity = 255.255.255.0",
    "persistence granularity = 255.255.0.0",
    "persistence_granularity 255.255.0.0",
  ],
  [
    "checker",
    "initial weight = 5",
    "initial weight = 1",
    "real_server 192.168.10.133 80: keepalived goes by weight 1, the file says 5",
  ],
  ["checker", "Dest = [192.168.10.134]:22", "Dest = [192.168.10.134]:80", "TCP_CHECK asks 192.168.10.134 80"],
  ["checker", "VS FWMARK = 5", "VS FWMARK = 6", "keepalived does not have virtual_server fwmark 5 inet"],
  ["checker", "One packet scheduling = enabled", "One packet scheduling = disabled", "ops off, the file says on"],
];

describe("what keepalived understood", () => {
  it("is the Config, value by value", () => {
    assert.deepEqual(compare(conf), []);
    assert.ok(expectedFacts(read(conf).config).length > 100);
  });

  for (const [of, from, to, said] of changes)
    it(`differs: ${to.trim()}`, () => {
      const data = of === "vrrp" ? vrrp : checker;
      assert.ok(data.includes(from));
      const changed = data.replace(from, to);
      const found = of === "vrrp" ? compare(conf, changed) : compare(conf, vrrp, changed);
      assert.ok(
        found.some((line) => line.includes(said)),
        found.join("\n"),
      );
    });

  it("lacks everything if the daemon printed nothing", () => {
    assert.ok(compare(conf, "", "").every((line) => line.startsWith("keepalived does not have ")));
  });

  it("leaves weights out where the daemon drops them: for the owner of the address, and a script in a sync group", () => {
    const owner = `vrrp_script chk {
  script "/usr/bin/true"
}
vrrp_instance V {
  interface eth0
  virtual_router_id 1
  priority 255
  virtual_ipaddress {
    192.0.2.1/24
  }
  track_script {
    chk weight 5
  }
  track_interface {
    eth1 weight 5
    eth2
  }
}
`;
    const facts = expectedFacts(read(owner).config).filter(({ what }) => what.startsWith("track_"));
    assert.deepEqual(facts, [{ of: "vrrp_instance V", what: "track_interface", value: "eth2 weight 0" }]);
  });

  it("has each instance's state", () => {
    assert.deepEqual(statesIn(vrrp), { A: "MASTER", B: "MASTER", C: "MASTER" });
  });
});
