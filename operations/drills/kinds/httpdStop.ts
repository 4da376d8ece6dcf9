import type { Range } from "../../../model/plan/predict/times";
import type { Drill, Place } from "../drill";
import { rangeText } from "../moves";
import {
  configuredServer,
  killHttpd,
  ofServers,
  refusedAfter,
  returnOf,
  settlesBack,
  startHttpd,
} from "../realServers";
import { afterwards, during, failing, firstAnswer, lost, onceHealed } from "../timeline";

/** Seconds until the check has taken the server out. */
const outOf = (place: Place): Range =>
  refusedAfter(configuredServer(place).checks) ?? { least: 0, most: Number.POSITIVE_INFINITY };

/** A real server's web server ends, its machine lives: connections are refused until the health check takes it out of the table. */
export const httpdStop: Drill = {
  name: "httpd-stop",
  title: "kill a real server's httpd, and start it again",
  disturbs: "its share of the requests is refused until the health check notices",
  ...ofServers,
  claims: (place) => {
    const out = outOf(place);
    const back = returnOf(place);
    return [
      {
        kind: "time",
        name: "noticed",
        what: "from the first request that was refused to the last one",
        theory: `retry × delay_before_retry, and up to delay_loop before it: ${rangeText(out)}`,
        ...out,
        measure: (timeline) => failing(timeline, during(timeline)),
      },
      {
        kind: "time",
        name: "back",
        what: `from the end of the start of its httpd until ${place.target} answers again`,
        ...back,
        least: 0,
        measure: (timeline) => firstAnswer(timeline, place.target, onceHealed(timeline)),
      },
      {
        kind: "count",
        name: "lost at the return",
        what: "requests without an answer after its httpd was started",
        theory: "it is in the table only while it answers: 0",
        least: 0,
        most: 0,
        measure: (timeline) => lost(timeline, afterwards(timeline)),
      },
    ];
  },
  fault: (place) => [killHttpd(place, place.target)],
  undo: (place) => [startHttpd(place, place.target)],
  lasts: (place) => Math.min(1.5 * outOf(place).most, 120) + 3,
  settles: settlesBack,
};
