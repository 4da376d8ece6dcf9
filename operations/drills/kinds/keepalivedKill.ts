import { seconds } from "../../../model/plan/rules/rule";
import { movesWithin, ofPairs, returnsWithin } from "../balancers";
import type { Drill } from "../drill";
import { masterClaims, outcomeOf, returnClaim } from "../moves";
import { during, handover, outage } from "../timeline";
import { crashes } from "./directorCrash";

/**
 * keepalived dies without a word. VIP and IPVS table stay in the kernel, so that clients are served on: the successor takes over after the time of
 * a crash, and nobody notices.
 */
export const keepalivedKill: Drill = {
  name: "keepalived-kill",
  title: "kill keepalived, and start it again",
  disturbs: "the VIP moves twice; two directors hold it meanwhile",
  ...ofPairs,
  claims: (place) => {
    const outcome = outcomeOf(place, crashes(place));
    const { moved } = outcome;
    return [
      {
        kind: "time",
        name: "outage",
        what: "longest time between two answers after the fault",
        theory: "the dead MASTER's kernel serves on: 0 s",
        least: 0,
        most: 0,
        measure: (timeline) => outage(timeline, during(timeline)),
      },
      ...(moved === undefined
        ? []
        : [
            {
              kind: "time" as const,
              name: "handover",
              what: `from the last advert of ${place.target} to the first one of its successor, on the wire`,
              theory: `3 × advert_int + skew: ${seconds(moved.most)}`,
              least: moved.most,
              most: moved.most,
              measure: (timeline: Parameters<typeof handover>[0]) => handover(timeline, place.target, during(timeline)),
            },
          ]),
      returnClaim,
      ...masterClaims(outcome),
    ];
  },
  fault: ({ target }) => [
    { do: "run", node: target, command: "systemctl kill --kill-whom=all --signal=KILL keepalived" },
  ],
  undo: ({ target }) => [
    { do: "run", node: target, command: "systemctl reset-failed keepalived; systemctl start keepalived" },
  ],
  lasts: (place) => movesWithin(place, crashes(place)),
  settles: (place) => returnsWithin(place, crashes(place)),
};
