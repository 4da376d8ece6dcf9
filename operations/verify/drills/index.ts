/** Every drill: what is done to see more than a look shows, and what it disturbs. */
import type { Session } from "../../session/session";
import type { Drilled } from "../../../components/looks/drilled";
import { tryFailures } from "../predictions/trials";
import { askServices } from "./answers";
import { askDaemons } from "./daemons";
import { drillDown } from "./down";
import { askExpected } from "./expected";
import { lookAtExposed } from "./exposed";
import { drillFailover } from "./failover";
import { drillHeld } from "./held";
import { lookInside } from "./inside";
import { drillMove } from "./move";
import { drillProxyStop } from "./proxyStop";
import { drillRouting } from "./routerStop";
import { drillStart } from "./start";
import { drillSurvival } from "./survival";
import { walkAll } from "./walk";

/** Parts of a lab. `connections` are those of the client through a VIP, which a drill adds to. */
type Part = "connections" | "realServers" | "routers" | "balancers";

const ALL: readonly Part[] = ["connections", "realServers", "routers", "balancers"];
const MACHINES: readonly Part[] = ["realServers", "routers", "balancers"];

/** What it does to the lab: a look reads machines, a question asks as a client or a director does, a drill disturbs something. */
export type Kind = "look" | "question" | "drill";

type Drill<K extends keyof Drilled> = {
  readonly kind: Kind;
  /** What is being done, for progress. Default: its name. */
  readonly doing?: string;
  /** Undefined: it could not be done. */
  readonly run: (session: Session) => Promise<Drilled[K] | undefined>;
  /** What it changes while it runs. It puts back what it takes away. */
  readonly disturbs: readonly Part[];
  /** What nobody else may change meanwhile. */
  readonly needs: readonly Part[];
};

/** In order: what may leave the VIP on another node comes last. */
export const DRILLS: { readonly [K in keyof Drilled]: Drill<K> } = {
  exposed: { kind: "look", doing: "looking at what is exposed", run: lookAtExposed, disturbs: [], needs: MACHINES },
  inside: { kind: "question", run: lookInside, disturbs: [], needs: MACHINES },
  daemons: {
    kind: "look",
    doing: "asking keepalived what it understood",
    run: askDaemons,
    disturbs: [],
    needs: MACHINES,
  },
  expected: {
    kind: "question",
    doing: "asking what the topology expects",
    run: askExpected,
    disturbs: ["connections"],
    needs: ALL,
  },
  answers: {
    kind: "question",
    doing: "asking every virtual server",
    run: askServices,
    disturbs: ["connections"],
    needs: ALL,
  },
  held: { kind: "question", run: drillHeld, disturbs: ["connections"], needs: ALL },
  walks: { kind: "question", doing: "following a request", run: walkAll, disturbs: ["connections"], needs: ALL },
  routing: { kind: "drill", run: drillRouting, disturbs: ["routers", "connections"], needs: ALL },
  down: { kind: "drill", run: drillDown, disturbs: ["realServers", "connections"], needs: ALL },
  start: { kind: "drill", run: drillStart, disturbs: ["balancers"], needs: ALL },
  failover: { kind: "drill", run: drillFailover, disturbs: ["balancers", "connections"], needs: ALL },
  proxyStop: { kind: "drill", run: drillProxyStop, disturbs: ["balancers", "connections"], needs: ALL },
  move: { kind: "drill", run: drillMove, disturbs: ["balancers", "connections"], needs: ALL },
  survival: {
    kind: "drill",
    doing: "drill: connections that outlive their director",
    run: drillSurvival,
    disturbs: ["balancers", "connections"],
    needs: ALL,
  },
  stops: {
    kind: "drill",
    doing: "drill: keepalived stops on each director",
    run: (session) => tryFailures(session, ({ kind }) => kind === "daemon"),
    disturbs: ["balancers", "connections"],
    needs: ALL,
  },
  predictions: {
    kind: "drill",
    doing: "drill: every other failure that predict speaks of",
    run: (session) => tryFailures(session, ({ kind }) => kind !== "daemon"),
    disturbs: ["realServers", "balancers", "connections"],
    needs: ALL,
  },
};

type Name = keyof Drilled;
type Claims = Pick<Drill<Name>, "disturbs" | "needs">;

const minds = ({ needs }: Claims, { disturbs }: Claims): boolean => disturbs.some((part) => needs.includes(part));

/** The drills in groups: those of a group run side by side, for none disturbs what another one needs. The order stays. */
export function sideBySide(names: readonly Name[], drills: Readonly<Record<Name, Claims>> = DRILLS): Name[][] {
  const groups: Name[][] = [];
  for (const name of names) {
    const last = groups.at(-1);
    const free = last?.every((other) => !minds(drills[name], drills[other]) && !minds(drills[other], drills[name]));
    if (last !== undefined && free) last.push(name);
    else groups.push([name]);
  }
  return groups;
}
