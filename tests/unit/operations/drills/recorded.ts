/** Timelines as a lab gives them: a request each tenth of a second, answered in turn, and an advert each second. */
import type { AdvertAt, LoadRequest, State, StateAt, Timeline } from "../../../../operations/drills/timeline";

export type Course = {
  readonly heal?: number;
  readonly to?: number;
  /** Requests that start in these spans get no answer, or this error. */
  readonly lost?: readonly (readonly [from: number, to: number, error?: string])[];
  /** How long the answer to the request of that number and time takes; default: 0.02 s. */
  readonly took?: (seq: number, at: number) => number;
  /** Who answers the request of that number and time; default: web1 and web2 in turn. */
  readonly by?: (seq: number, at: number) => string;
  /** Who sends adverts, from when to when. */
  readonly adverts?: readonly (readonly [node: string, from: number, to: number])[];
  readonly states?: readonly (readonly [at: number, node: string, state: State])[];
  readonly held?: Timeline["held"];
};

const from = -3;

const ticks = (begin: number, end: number, step: number): number[] =>
  Array.from({ length: Math.max(0, Math.round((end - begin) / step)) }, (_, n) => begin + n * step);

export function recorded({
  heal = 8,
  to = 20,
  lost = [],
  took,
  by,
  adverts = [],
  states = [],
  held = [],
}: Course): Timeline {
  const requests = ticks(from, to - 0.1, 0.1).map((due, seq): LoadRequest => {
    const found = lost.find(([begin, end]) => due >= begin && due < end);
    const times = { seq, due, start: due + 0.001, end: due + (found ? 2 : (took?.(seq, due) ?? 0.02)) };
    return found
      ? { ...times, error: found[2] ?? "no answer" }
      : { ...times, by: by?.(seq, due) ?? (seq % 2 === 0 ? "web1" : "web2") };
  });
  const sent = adverts.flatMap(([node, begin, end]) =>
    ticks(begin, end, 1).map((at): AdvertAt => ({ at, node, priority: 100 })),
  );
  const first: StateAt[] = [
    { at: from, node: "zhuserver", state: "MASTER" },
    { at: from, node: "beiserver", state: "BACKUP" },
  ];
  return {
    from,
    to,
    faulted: 0.1,
    heal,
    healed: heal + 0.1,
    requests,
    held,
    adverts: sent.sort((a, b) => a.at - b.at),
    states: [...first, ...states.map(([at, node, state]) => ({ at, node, state }))].sort((a, b) => a.at - b.at),
  };
}
