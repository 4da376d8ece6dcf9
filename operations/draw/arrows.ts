import { type Frame, laneAt, portAt, portStarts, type Spot } from "./frame";
import type { Picture } from "./picture";
import type { Badge, Line, Point, Shape } from "./scene";
import { type Joint, needsOf, type Track, tracksOf } from "./tracks";
import { isRewritten, type Leg, type Walk } from "./walk";

/** A leg of a walk as an arrow: from one box over its segment's band to another box. */
export type Arrow = {
  /** Number of the leg, after the walk's letter where there are several walks. */
  readonly name: string;
  readonly leg: Leg;
  /** Between the real server's address and another one, not the VIP. */
  readonly double: boolean;
  readonly lost: boolean;
};

/** The arrows of a picture, in the order of the legs. */
export const arrowsOf = ({ walks }: Pick<Picture, "walks">): Arrow[] =>
  walks.flatMap((walk, number) =>
    walk.legs.map((leg, index) => ({
      name: legName(walks, number, index),
      leg,
      double: isRewritten(walk, leg),
      lost: walk.lost !== undefined && index === walk.legs.length - 1,
    })),
  );

/** "2", or "B2" for the second of several walks. */
export const legName = (walks: readonly Walk[], walk: number, leg: number): string =>
  `${walks.length > 1 ? String.fromCharCode(65 + walk) : ""}${leg + 1}`;

/** The number of lanes that each segment needs, and of ports on the fullest side of a box. */
export function roomFor(picture: Picture, rowOf: (machine: string) => number): { lanes: number[]; ports: number } {
  const { lanes, ports } = needsOf(jointsOf(picture, rowOf));
  return { lanes: picture.segments.map((_, segment) => lanes.get(segment) ?? 0), ports };
}

/** The side of a box that faces a segment's band. */
const sideOf = (machine: string, row: number, segment: number): string =>
  `${segment >= row ? "bottom" : "top"} ${machine}`;

const looksUp = (side: string): boolean => side.startsWith("top ");

function jointsOf(picture: Picture, rowOf: (machine: string) => number): Joint[] {
  const machineOf = (name: string): string =>
    picture.machines.find(({ members }) => members.includes(name))?.name ?? name;
  return arrowsOf(picture).map(({ leg }) => {
    const band = picture.segments.findIndex(({ name }) => name === leg.segment);
    const side = (name: string): string => sideOf(machineOf(name), rowOf(machineOf(name)), band);
    return { band, from: side(leg.from), to: side(leg.to) };
  });
}

/** The arrows as lines with their numbers. Lanes and ports are in an order with few crossings. */
export function drawArrows(picture: Picture, frame: Frame): Shape[] {
  const spots = new Map(frame.spots.map((spot) => [spot.place.machine.name, spot]));
  const joints = jointsOf(picture, (machine) => spots.get(machine)?.place.row ?? 0);
  const spotOf = (side: string): Spot => {
    const spot = spots.get(side.slice(side.indexOf(" ") + 1));
    if (spot === undefined) throw new Error(`${side}: no machine of the picture`);
    return spot;
  };
  const tracks = tracksOf(
    joints,
    {
      laneAt: (band, lanes, lane) => laneAt(frame.bands[band], lanes, lane),
      edgeOf: (side) => spotOf(side).area.top + (looksUp(side) ? 0 : spotOf(side).area.height),
      portAt: (side, start, port) => portAt(spotOf(side), start, port),
      starts: (side, ports) => portStarts(spotOf(side), ports),
    },
    looksUp,
  );
  return arrowsOf(picture).flatMap(({ name, leg, double, lost }, index): Shape[] => {
    const points = pointsOf(tracks[index]);
    const line: Line = { kind: "line", name, points, style: leg.way, double, end: lost ? "cross" : "arrow" };
    const tube: Line = { kind: "line", name: `${name} tunnel`, points: inner(points), style: "tunnel" };
    return [...(leg.outer === undefined ? [] : [tube]), line, badgeOn(line, leg)];
  });
}

function pointsOf(track: Track | undefined): Point[] {
  if (track === undefined) throw new Error("an arrow without a track");
  const { x1, y1, lane, x2, y2 } = track;
  const along = x1 === x2 ? [] : [x1, x2].map((x) => ({ x, y: lane }));
  return [{ x: x1, y: y1 }, ...along, { x: x2, y: y2 }];
}

/** A tunnel's line, whose ends are a little away from the boxes. */
function inner(points: readonly Point[]): Point[] {
  return points.map((point, index) => {
    const next = index === 0 ? points[1] : index === points.length - 1 ? points.at(-2) : undefined;
    return next === undefined ? point : { x: point.x, y: point.y + Math.sign(next.y - point.y) * 12 };
  });
}

/** The number of a leg, at the point where it leaves its box. */
function badgeOn({ points, name }: Line, { way }: Leg): Badge {
  const [first, next] = points;
  if (first === undefined || next === undefined) throw new Error(`the arrow ${name} has no points`);
  const at = { x: first.x, y: first.y + Math.sign(next.y - first.y) * 16 };
  return { kind: "badge", at, text: name, style: way, on: name };
}
