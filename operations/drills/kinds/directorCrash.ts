import type { Failure } from "../../../model/plan/predict/failure";
import { movesWithin, ofPairs, returnsWithin } from "../balancers";
import type { Drill, Place } from "../drill";
import { moveClaims } from "../moves";

export const crashes =
  ({ target }: Place) =>
  (failure: Failure): boolean =>
    failure.kind === "node" && failure.node === target;

/** How a successor notices that a MASTER is silent (RFC 3768, 6.1: Master_Down_Interval). */
export const MASTER_DOWN = "3 × advert_int + skew, less the age of the last advert";

/** The power goes: nobody says farewell. */
export const directorCrash: Drill = {
  name: "director-crash",
  title: "take a director's power away, and start it again",
  disturbs: "the VIP moves twice; the director boots",
  ...ofPairs,
  machine: "off",
  claims: (place) => moveClaims(place, crashes(place), MASTER_DOWN),
  fault: ({ target }) => [{ do: "power off", node: target }],
  undo: ({ target }) => [{ do: "power on", node: target }],
  lasts: (place) => movesWithin(place, crashes(place)),
  settles: (place) => returnsWithin(place, crashes(place)),
};
