import type { Drill } from "../drill";
import { ofServers, servingOf } from "../realServers";
import { answeredBy, broken, firstAnswer, lost, onceHealed } from "../timeline";
import { weigh, WEIGHTS } from "../weights";

/** Seconds for a connection that was on its way when the weight changed. */
const onItsWay = 0.5;

/** Weight 0 sends a real server no new connection, and leaves those that it has (ipvsadm(8), quiescent). */
export const drain: Drill = {
  name: "drain",
  title: "give a real server weight 0 (drain), and its weight again (undrain)",
  disturbs: "the other real servers get its requests",
  ...ofServers,
  held: 4,
  claims: ({ target, service }) => [
    {
      kind: "count",
      name: "new requests while drained",
      what: `requests that ${target} answered while it had weight 0`,
      theory: "weight 0 gets no new connection: 0",
      least: 0,
      most: 0,
      measure: (timeline) => answeredBy(timeline, target, { from: timeline.faulted + onItsWay, to: timeline.heal }),
    },
    {
      kind: "count",
      name: "broken connections",
      what: "open connections that broke",
      theory: "weight 0 leaves open connections: 0",
      least: 0,
      most: 0,
      measure: (timeline) => broken(timeline, { from: 0, to: timeline.to }),
    },
    {
      kind: "count",
      name: "lost requests",
      what: "requests without an answer",
      theory: "the others take them: 0",
      least: 0,
      most: 0,
      measure: (timeline) => lost(timeline, { from: 0, to: timeline.to }),
    },
    {
      kind: "time",
      name: "back",
      what: `from the end of the drain until ${target} answers again`,
      theory: `its next turn among ${servingOf(service).length}: at once`,
      least: 0,
      most: 0.5,
      measure: (timeline) => firstAnswer(timeline, target, onceHealed(timeline)),
    },
  ],
  fault: ({ topology, target }) => weigh(topology, target, WEIGHTS.drain),
  undo: (place) => weigh(place.topology, place.target, WEIGHTS.undrain),
  // A web server waits some 20 s for the rest of a request (mod_reqtimeout): the open connections must be over by then.
  lasts: () => 6,
  settles: () => 2,
};
