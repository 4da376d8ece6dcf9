import { ROLES } from "../../components/roles";
import { layoutOf, type Place } from "./layout";
import { type Machine, type Picture, type SegmentDrawn } from "./picture";
import { type Area, pillWidth } from "./scene";
import { type TextStyle, textWidth, wrapped } from "./fonts";

/** Positions of machines and segments, in pixels. */
export type Frame = {
  readonly spots: readonly Spot[];
  readonly bands: readonly Band[];
  /** The room beside the client, up to the right end. */
  readonly beside: Area;
  readonly right: number;
  readonly bottom: number;
};

/** A machine's box. */
export type Spot = { readonly place: Place; readonly area: Area };

/** A segment: a band over the whole width, with lanes for packets. */
export type Band = { readonly segment: SegmentDrawn; readonly area: Area };

/** Distance of two parallel lines. Positions of boxes and columns are multiples of it, so that no two lines meet. */
export const STEP = 24;
export const MARGIN = 24;
/** Between a row of boxes and a band. */
export const WIRE = 36;
/** Between two boxes of a row. */
const GAP = STEP;
const PADDING = 14;
const HEAD = 28;
const LINE = 17;
/** Distance of a box's cable from its left end. */
export const CABLE = STEP;
/** Room in a box for its cable, and for the lines of packets. */
const FIRST_PORT = 2 * STEP;
/** Room in a band above and below its lanes. */
const BAND_PADDING = 16;
const LANE = 20;
const LEAST_COLUMNS = 3;
/** A wider route takes two lines. */
const ROUTE = 186;

export type BoxLine = { readonly text: string; readonly style: TextStyle };

/** The lines of a box below its heading. */
export const boxLines = ({ notes, cards, routes, vips }: Machine): BoxLine[] => [
  ...notes.map((text): BoxLine => ({ text, style: "note" })),
  ...cards.flatMap(({ name, addresses, mac }): BoxLine[] => [
    ...addresses.map((address): BoxLine => ({ text: `${name} ${address}`.trim(), style: "address" })),
    ...(mac === undefined ? [] : [{ text: mac, style: "mac" as const }]),
  ]),
  ...routes.flatMap((text) => wrapped(text, "fine", ROUTE)).map((text): BoxLine => ({ text, style: "fine" })),
  ...vips.map((text): BoxLine => ({ text, style: "vip" })),
];

/** Left end and baselines of a box's text. */
export const textAt = ({ left, top }: Area) => ({
  x: left + PADDING,
  heading: top + HEAD - 7,
  line: (index: number): number => top + HEAD + index * LINE + 11,
});

/** Short name of a machine's role, on the pill of its box. */
export const pillOf = ({ kind }: Machine): string => ROLES[kind].drawn.pill;

/** Common width of all boxes of a picture: enough for the longest line, and for the ports of the fullest side. */
function boxWidth({ machines }: Picture, ports: number): number {
  const texts = machines.flatMap((machine) => [
    textWidth(machine.name, "heading") + 12 + pillWidth(pillOf(machine)),
    ...boxLines(machine).map(({ text, style }) => textWidth(text, style)),
  ]);
  const needed = Math.max(8 * STEP, FIRST_PORT + STEP * (ports + 1), 2 * PADDING + Math.max(...texts));
  return Math.ceil(needed / STEP) * STEP;
}

const boxHeight = (machine: Machine): number => HEAD + boxLines(machine).length * LINE + PADDING - 4;

/** The left end of a segment's name in its band, and the texts. */
export const bandTexts = ({ name, cidr, outside }: SegmentDrawn): BoxLine[] => [
  { text: name, style: "strong" },
  { text: cidr, style: "mac" },
  ...(outside === "" ? [] : [{ text: outside, style: "fine" as const }]),
];

