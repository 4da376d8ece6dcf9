/** What drills of directors share: which they can be done to, and for how long. */
import { balancersOf, hasPair } from "../../model/topology/queries";
import type { Failure } from "../../model/plan/predict/failure";
import type { Drill, Place } from "./drill";
import { outcomeOf } from "./moves";

/** Where several machines share the VIPs. */
export const ofPairs: Pick<Drill, "applies" | "targets"> = {
  applies: hasPair,
  targets: ({ topology, holder }) => [
    holder,
    ...balancersOf(topology)
      .map(({ name }) => name)
      .filter((name) => name !== holder),
  ],
};

/** Long enough for the move that predict says, and for some seconds in which nothing more may happen. */
export function movesWithin(place: Place, matches: (failure: Failure) => boolean): number {
  const { nobody, moved, noticed } = outcomeOf(place, matches);
  return 1.5 * Math.max(nobody?.most ?? 0, moved?.most ?? 0, noticed.most) + 3;
}

/** Long enough for a director that is back to take the VIP, or to leave it. */
export function returnsWithin(place: Place, matches: (failure: Failure) => boolean): number {
  const { returned } = outcomeOf(place, matches);
  return 1.5 * (returned?.most ?? 3) + 3;
}
