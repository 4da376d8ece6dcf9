import { layoutOf, type Place } from "./layout";
import { type Machine, MODES, type Picture, segmentLine, serviceLine, wayLines } from "./picture";
import { filled } from "./fonts";

/** A longer route takes two rows. */
const ROUTE = 28;

/** Rows of a box: the machine's role, its cards, and the VIPs that it holds. */
const boxLines = ({ name, notes, cards, routes, vips }: Machine): string[] => [
  name,
  ...notes,
  ...cards.flatMap(({ name: card, addresses, mac }) => [
    ...addresses.map((address, index) => `${index === 0 ? card : "".padEnd(card.length)} ${address}`.trimStart()),
    ...(mac === undefined ? [] : [`${"".padEnd(card.length)} ${mac}`.trimStart()]),
  ]),
  ...routes.flatMap((route) => filled(route, ({ length }) => length <= ROUTE)),
  ...vips,
];

/** A lab's topology as lines of text: a double line per segment, a box per machine. */
export function drawText(picture: Picture): string {
  const { places } = layoutOf(picture);
  const width = Math.max(...picture.machines.flatMap((machine) => boxLines(machine).map(({ length }) => length))) + 4;
  const pitch = width + 2;
  const rows = picture.segments.length + 1;
  const heights = Array.from({ length: rows }, (_, row) =>
    Math.max(0, ...places.filter((place) => place.row === row).map(({ machine }) => boxLines(machine).length + 2)),
  );
  // A row of boxes has an empty line above and below, for the wires.
  const tops = heights.map((_, row) => heights.slice(0, row).reduce((sum, height) => sum + height + 3, 0));
  const busAt = (segment: number): number => (tops[segment] ?? 0) + (heights[segment] ?? 0) + 1;
  const end = Math.max(...places.map(({ column }) => column + 1)) * pitch;

  const canvas = new Canvas();
  for (const [number, segment] of picture.segments.entries()) {
    canvas.write(busAt(number), 0, "═".repeat(end));
    canvas.write(busAt(number), end + 1, segmentLine(segment));
  }
  for (const place of places) {
    const left = place.column * pitch;
    const middle = left + Math.floor(width / 2);
    const top = (tops[place.row] ?? 0) + (place.row === 0 ? (heights[0] ?? 0) - boxHeight(place) : 0);
    box(canvas, top, left, width, boxLines(place.machine));
    for (const segment of place.segments) {
      const up = segment < place.row;
      const [from, to] = up ? [busAt(segment), top] : [top + boxHeight(place) - 1, busAt(segment)];
      for (let y = from + 1; y < to; y++) if (canvas.at(y, middle) === " ") canvas.write(y, middle, "│");
      canvas.write(from, middle, up ? joint(canvas.at(from, middle), "╤") : "┬");
      canvas.write(to, middle, up ? "┴" : joint(canvas.at(to, middle), "╧"));
    }
  }
  return `${[`${picture.title}: ${picture.description}`, "", ...canvas.lines(), ...below(picture)].join("\n")}\n`;
}

/** The virtual servers and the ways of packets, below the drawing. */
const below = ({ services, walks }: Picture): string[] => [
  ...(services.length === 0 ? [] : ["", "virtual servers", ...services.map((one) => `  ${serviceLine(one)}`)]),
  ...walks.flatMap((walk) => [
    "",
    `packets, ${MODES[walk.mode]} (lab walk shows each hop)`,
    ...wayLines(walk).map((line) => `  ${line}`),
  ]),
];

const boxHeight = ({ machine }: Place): number => boxLines(machine).length + 2;

function box(canvas: Canvas, top: number, left: number, width: number, lines: readonly string[]): void {
  canvas.write(top, left, `┌${"─".repeat(width - 2)}┐`);
  for (const [index, line] of lines.entries()) {
    canvas.write(top + 1 + index, left, `│ ${line.padEnd(width - 4)} │`);
  }
  canvas.write(top + 1 + lines.length, left, `└${"─".repeat(width - 2)}┘`);
}

/** The character where a wire meets a segment's line. Another wire may come from the other side. */
const joint = (there: string, wire: "╤" | "╧"): string => (there === "═" || there === wire ? wire : "╪");

/** Characters in rows. Unwritten places are blanks. */
class Canvas {
  private readonly rows: string[][] = [];

  write(y: number, x: number, text: string): void {
    const row = (this.rows[y] ??= []);
    while (row.length < x) row.push(" ");
    row.splice(x, text.length, ...text.split(""));
  }

  at(y: number, x: number): string {
    return this.rows[y]?.[x] ?? " ";
  }

  lines(): string[] {
    return Array.from(this.rows, (row: string[] | undefined) => (row ?? []).join("").trimEnd());
  }
}
