import type { Failure } from "../../../model/plan/predict/failure";
import { movesWithin, ofPairs, returnsWithin } from "../balancers";
import type { Drill, Place } from "../drill";
import { moveClaims } from "../moves";

const fails =
  ({ target }: Place) =>
  (failure: Failure): boolean =>
    failure.kind === "daemon" && failure.node === target;

/** A clean stop: the MASTER says farewell by an advert with priority 0 (RFC 3768, 6.4.3), and its successor waits for its skew time only. */
export const keepalivedStop: Drill = {
  name: "keepalived-stop",
  title: "stop keepalived, and start it again",
  disturbs: "the VIP moves twice",
  ...ofPairs,
  claims: (place) => moveClaims(place, fails(place), "the successor's skew time"),
  fault: ({ target }) => [{ do: "run", node: target, command: "systemctl stop keepalived" }],
  undo: ({ target }) => [{ do: "run", node: target, command: "systemctl start keepalived" }],
  lasts: (place) => movesWithin(place, fails(place)),
  settles: (place) => returnsWithin(place, fails(place)),
};
