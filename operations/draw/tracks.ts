/**
 * Chooses a lane and two ports for each arrow. An arrow leaves a side of a box at a port, goes to its lane in a segment's band, along the lane, and
 * to a port of another side. The order of lanes and ports is free: the best order has few crossings.
 */

/** An arrow as the search sees it. */
export type Joint = {
  /** Number of its band. */
  readonly band: number;
  /** Keys of the sides that it connects. */
  readonly from: string;
  readonly to: string;
};

/** Positions, in pixels. */
export type Places = {
  /** Height of a lane in a band of so many. */
  readonly laneAt: (band: number, lanes: number, lane: number) => number;
  /** Height of a side. */
  readonly edgeOf: (side: string) => number;
  /** Position of a port of a side. The first port is so many half steps from the left. */
  readonly portAt: (side: string, start: number, port: number) => number;
  /** Possible starts for so many ports of a side, the best first. */
  readonly starts: (side: string, ports: number) => readonly number[];
};

/** Vertical from the first port to the lane, along the lane, and vertical to the last port. */
export type Track = {
  readonly x1: number;
  readonly y1: number;
  readonly lane: number;
  readonly x2: number;
  readonly y2: number;
};

type End = { readonly joint: number; readonly at: "from" | "to" };

/** The choices of the search. */
type Choice = {
  /** Arrows of each band from the top, and ends on each side from the left. */
  readonly lanes: ReadonlyMap<number, number[]>;
  readonly ports: ReadonlyMap<string, End[]>;
  readonly starts: Map<string, number>;
};

/** The number of lanes of each band, and of ports on the fullest side. */
export function needsOf(joints: readonly Joint[]): { lanes: ReadonlyMap<number, number>; ports: number } {
  const { lanes, ports } = firstChoice(joints);
  return {
    lanes: new Map([...lanes].map(([band, own]) => [band, own.length])),
    ports: Math.max(0, ...[...ports.values()].map(({ length }) => length)),
  };
}

function firstChoice(joints: readonly Joint[]): Choice {
  const lanes = new Map<number, number[]>();
  const ports = new Map<string, End[]>();
  for (const [joint, { band, from, to }] of joints.entries()) {
    lanes.set(band, [...(lanes.get(band) ?? []), joint]);
    ports.set(from, [...(ports.get(from) ?? []), { joint, at: "from" }]);
    ports.set(to, [...(ports.get(to) ?? []), { joint, at: "to" }]);
  }
  return { lanes, ports, starts: new Map() };
}

/** The tracks of the arrows, in their order. `above` are the sides that face up: at first their ports lie between those that face down. */
export function tracksOf(joints: readonly Joint[], places: Places, above: (side: string) => boolean): Track[] {
  const choice = firstChoice(joints);
  const starts = new Map([...choice.ports].map(([side, { length }]) => [side, places.starts(side, length)] as const));
  for (const [side, all] of starts) {
    choice.starts.set(side, all.find((start) => start % 2 === (above(side) ? 1 : 0)) ?? all[0] ?? 0);
  }
  const cost = (): number => costOf(tracks(joints, choice, places));
  let best = cost();
  for (let before = Infinity; best < before; ) {
    before = best;
    for (const list of choice.lanes.values()) best = improved(list, best, cost);
    for (const list of choice.ports.values()) best = improved(list, best, cost);
    for (const [side, all] of starts) {
      let chosen = choice.starts.get(side) ?? 0;
      for (const start of all) {
        choice.starts.set(side, start);
        const found = cost();
        if (found < best) [best, chosen] = [found, start];
      }
      choice.starts.set(side, chosen);
    }
  }
  return tracks(joints, choice, places);
}

/** The tracks of a choice. */
function tracks(joints: readonly Joint[], { lanes, ports, starts }: Choice, places: Places): Track[] {
  const made = joints.map(() => ({ x1: 0, y1: 0, lane: 0, x2: 0, y2: 0 }));
  for (const [band, own] of lanes) {
    for (const [lane, joint] of own.entries()) {
      const track = made[joint];
      if (track !== undefined) track.lane = places.laneAt(band, own.length, lane);
    }
  }
  for (const [side, ends] of ports) {
    const [start, y] = [starts.get(side) ?? 0, places.edgeOf(side)];
    for (const [port, { joint, at }] of ends.entries()) {
      const track = made[joint];
      if (track === undefined) continue;
      const x = places.portAt(side, start, port);
      if (at === "from") [track.x1, track.y1] = [x, y];
      else [track.x2, track.y2] = [x, y];
    }
  }
  return made;
}

/** Puts a list into its best order. Returns the cost. */
function improved<T>(list: T[], best: number, cost: () => number): number {
  let [least, order] = [best, [...list]];
  for (const other of others(list)) {
    list.splice(0, list.length, ...other);
    const found = cost();
    if (found < least) [least, order] = [found, other];
  }
  list.splice(0, list.length, ...order);
  return least;
}

/** All orders of a short list; for a long list, the orders with two items exchanged. */
function others<T>(list: readonly T[]): T[][] {
  if (list.length <= 4) return permutations(list);
  return list.flatMap((one, first) =>
    list.slice(first + 1).map((other) => list.map((item) => (item === one ? other : item === other ? one : item))),
  );
}

const permutations = <T>(list: readonly T[]): T[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((item, index) =>
        permutations([...list.slice(0, index), ...list.slice(index + 1)]).map((rest) => [item, ...rest]),
      );

/** Costs: a bend is worse than a straight line, a crossing is worse than any detour, and overlapping lines are worse than crossings. */
const BEND = 100;
const CROSSING = 10_000;
const ON_EACH_OTHER = 1_000_000;

function costOf(all: readonly Track[]): number {
  let sum = 0;
  for (const [index, one] of all.entries()) {
    const aside = Math.abs(one.x2 - one.x1);
    sum += aside + Math.abs(one.lane - one.y1) + Math.abs(one.y2 - one.lane) + (aside > 0 ? BEND : 0);
    for (let next = index + 1; next < all.length; next++) {
      const other = all[next];
      if (other !== undefined) sum += meeting(one, other);
    }
  }
  return sum;
}

const meeting = (a: Track, b: Track): number =>
  crossing(a.x1, a.y1, a.lane, b) +
  crossing(a.x2, a.lane, a.y2, b) +
  crossing(b.x1, b.y1, b.lane, a) +
  crossing(b.x2, b.lane, b.y2, a) +
  upright(a.x1, a.y1, a.lane, b) +
  upright(a.x2, a.lane, a.y2, b) +
  (a.lane === b.lane && overlap(a.x1, a.x2, b.x1, b.x2) ? ON_EACH_OTHER : 0);

/** Whether a vertical piece crosses another arrow's lane. */
const crossing = (x: number, top: number, bottom: number, { lane, x1, x2 }: Track): number =>
  overlap(x, x, x1, x2) && overlap(lane, lane, top, bottom) ? CROSSING : 0;

/** Whether a vertical piece overlaps another arrow's vertical pieces. */
const upright = (x: number, top: number, bottom: number, { x1, y1, lane, x2, y2 }: Track): number =>
  (x === x1 && overlap(top, bottom, y1, lane)) || (x === x2 && overlap(top, bottom, lane, y2)) ? ON_EACH_OTHER : 0;

const overlap = (a: number, b: number, c: number, d: number): boolean =>
  Math.max(a, b) >= Math.min(c, d) && Math.max(c, d) >= Math.min(a, b);
