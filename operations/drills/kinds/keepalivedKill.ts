import { AT_ONCE } from "../../../model/plan/predict/times";
import { movesWithin, ofPairs, returnsWithin } from "../balancers";
import type { Drill } from "../drill";
import { handoverClaim, masterClaims, outageClaim, outcomeOf, returnClaim } from "../moves";
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
      outageClaim("the dead MASTER's kernel serves on: 0 s", AT_ONCE),
      ...(moved === undefined ? [] : [handoverClaim(place.target, "3 × advert_int + skew", moved.most)]),
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
