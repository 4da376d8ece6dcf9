import { balancersOf, sshAddress } from "../../../model/topology/queries";
import type { Failure } from "../../../model/plan/predict/failure";
import { movesWithin, ofPairs } from "../balancers";
import type { Drill, Place } from "../drill";
import { masterClaims, outcomeOf, rangeText, returnClaim } from "../moves";
import { during, firstAdvert, lastAdvert, onceHealed } from "../timeline";

const cut =
  ({ holder }: Place) =>
  (failure: Failure): boolean =>
    failure.kind === "cut" && failure.nodes.includes(holder);

/** The addresses that adverts come from. */
const sources = ({ topology }: Place): string[] =>
  balancersOf(topology).map((node) => node.interfaces[topology.vrrp?.interface ?? ""]?.address ?? sshAddress(node));

/** Adverts alone are lost, all else goes through: both directors are MASTER, until the adverts come again. */
export const splitBrain: Drill = {
  name: "split-brain",
  title: "drop VRRP adverts alone between the directors, and let them through again",
  disturbs: "two directors hold the VIP meanwhile",
  applies: ofPairs.applies,
  targets: ({ holder }) => [holder],
  claims: (place) => {
    const outcome = outcomeOf(place, cut(place));
    const { moved = { least: 0, most: 0 } } = outcome;
    const advertInt = place.topology.vrrp?.advertInt ?? 1;
    return [
      {
        kind: "time",
        name: "takeover",
        what: "from the cut until a second director sends adverts, on the wire",
        theory: `3 × advert_int + skew, less the age of the last advert: ${rangeText(moved)}`,
        ...moved,
        measure: (timeline) => firstAdvert(timeline, place.holder, during(timeline)),
      },
      {
        kind: "time",
        name: "end of the split",
        what: "from the end of the cut until one director alone sends adverts, on the wire",
        theory: `the next advert of the higher priority: 0 s to ${advertInt} s`,
        least: 0,
        most: advertInt,
        measure: (timeline) => lastAdvert(timeline, place.holder, onceHealed(timeline)),
      },
      returnClaim,
      ...masterClaims(outcome),
    ];
  },
  fault: (place) => [{ do: "adverts", from: sources(place), pass: false }],
  undo: (place) => [{ do: "adverts", from: sources(place), pass: true }],
  lasts: (place) => movesWithin(place, cut(place)),
  // A client that has heard the wrong director's last gratuitous ARP keeps asking it for some eight seconds (arp(7): delay_first_probe_time, ucast_solicit).
  settles: () => 9,
};
