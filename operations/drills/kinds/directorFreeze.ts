import { movesWithin, ofPairs, returnsWithin } from "../balancers";
import type { Drill } from "../drill";
import { moveClaims } from "../moves";
import { crashes, MASTER_DOWN } from "./directorCrash";

/** The machine stands still, and goes on as if nothing had been: for a moment there are two that believe to be MASTER. */
export const directorFreeze: Drill = {
  name: "director-freeze",
  title: "pause a director, and resume it",
  disturbs: "the VIP moves twice; two directors may hold it for a moment",
  ...ofPairs,
  machine: "paused",
  claims: (place) => moveClaims(place, crashes(place), MASTER_DOWN),
  fault: ({ target }) => [{ do: "pause", node: target }],
  undo: ({ target }) => [{ do: "resume", node: target }],
  lasts: (place) => movesWithin(place, crashes(place)),
  settles: (place) => returnsWithin(place, crashes(place)),
};