type Needs = {
  /** Top of the first row. */
  readonly top: number;
  readonly least: { readonly width: number; readonly beside: (width: number) => number };
  /** The number of lanes that each segment needs, and the most packet ends on one side of a box. */
  readonly lanes: readonly number[];
  readonly ports: number;
};

/** Places everything. */
export function frameOf(picture: Picture, { top, least, lanes, ports }: Needs): Frame {
  const { places, columns } = layoutOf(picture);
  const wide = boxWidth(picture, ports);
  const pitch = wide + GAP;
  const gutter =
    Math.max(...picture.segments.flatMap((one) => bandTexts(one).map(({ text, style }) => textWidth(text, style)))) +
    STEP;
  const first = MARGIN + gutter;
  const across = Math.max(columns, LEAST_COLUMNS, Math.ceil((least.width - MARGIN - first + GAP) / pitch));
  const right = first + across * pitch - GAP;

  const besideLeft = first + pitch;
  const besideHeight = least.beside(right - besideLeft);
  const heights = Array.from({ length: picture.segments.length + 1 }, (_, row) =>
    Math.max(
      row === 0 ? besideHeight : 0,
      ...places.filter((place) => place.row === row).map(({ machine }) => boxHeight(machine)),
    ),
  );
  const bands: Band[] = [];
  const tops: number[] = [];
  let y = top;
  for (const [row, height] of heights.entries()) {
    tops.push(y);
    y += height === 0 ? 0 : height + (row < picture.segments.length ? WIRE : 0);
    const segment = picture.segments[row];
    if (segment === undefined) break;
    const lanesHeight = Math.max(1, lanes[row] ?? 0) * LANE;
    const bandHeight = Math.max(2 * BAND_PADDING - LANE + lanesHeight + 4, 14 + bandTexts(segment).length * 15);
    bands.push({ segment, area: { left: MARGIN, top: y, width: right - MARGIN, height: bandHeight } });
    y += bandHeight + ((heights[row + 1] ?? 0) === 0 ? WIRE / 2 : WIRE);
  }

  // If no wire passes the rows below the first, shift them to the right, because packets come from there.
  const passed = places.some(({ row, segments }) => (segments.at(-1) ?? 0) > row);
  const shift = (row: number): number => {
    if (row < 2 || passed) return 0;
    const used = Math.max(0, ...places.filter((place) => place.row === row).map(({ column }) => column + 1));
    return Math.max(0, Math.max(columns, Math.min(across, used + 1)) - used);
  };
  const spots = places.map((place): Spot => {
    const height = boxHeight(place.machine);
    const rowTop = (tops[place.row] ?? 0) + (place.row === 0 ? (heights[0] ?? 0) - height : 0);
    return {
      place,
      area: { left: first + (place.column + shift(place.row)) * pitch, top: rowTop, width: wide, height },
    };
  });
  return {
    spots,
    bands,
    beside: { left: besideLeft, top, width: right - besideLeft, height: besideHeight },
    right,
    bottom: y,
  };
}

/** Height of a lane in a segment's band. */
export function laneAt(band: Band | undefined, lanes: number, lane: number): number {
  if (band === undefined) throw new Error("a packet in a segment without a band");
  return band.area.top + (band.area.height - (lanes - 1) * LANE) / 2 + lane * LANE;
}

/** Possible distances in half steps of the first of so many ports from the leftmost place. The first choice is the middle. */
export function portStarts({ area }: Spot, ports: number): number[] {
  const most = Math.max(0, Math.floor((2 * (area.width - FIRST_PORT - STEP / 2)) / STEP) - 2 * (ports - 1) - 1);
  const middle = 2 * Math.floor(most / 4);
  const all = Array.from({ length: most + 1 }, (_, start) => start);
  return all.sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle) || one - other);
}

/** The point where a line leaves a box, a step away from the next line. */
export const portAt = ({ area }: Spot, start: number, port: number): number =>
  area.left + FIRST_PORT + port * STEP + start * (STEP / 2);
