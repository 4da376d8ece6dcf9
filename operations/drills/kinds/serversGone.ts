import type { Drill, Place } from "../drill";
import { SORRY } from "../load/load";
import { rangeText } from "../moves";
import {
  configuredServer,
  killHttpd,
  ofServers,
  refusedAfter,
  returnOf,
  servingOf,
  settlesBack,
  startHttpd,
  virtualServerOf,
} from "../realServers";
import {
  during,
  failing,
  firstAnswer,
  lost,
  namesText,
  onceHealed,
  type Span,
  type Timeline,
  within,
} from "../timeline";
import type { Claim } from "../verdict";

const NEVER = { least: 0, most: Number.POSITIVE_INFINITY };

/** Until the last of them is taken out. */
function allOut(place: Place): { readonly least: number; readonly most: number } {
  const each = servingOf(place.service).map(
    (target) => refusedAfter(configuredServer({ ...place, target }).checks) ?? NEVER,
  );
  return { least: Math.max(...each.map(({ least }) => least)), most: Math.max(...each.map(({ most }) => most)) };
}

const NOBODY = "no answer";

/** Just before the end of the fault. */
const last = ({ heal }: Timeline): Span => ({ from: heal - 2, to: heal });

/**
 * What clients get when none is left: a sorry server, or nothing. The kernel refuses each connection to an empty table by ICMP, and limits how often
 * (icmp(7), icmp_ratelimit): most of them hang.
 */
function meanwhile(place: Place): Claim {
  const { sorryPage } = virtualServerOf(place);
  return {
    kind: "name",
    name: "answers meanwhile",
    what: "what clients get when every real server has been taken out",
    theory: sorryPage === undefined ? "no sorry_server: nobody answers" : "the sorry_server answers",
    expected: sorryPage === undefined ? NOBODY : SORRY,
    measure: (timeline) => {
      const { requests } = timeline;
      const answers = requests
        .filter(({ start }) => within(last(timeline), start))
        .map(({ by, error }) => by ?? (error === SORRY ? SORRY : NOBODY));
      return namesText([...new Set(answers)]);
    },
  };
}

/** No real server is left, and all come back: the one time at which a sorry server answers. */
export const serversGone: Drill = {
  name: "servers-gone",
  title: "kill the httpd of every real server, and start them again",
  disturbs: "clients are refused, or get the sorry page",
  applies: ofServers.applies,
  targets: ({ holder }) => [holder],
  claims: (place) => {
    const { sorryPage } = virtualServerOf(place);
    const out = allOut(place);
    const servers = servingOf(place.service);
    const back = servers
      .map((target) => returnOf({ ...place, target }))
      .reduce((longest, one) => (one.most > longest.most ? one : longest));
    return [
      ...(sorryPage === undefined
        ? []
        : [
            {
              kind: "time",
              name: "noticed",
              what: "from the first request that was refused to the last one",
              theory: `each server's retry × delay_before_retry, and up to delay_loop before it: ${rangeText(out)}`,
              ...out,
              measure: (timeline) => failing(timeline, during(timeline), SORRY),
            } satisfies Claim,
          ]),
      meanwhile(place),
      {
        kind: "time",
        name: "first back",
        what: "from the end of the start of every httpd until one of them answers",
        ...back,
        least: 0,
        measure: (timeline) => firstAnswer(timeline, servers, onceHealed(timeline)),
      },
      {
        kind: "time",
        name: "all back",
        what: "from the end of the start of every httpd until the last of them has answered",
        ...back,
        least: 0,
        measure: (timeline) => {
          const each = servers.map((server) => firstAnswer(timeline, server, onceHealed(timeline)));
          return each.reduce((a, b) => (a === undefined || b === undefined ? undefined : Math.max(a, b)));
        },
      },
      {
        kind: "count",
        name: "lost afterwards",
        what: "requests of the last 2 s without an answer",
        theory: "all is well: 0",
        least: 0,
        most: 0,
        measure: (timeline) => lost(timeline, { from: timeline.to - 2, to: timeline.to }),
      },
    ];
  },
  fault: (place) => servingOf(place.service).map((name) => killHttpd(place, name)),
  undo: (place) => servingOf(place.service).map((name) => startHttpd(place, name)),
  lasts: (place) => Math.min(1.2 * allOut(place).most, 120) + 3,
  settles: settlesBack,
};
