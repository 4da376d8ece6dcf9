import type { Drill, Place } from "../drill";
import { configuredServer, mostOf, ofServers, servingOf } from "../realServers";
import { answeredBy, lost, medianOf, type Span, type Timeline } from "../timeline";

/** How much later a packet of the server leaves, seconds: far less than a connect_timeout. */
const DELAY = 0.3;

/** Seconds for a request that was on its way when it began. */
const onItsWay = 1;
const slow = ({ faulted, heal }: Timeline): Span => ({ from: faulted, to: heal - onItsWay });
const end = ({ heal }: Timeline): Span => ({ from: heal - 3, to: heal });

/** What waits in a queue is lost with it, so that it is emptied first. There is none where the fault was not done. */
const undelayed = (card: string): string =>
  `if tc qdisc change dev ${card} root netem delay 0ms 2>/dev/null; then sleep ${2 * DELAY}; tc qdisc del dev ${card} root; fi`;

const cards = ({ topology, target }: Place): string[] => Object.keys(topology.nodes[target]?.interfaces ?? {});

/** A server that answers late is alive for every check: its clients wait, and nobody else does. */
export const serverSlow: Drill = {
  name: "server-slow",
  title: "delay all packets of a real server (tc netem), and none again",
  disturbs: "its share of the requests takes longer",
  applies: ofServers.applies,
  targets: ofServers.targets,
  claims: (place) => {
    const { target, service } = place;
    const others = servingOf(service).filter((name) => name !== target);
    return [
      {
        kind: "time",
        name: "its answers",
        what: `median of how long an answer of ${target} takes`,
        theory: `its SYN-ACK and its answer are late, each by ${DELAY} s: ${2 * DELAY} s`,
        least: 2 * DELAY,
        most: 2 * DELAY,
        measure: (timeline) => medianOf(timeline, [target], slow(timeline)),
      },
      {
        kind: "time",
        name: "others' answers",
        what: `median of how long an answer of ${others.join(", ")} takes`,
        theory: "nobody waits for another server: as before, 0 s",
        least: 0,
        most: 0,
        measure: (timeline) => medianOf(timeline, others, slow(timeline)),
      },
      {
        kind: "count",
        name: "lost requests",
        what: "requests without an answer",
        theory: "late is not lost: 0",
        least: 0,
        most: 0,
        measure: (timeline) => lost(timeline, { from: 0, to: timeline.to }),
      },
      {
        kind: "name",
        name: "in the table",
        what: `whether ${target} answers requests of the last 3 s`,
        theory: `its checks wait longer than ${2 * DELAY} s: it stays`,
        expected: "stays",
        measure: (timeline) => (answeredBy(timeline, target, end(timeline)) > 0 ? "stays" : "is taken out"),
      },
    ];
  },
  fault: (place) => [
    {
      do: "run",
      node: place.target,
      command: cards(place)
        .map((card) => `tc qdisc replace dev ${card} root netem delay ${DELAY * 1000}ms`)
        .join(" && "),
    },
  ],
  undo: (place) => [{ do: "run", node: place.target, command: cards(place).map(undelayed).join("; ") }],
  // Every check has had its time.
  lasts: (place) => mostOf(configuredServer(place).checks) + 3,
};
