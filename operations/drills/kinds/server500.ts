import { HTTPD } from "../../../components/roles/web/family";
import { configuredServer, errorSeenAfter, mostOf, ofServers, returnOf, settlesBack } from "../realServers";
import { rangeText } from "../moves";
import type { Drill, Place } from "../drill";
import { during, failing, firstAnswer, lost, onceHealed } from "../timeline";
import type { Claim } from "../verdict";

/** Seconds that it lasts: any check would have seen it by then. */
const lasts = (place: Place): number => mostOf(configuredServer(place).checks) + 3;

/** A check that reads the answer takes the server out; for one that only connects it is well. */
function seenClaim(place: Place): Claim {
  const { checks } = configuredServer(place);
  const seen = errorSeenAfter(checks);
  const what = "from the first request that was answered by an error to the last one";
  const measure: (Claim & { kind: "time" })["measure"] = (timeline) => failing(timeline, during(timeline));
  if (seen !== undefined) {
    const theory = `retry × delay_before_retry, and up to delay_loop before it: ${rangeText(seen)}`;
    return { kind: "time", name: "noticed", what, theory, ...seen, measure };
  }
  const methods = [...new Set(checks.map(({ method }) => method))].join(", ") || "no check";
  const all = { least: lasts(place), most: lasts(place) };
  const theory = `${methods} reads no answer, so it lasts as long as the fault: ${rangeText(all)}`;
  return { kind: "time", name: "unnoticed", what, theory, ...all, measure };
}

/** Connections succeed, and each answer is an error: an application that lost its database. */
export const server500: Drill = {
  name: "server-500",
  title: "let a real server's httpd answer 500, and answer rightly again",
  disturbs: "its share of the requests gets errors until a health check notices, or until the end",
  ...ofServers,
  claims: (place) => {
    const isSeen = errorSeenAfter(configuredServer(place).checks) !== undefined;
    const back = isSeen ? returnOf(place) : { most: 0.5, theory: "it was never taken out: its next turn" };
    return [
      seenClaim(place),
      {
        kind: "time",
        name: "back",
        what: `from the end of the errors until ${place.target} gives an answer again`,
        ...back,
        least: 0,
        measure: (timeline) => firstAnswer(timeline, place.target, onceHealed(timeline)),
      },
      {
        kind: "count",
        name: "lost at the return",
        what: "requests without a right answer after it was put right",
        theory: "all is well: 0",
        least: 0,
        most: 0,
        measure: (timeline) => lost(timeline, onceHealed(timeline)),
      },
    ];
  },
  fault: ({ target, family }) => {
    const { conf } = HTTPD[family(target)];
    return [{ do: "run", node: target, command: `echo "Redirect 500 /" >${conf}/${FILE}; ${reload(family(target))}` }];
  },
  undo: ({ target, family }) => {
    const { conf } = HTTPD[family(target)];
    return [{ do: "run", node: target, command: `rm -f ${conf}/${FILE}; ${reload(family(target))}` }];
  },
  lasts,
  settles: settlesBack,
};

const FILE = "lvs-lab-drill.conf";

/** httpd reads its files again after the command's end: an answer of its own says that it has. */
const reload = (family: ReturnType<Place["family"]>): string =>
  `systemctl reload ${HTTPD[family].unit} && { curl --silent --output /dev/null --max-time 10 --noproxy '*' http://127.0.0.1/; true; }`;
