/** Runs a drill: load and watch, fault, heal, watch on, measure, judge. */
import { LIMITS } from "../../model/limits";
import { balancersOf } from "../../model/topology/queries";
import { UserError } from "../../model/userError";
import type { Stack } from "../engine/stack";
import { withoutInterruption } from "../run";
import { show } from "../terminal/progress";
import { fit } from "../terminal/screen";
import { holdersNow } from "../verify/drills/failover";
import { pause, until } from "../wait";
import { type Hands, performAll } from "./act";
import type { Drill, Place } from "./drill";
import { type Clocks, readClocks, readStates } from "./journals";
import { startLoad } from "./load/load";
import { leftOf } from "./left";
import { latency, lateness, lost, type State, type StateAt, type Timeline } from "./timeline";
import { type Claim, type Figure, judge, type Tolerance, withRate } from "./verdict";
import { listen } from "./wire";

/** What came of a drill. Plain data, as it is kept and printed. */
export type DrillRun = {
  readonly lab: string;
  readonly drill: string;
  readonly title: string;
  readonly target: string;
  /** When the fault began, ISO 8601. */
  readonly at: string;
  /** Seconds that all of it took. */
  readonly seconds: number;
  readonly ok: boolean;
  readonly figures: readonly Figure[];
  readonly tolerance: Tolerance;
  readonly load: {
    /** Requests a second. */
    readonly rate: number;
    readonly sent: number;
    readonly lost: number;
    /** How late the client itself was, and how long answers took: seconds. */
    readonly lateness: { readonly p99: number; readonly most: number };
    readonly latency: { readonly median: number; readonly p99: number };
  };
  /** The directors, in the order of the topology. */
  readonly directors: readonly string[];
  readonly timeline: Timeline;
};

export type DrillOptions = { readonly rate: number; readonly tolerance: Tolerance };

/** Seconds of load before the fault: the client's way is open by then. */
const lead = 3;
const tail = 3;

const now = (): number => Date.now() / 1000;

/** What was noted while the drill ran; seconds since 1970. */
type Times = Record<"from" | "begin" | "faulted" | "heal" | "healed" | "to", number>;

/** The states at the begin, those of the journals, and those that a machine without power cannot write itself. */
export function statesOf(
  { holder, target, topology }: Pick<Place, "holder" | "target" | "topology">,
  { machine }: Pick<Drill, "machine">,
  journal: readonly StateAt[],
  { from, begin, heal }: Pick<Times, "from" | "begin" | "heal">,
): StateAt[] {
  const stateOf = (node: string): State => (node === holder ? "MASTER" : "BACKUP");
  const first = balancersOf(topology).map(({ name: node }): StateAt => ({ at: from, node, state: stateOf(node) }));
  const dark: StateAt[] = [
    ...(machine === undefined ? [] : [{ at: begin, node: target, state: "OFF" as const }]),
    ...(machine === "paused" ? [{ at: heal, node: target, state: stateOf(target) }] : []),
  ];
  return [...first, ...journal, ...dark].sort((a, b) => a.at - b.at);
}

/** Counts all times from the begin of the fault. */
export function since(
  { from, begin, faulted, heal, healed, to }: Times,
  seen: Pick<Timeline, "requests" | "held" | "adverts" | "states">,
): Timeline {
  const on = (at: number): number => Math.round((at - begin) * 1e4) / 1e4;
  return {
    from: on(from),
    to: on(to),
    faulted: on(faulted),
    heal: on(heal),
    healed: on(healed),
    requests: seen.requests.map((one) => ({ ...one, due: on(one.due), start: on(one.start), end: on(one.end) })),
    held: seen.held.map((one) => (one.broken === undefined ? one : { ...one, broken: on(one.broken) })),
    adverts: seen.adverts.map((one) => ({ ...one, at: on(one.at) })),
    states: seen.states.map((one) => ({ ...one, at: on(one.at) })),
  };
}

/** Without it no other figure says anything. */
const calm: Claim = {
  kind: "count",
  name: "lost before the fault",
  what: "requests without an answer before anything is broken",
  theory: "all is well: 0. If not, the load is too much for these machines: --rate lowers it",
  least: 0,
  most: 0,
  measure: (timeline) => lost(timeline, { from: timeline.from, to: 0 }),
};

