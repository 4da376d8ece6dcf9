/** The way between a director and its segment is cut while its card keeps its link, as by a switch that forwards nothing, or in one direction only. */
import { AT_ONCE, checkedAfter, type Range } from "../../../model/plan/predict/times";
import { balancersOf, vrrpInterface } from "../../../model/topology/queries";
import type { Act, Way } from "../act";
import { movesWithin, ofPairs } from "../balancers";
import type { Drill, Place } from "../drill";
import { masterClaims, outageClaim, outcomeOf, rangeText } from "../moves";
import { configuredServer, returnOf, servingOf } from "../realServers";
import { firstAnswer, onceHealed } from "../timeline";
import { crashes, MASTER_DOWN } from "./directorCrash";
import { ARP_SETTLES, cut, splitClaims } from "./splitBrain";

/** Frames of the holder's card for adverts and VIPs. */
function frames({ topology, holder }: Place, way: Way, pass: boolean): readonly Act[] {
  const director = balancersOf(topology).find(({ name }) => name === holder);
  return [{ do: "frames", node: holder, card: vrrpInterface(topology, director) ?? "", way, pass }];
}

const cutting = (way: Way): Pick<Drill, "applies" | "targets" | "fault" | "undo"> => ({
  applies: ofPairs.applies,
  targets: ({ holder }) => [holder],
  fault: (place) => frames(place, way, false),
  undo: (place) => frames(place, way, true),
});

/** Nobody hears the holder: another director takes over as after a crash, but the old one keeps the VIP, and clients hear both when it is over. */
const unheard: Pick<Drill, "claims" | "lasts" | "settles"> = {
  claims: (place) => {
    const { nobody = { least: 0, most: 0 } } = outcomeOf(place, crashes(place));
    return [outageClaim(`${MASTER_DOWN}: ${rangeText(nobody)}`, nobody), ...splitClaims(place)];
  },
  lasts: (place) => movesWithin(place, cut(place)),
  settles: () => ARP_SETTLES,
};

export const directorMute: Drill = {
  name: "director-mute",
  title: "drop all frames that a director sends, and let them through again",
  disturbs: "two directors hold the VIP meanwhile; the client hears one of them",
  ...cutting("from"),
  ...unheard,
};

export const directorCutOff: Drill = {
  name: "director-cut-off",
  title: "drop all frames from and to a director whose card keeps its link, and let them through again",
  disturbs: "two directors hold the VIP meanwhile; the client hears one of them",
  ...cutting("from and to"),
  ...unheard,
};

/** Long enough for a successor, if there were a reason for one. */
const deafFor = (place: Place): number => movesWithin(place, crashes(place));

/** How long a real server that the deaf director has taken out stays out of its table afterwards. */
function outOfTable(place: Place): Range {
  const { topology, service } = place;
  if (topology.virtualServers.length === 0) return AT_ONCE;
  const each = servingOf(service).map((target) => {
    const one = { ...place, target };
    const isKept = (checkedAfter(configuredServer(one).checks)?.least ?? Number.POSITIVE_INFINITY) > deafFor(place);
    return isKept ? 0 : returnOf(one).most;
  });
  return { least: 0, most: Math.max(...each) };
}

/** The holder hears nobody: its adverts go out, so that no other director takes over, and no request reaches it. */
export const directorDeaf: Drill = {
  name: "director-deaf",
  title: "drop all frames to a director, and let them through again",
  disturbs: "nobody is served meanwhile",
  ...cutting("to"),
  claims: (place) => {
    const all = { least: deafFor(place), most: deafFor(place) };
    const back = outOfTable(place);
    return [
      outageClaim(
        `its adverts go out, so nobody takes over, and it lasts as long as the fault: ${rangeText(all)}`,
        all,
      ),
      {
        kind: "time",
        name: "back",
        what: "from the end of the cut until a request is answered again",
        theory: back.most === 0 ? "nothing has moved: at once" : `its health checks had failed: ${rangeText(back)}`,
        ...back,
        measure: (timeline) => firstAnswer(timeline, servingOf(place.service), onceHealed(timeline)),
      },
      ...masterClaims({ during: [place.holder], after: [place.holder] }),
    ];
  },
  lasts: deafFor,
};
