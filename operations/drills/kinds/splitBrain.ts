import { balancersOf, sshAddress } from "../../../model/topology/queries";
import type { Failure } from "../../../model/plan/predict/failure";
import { movesWithin, ofPairs } from "../balancers";
import type { Drill, Place } from "../drill";
import { masterClaims, outcomeOf, rangeText } from "../moves";
import { afterwards, during, firstAdvert, lastAdvert, onceHealed, outage } from "../timeline";
import type { Claim } from "../verdict";
import { MASTER_DOWN } from "./directorCrash";

export const cut =
  ({ holder }: Place) =>
  (failure: Failure): boolean =>
    failure.kind === "cut" && failure.nodes.includes(holder);

/** The addresses that adverts come from. */
const sources = ({ topology }: Place): string[] =>
  balancersOf(topology).map((node) => node.interfaces[topology.vrrp?.interface ?? ""]?.address ?? sshAddress(node));

/** When the other director believes to be MASTER too. */
function takeoverClaim(place: Place): Claim {
  const { moved = { least: 0, most: 0 } } = outcomeOf(place, cut(place));
  return {
    kind: "time",
    name: "takeover",
    what: "from the cut until a second director sends adverts, on the wire",
    theory: `${MASTER_DOWN}: ${rangeText(moved)}`,
    ...moved,
    measure: (timeline) => firstAdvert(timeline, place.holder, during(timeline)),
  };
}

/** How long both send adverts after the cut. */
function endOfSplitClaim({ topology, holder }: Place): Claim {
  const advertInt = topology.vrrp?.advertInt ?? 1;
  return {
    kind: "time",
    name: "end of the split",
    what: "from the end of the cut until one director alone sends adverts, on the wire",
    theory: `the next advert of the higher priority: 0 s to ${advertInt} s`,
    least: 0,
    most: advertInt,
    measure: (timeline) => lastAdvert(timeline, holder, onceHealed(timeline)),
  };
}

/**
 * Seconds until the ARP cache of a client asks again for an address that is in use and does not answer: base_reachable_time_ms × 1.5,
 * delay_first_probe_time, and ucast_solicit × retrans_time_ms (arp(7), the defaults of Linux).
 */
const ARP_AGES = 45 + 5 + 3;

/**
 * Nobody announces the VIP at the end if the director that gives up has no advert left to send: only its adverts make the other one announce it
 * (keepalived.conf(5), garp_lower_prio_repeat). A topology has no garp_master_refresh, which would do it.
 */
const announcedClaim: Claim = {
  kind: "time",
  name: "outage at the return",
  what: "longest time between two answers while all is put back",
  theory: `0 s if the director that gives up sends one more advert, for then the other one announces the VIP; else until the client's ARP cache has aged: at most ${ARP_AGES} s`,
  least: 0,
  most: ARP_AGES,
  measure: (timeline) => outage(timeline, afterwards(timeline)),
};

/** From the time at which both are MASTER on. */
export const splitClaims = (place: Place): readonly Claim[] => [
  takeoverClaim(place),
  endOfSplitClaim(place),
  announcedClaim,
  ...masterClaims(outcomeOf(place, cut(place))),
];

/** A client that has heard the wrong director's last gratuitous ARP keeps asking it for some eight seconds (arp(7): delay_first_probe_time, ucast_solicit). */
export const ARP_SETTLES = 9;

/** Adverts alone are lost, all else goes through: both directors are MASTER, until the adverts come again. */
export const splitBrain: Drill = {
  name: "split-brain",
  title: "drop VRRP adverts alone between the directors, and let them through again",
  disturbs: "two directors hold the VIP meanwhile",
  applies: ofPairs.applies,
  targets: ({ holder }) => [holder],
  claims: splitClaims,
  fault: (place) => [{ do: "adverts", from: sources(place), pass: false }],
  undo: (place) => [{ do: "adverts", from: sources(place), pass: true }],
  lasts: (place) => movesWithin(place, cut(place)),
  settles: () => ARP_SETTLES,
};
