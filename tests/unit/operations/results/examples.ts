/** Results of each kind, with texts that are hard to write in XML and Markdown. */
import type { Suite } from "../../../../operations/results/suite";
import { suiteOfChecks, suiteOfRuns } from "../../../../operations/results/suite";
import { Results } from "../../../../operations/results/kept";
import { inRoot } from "../../../../operations/paths";
import type { CheckResult, Verified } from "../../../../operations/verify";

/** Results that were recorded in a real lab: its checks, and four runs of three drills. */
export const RECORDED = inRoot("tests", "fixtures", "results");
export const recorded = new Results(RECORDED).read();

const AT = "2026-11-28T04:40:00.123Z";

const well: CheckResult = {
  id: "000-10",
  name: "one-down",
  title: "a real server that fails is taken out",
  ok: true,
  seconds: 24.13,
  seen: "web1 stopped; <a href='x'> & | stay text",
  problems: [],
};
const failed: CheckResult = {
  ...well,
  id: "addresses",
  name: "addresses",
  ok: false,
  seconds: 3,
  seen: "as the topology says",
  problems: ['web1: eth0 is "down" & <gone>', "web2: a bell \u0007"],
};
const tried: CheckResult = {
  ...well,
  name: "predictions",
  seen: "1 of 1 failures brought about, each as predicted",
  rows: [
    ["FAILURE", "OF", "PREDICTED", "SEEN", "TIME"],
    ["lb1 loses its power", "VI_1", "lb1 > lb2 > lb1", "lb1 > lb2 > lb1", "moved in 3.5 s"],
  ],
};

export const verified: Verified = { seconds: 40.25, results: [well, failed, tried] };

export const suites: Readonly<Record<string, Suite>> = {
  verify: suiteOfChecks("dr-keepalived", AT, verified),
  drill: suiteOfRuns("dr-keepalived", AT, recorded.runs),
};
