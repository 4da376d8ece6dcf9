import { ofPairs } from "../balancers";
import type { Drill } from "../drill";
import { during, lost, mastersAt, outage } from "../timeline";

/** keepalived reads its configuration again while clients ask. The configuration is the same, so nobody may notice. */
export const reload: Drill = {
  name: "reload",
  title: "reload keepalived while clients ask",
  disturbs: "nothing, if it works",
  ...ofPairs,
  claims: ({ holder }) => [
    {
      kind: "count",
      name: "lost requests",
      what: "requests without an answer after the reload",
      theory: "VIP and IPVS table stay: 0",
      least: 0,
      most: 0,
      measure: (timeline) => lost(timeline, during(timeline)),
    },
    {
      kind: "time",
      name: "outage",
      what: "longest time between two answers after the reload",
      theory: "VIP and IPVS table stay: 0 s",
      least: 0,
      most: 0,
      measure: (timeline) => outage(timeline, during(timeline)),
    },
    {
      kind: "name",
      name: "MASTER afterwards",
      what: "directors that are MASTER at the end",
      theory: "an unchanged configuration moves no VIP",
      expected: holder,
      measure: (timeline) => mastersAt(timeline, timeline.to),
    },
  ],
  fault: ({ target }) => [{ do: "run", node: target, command: "systemctl reload keepalived" }],
  undo: () => [],
  lasts: ({ topology }) => 5 * (topology.vrrp?.advertInt ?? 1) + 3,
};
