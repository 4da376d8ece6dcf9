import type { Failure } from "../../../model/plan/predict/failure";
import { movesWithin, ofPairs, returnsWithin } from "../balancers";
import type { Drill, Place } from "../drill";
import { moveClaims } from "../moves";
import { MASTER_DOWN } from "./directorCrash";

const fails =
  ({ target, topology }: Place) =>
  (failure: Failure): boolean =>
    failure.kind === "card" && failure.node === target && failure.name === topology.vrrp?.interface;

/** The plug of the card that bears adverts and VIPs is pulled. The director sees it, and is in FAULT; others hear nothing more of it. */
export const cardDown: Drill = {
  name: "card-down",
  title: "pull the plug of a director's network card, and put it in again",
  disturbs: "the VIP moves twice; SSH to the director may be cut",
  ...ofPairs,
  claims: (place) => moveClaims(place, fails(place), MASTER_DOWN),
  fault: ({ target, topology }) => [{ do: "link", node: target, card: topology.vrrp?.interface ?? "", up: false }],
  undo: ({ target, topology }) => [{ do: "link", node: target, card: topology.vrrp?.interface ?? "", up: true }],
  lasts: (place) => movesWithin(place, fails(place)),
  settles: (place) => returnsWithin(place, fails(place)),
};