/** Measures and judges a timeline. */
export function judged(
  drill: Drill,
  place: Place,
  timeline: Timeline,
  { rate, tolerance }: DrillOptions,
): Omit<DrillRun, "at" | "seconds"> {
  const seen = withRate(tolerance, rate);
  const figures = [calm, ...drill.claims(place)].map((claim) => judge(claim, timeline, seen));
  return {
    lab: place.topology.name,
    drill: drill.name,
    title: drill.title,
    target: place.target,
    ok: figures.every(({ ok }) => ok),
    figures,
    tolerance,
    load: {
      rate,
      sent: timeline.requests.length,
      lost: lost(timeline, timeline),
      lateness: lateness(timeline),
      latency: latency(timeline),
    },
    directors: balancersOf(place.topology).map(({ name }) => name),
    timeline,
  };
}

/** Does a drill. What it takes away it puts back, however it ends. */
export function runDrill(
  stack: Stack,
  hands: Hands,
  drill: Drill,
  place: Place,
  options: DrillOptions,
): Promise<DrillRun> {
  return withoutInterruption(async (interrupted) => {
    const watch = performance.now();
    const elapsed = (): number => Math.round((performance.now() - watch) / 100) / 10;
    let doing = "load";
    const unshow = show(({ columns, paint }) => [
      paint("busy", fit(`      ${drill.name} (${place.target}): ${doing}  ${Math.floor(elapsed())} s`, columns)),
    ]);
    try {
      const before = await readClocks(hands.session);
      const { times, loaded, adverts } = await watched(stack, hands, drill, place, options, {
        interrupted,
        tell: (what) => {
          doing = what;
        },
      });
      const after = await readClocks(hands.session);
      const states = await statesSeen(hands, drill, place, times, { before, after });
      const timeline = since(times, { ...loaded, adverts, states });
      const at = new Date(times.begin * 1000).toISOString();
      return { ...judged(drill, place, timeline, options), at, seconds: elapsed() };
    } finally {
      unshow();
    }
  });
}

async function statesSeen(
  { session }: Hands,
  drill: Drill,
  place: Place,
  times: Times,
  clocks: { readonly before: Clocks; readonly after: Clocks },
): Promise<StateAt[]> {
  const fault = { ...times, ...(drill.machine === "paused" ? { paused: place.target } : {}) };
  return statesOf(place, drill, await readStates(session, times.from, clocks, fault), times);
}

/** The part in which the client asks all the time. */
async function watched(
  stack: Stack,
  hands: Hands,
  drill: Drill,
  place: Place,
  { rate }: DrillOptions,
  { interrupted, tell }: { readonly interrupted: AbortSignal; readonly tell: (what: string) => void },
) {
  const { session } = hands;
  const { vip, port } = place.service;
  const stopListening = listen(session);
  const load = { url: `http://${vip}:${port}/`, rate, held: drill.held ?? 0 };
  const stopLoad = startLoad((words, more) => session.client(words, more), session.topology, load);
  const from = now();
  try {
    await pause(lead, interrupted);
    const times = await faulted(stack, hands, drill, place, { interrupted, tell });
    tell("watching what comes after it");
    await pause(drill.settles?.(place) ?? tail, interrupted);
    await until(
      LIMITS.drillHealed.seconds,
      async () => interrupted.aborted || (await holdersNow(session)).length === 1,
    );
    await pause(1, interrupted);
    if (interrupted.aborted) throw new UserError(`drill ${drill.name}: interrupted; the lab is put back`);
    return { times: { from, ...times, to: now() }, loaded: await stopLoad(), adverts: await stopListening() };
  } finally {
    await Promise.allSettled([stopLoad(), stopListening()]);
  }
}

async function faulted(
  stack: Stack,
  hands: Hands,
  drill: Drill,
  place: Place,
  { interrupted, tell }: { readonly interrupted: AbortSignal; readonly tell: (what: string) => void },
): Promise<Pick<Times, "begin" | "faulted" | "heal" | "healed">> {
  const undo = drill.undo(place);
  const left = leftOf(stack);
  left.write(drill.name, undo);
  const begin = now();
  let done = begin;
  let heal = begin;
  try {
    if (!interrupted.aborted) {
      tell("fault");
      await performAll(hands, drill.fault(place));
      done = now();
      await pause(drill.lasts(place), interrupted);
    }
  } finally {
    heal = now();
    tell("healing");
    await performAll(hands, undo);
    left.forget();
  }
  return { begin, faulted: done, heal, healed: now() };
}
