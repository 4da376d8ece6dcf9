import { layoutOf, type Place } from "./layout";
import type { Machine, Picture } from "./picture";

/** Sizes in pixels. */
const BOX = { width: 210, gap: 26, padding: 14, head: 26, line: 17 };
/** Widest character of a box's text, of its heading and of the description: fonts differ between viewers. */
const WIDEST = { line: 7.4, head: 10, description: 7 };
const MARGIN = 28;
const TITLE = 62;
/** Between a row of boxes and a segment's line. */
const WIRE = 34;

/** Fill, edge and heading of a machine by its kind. */
const COLOURS: Readonly<Record<string, readonly [fill: string, edge: string]>> = {
  client: ["#fff7ed", "#ea580c"],
  director: ["#eff6ff", "#2563eb"],
  web: ["#f0fdf4", "#16a34a"],
};
const OTHER = ["#f8fafc", "#64748b"] as const;

const SANS = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif";
const MONO = "ui-monospace, 'SFMono-Regular', 'Liberation Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace";

type Line = { readonly text: string; readonly style: "note" | "address" | "mac" | "vip" };

/** What a box says below its heading. */
const boxLines = ({ notes, cards, vips }: Machine): Line[] => [
  ...notes.map((text): Line => ({ text, style: "note" })),
  ...cards.flatMap(({ name, addresses, mac }): Line[] => [
    ...addresses.map((address): Line => ({ text: `${name} ${address}`.trim(), style: "address" })),
    { text: mac, style: "mac" },
  ]),
  ...vips.map((text): Line => ({ text, style: "vip" })),
];

/** Width that all boxes of a picture have: what the longest line needs. */
const boxWidth = ({ machines }: Picture): number =>
  Math.ceil(
    Math.max(
      BOX.width,
      ...machines.flatMap((machine) => [
        2 * BOX.padding + machine.name.length * WIDEST.head,
        ...boxLines(machine).map(({ text: words }) => 2 * BOX.padding + words.length * WIDEST.line),
      ]),
    ),
  );

const boxHeight = ({ machine }: Place): number => BOX.head + boxLines(machine).length * BOX.line + BOX.padding;

/** A lab's topology as an SVG file of its own: no font, script or style from anywhere else, readable on light and dark pages. */
export function drawSvg(picture: Picture): string {
  const { places, columns } = layoutOf(picture);
  const heights = Array.from({ length: picture.segments.length + 1 }, (_, row) =>
    Math.max(0, ...places.filter((place) => place.row === row).map(boxHeight)),
  );
  const tops = heights.map((_, row) =>
    heights.slice(0, row).reduce((sum, height) => sum + height + 2 * WIRE, MARGIN + TITLE),
  );
  const busAt = (segment: number): number => (tops[segment] ?? 0) + (heights[segment] ?? 0) + WIRE;
  const wide = boxWidth(picture);
  const pitch = wide + BOX.gap;
  const width = Math.ceil(
    MARGIN * 2 + Math.max(columns * pitch - BOX.gap, picture.description.length * WIDEST.description),
  );
  const last = heights.length - 1;
  const height = heights[last] === 0 ? busAt(last - 1) + WIRE : (tops[last] ?? 0) + (heights[last] ?? 0) + MARGIN;
  // What a long description leaves at the sides.
  const spare = (width - 2 * MARGIN - (columns * pitch - BOX.gap)) / 2;
  // A row whose machines have no wire past it may stand in the middle.
  const long = places.some(({ row, segments }) => (segments.at(-1) ?? 0) > row);
  const shift = (row: number): number => {
    const used = Math.max(0, ...places.filter((place) => place.row === row).map(({ column }) => column + 1));
    return spare + (long ? 0 : ((columns - used) * pitch) / 2);
  };

  const drawn = places.map((place) => {
    const left = MARGIN + shift(place.row) + place.column * pitch;
    const own = boxHeight(place);
    const top = (tops[place.row] ?? 0) + (place.row === 0 ? (heights[0] ?? 0) - own : 0);
    const middle = left + wide / 2;
    const wires = place.segments.map((segment) => ({
      from: segment < place.row ? top : top + own,
      to: busAt(segment),
    }));
    return { place, left, top, own, middle, wires };
  });
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(`topology of the lab ${picture.title}`)}">`,
    `  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12" fill="#ffffff" stroke="#e2e8f0"/>`,
    text(MARGIN, MARGIN + 16, picture.title, { size: 20, weight: 600 }),
    text(MARGIN, MARGIN + 38, picture.description, { size: 13, fill: "#475569" }),
    ...drawn.flatMap(({ middle, wires }) =>
      wires.map(({ from, to }) => `  <path d="M${middle} ${from}V${to}" stroke="#94a3b8" stroke-width="2"/>`),
    ),
    ...picture.segments.flatMap(({ label }, number) => [
      `  <rect x="${MARGIN}" y="${busAt(number) - 4}" width="${width - 2 * MARGIN}" height="8" rx="4" fill="#334155"/>`,
      text(width - MARGIN, busAt(number) - 11, label, {
        size: 12,
        anchor: "end",
        fill: "#334155",
        weight: 600,
        halo: true,
      }),
    ]),
    ...drawn.flatMap(({ middle, wires }) =>
      wires.map(
        ({ to }) => `  <circle cx="${middle}" cy="${to}" r="5" fill="#ffffff" stroke="#334155" stroke-width="2"/>`,
      ),
    ),
    ...drawn.flatMap(({ place, left, top, own }) => box(place.machine, { left, top, width: wide, height: own })),
    "</svg>",
  ].join("\n")}\n`;
}

type Area = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

function box(machine: Machine, { left, top, width, height }: Area): string[] {
  const [fill, edge] = COLOURS[machine.kind] ?? OTHER;
  const x = left + BOX.padding;
  return [
    `  <rect x="${left}" y="${top}" width="${width}" height="${height}" rx="8" fill="${fill}" stroke="${edge}" stroke-width="1.5"/>`,
    text(x, top + BOX.head - 4, machine.name, { size: 15, weight: 600, fill: edge }),
    ...boxLines(machine).map(({ text: words, style }, index) => {
      const y = top + BOX.head + 13 + index * BOX.line;
      switch (style) {
        case "note":
          return text(x, y, words, { size: 12, fill: "#334155" });
        case "address":
          return text(x, y, words, { size: 12, mono: true });
        case "mac":
          return text(x, y, words, { size: 11, mono: true, fill: "#64748b" });
        case "vip":
          return text(x, y, words, { size: 12, mono: true, weight: 700, fill: "#b91c1c" });
      }
    }),
  ];
}

type Style = {
  readonly size: number;
  readonly weight?: number;
  readonly fill?: string;
  readonly anchor?: "end";
  readonly mono?: boolean;
  /** White around the letters, where a wire may pass behind them. */
  readonly halo?: boolean;
};

function text(x: number, y: number, words: string, style: Style): string {
  const { size, weight, fill = "#0f172a", anchor, mono, halo } = style;
  const around = halo === true ? ' paint-order="stroke" stroke="#ffffff" stroke-width="6"' : "";
  const more = `${weight === undefined ? "" : ` font-weight="${weight}"`}${anchor === undefined ? "" : ` text-anchor="${anchor}"`}`;
  return `  <text x="${x}" y="${y}" font-family="${mono === true ? MONO : SANS}" font-size="${size}" fill="${fill}"${more}${around}>${escape(words)}</text>`;
}

const escape = (words: string): string =>
  words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
