import { checkedAfter } from "../../../model/plan/predict/times";
import type { Drill, Place } from "../drill";
import { rangeText } from "../moves";
import { configuredServer, ofServers, returnOf, settlesBack } from "../realServers";
import { during, failing, firstAnswer, onceHealed } from "../timeline";

const NEVER = { least: 0, most: Number.POSITIVE_INFINITY };
const noticed = (place: Place) => checkedAfter(configuredServer(place).checks) ?? NEVER;

/** The power goes: connections to it are not refused but hang, and so do the health checks. */
export const serverCrash: Drill = {
  name: "server-crash",
  title: "take a real server's power away, and start it again",
  disturbs: "its share of the requests gets no answer until the health check notices; the server boots",
  ...ofServers,
  claims: (place) => {
    const out = noticed(place);
    return [
      {
        kind: "time",
        name: "noticed",
        what: "from the first request without an answer to the last one",
        theory: `connect_timeout, retry × (delay_before_retry + connect_timeout), and up to delay_loop before it: ${rangeText(out)}`,
        ...out,
        measure: (timeline) => failing(timeline, during(timeline)),
      },
      {
        kind: "time",
        name: "back",
        what: `from the end of its boot until ${place.target} answers again`,
        ...returnOf(place),
        least: 0,
        measure: (timeline) => firstAnswer(timeline, place.target, onceHealed(timeline)),
      },
    ];
  },
  fault: ({ target }) => [{ do: "power off", node: target }],
  undo: ({ target }) => [{ do: "power on", node: target }],
  lasts: (place) => Math.min(1.2 * noticed(place).most, 120) + 3,
  settles: settlesBack,
};
