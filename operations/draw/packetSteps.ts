import { legName } from "./arrows";
import { headersOf, type Header } from "./packets";
import type { Picture } from "./picture";
import { type Badge, BADGE_RADIUS, type Box, box, type Label, label, type Shape } from "./scene";
import { type Changed, changesOf, headline, type Leg, type Walk } from "./walk";
import { textWidth, wrapped } from "./fonts";

const STEP_HEIGHT = 44;
const CELL_HEIGHT = 20;
const CELL_PADDING = 7;

/** Width of the column with sender and receiver. */
const hopWidth = (walks: readonly Walk[]): number =>
  Math.max(0, ...walks.flatMap(({ legs }) => legs.map((leg) => textWidth(hop(leg), "strong")))) + 20;

const hop = ({ from, to }: Leg): string => `${from} → ${to}`;

/** A header's text. For Ethernet the picture only names the owner of the destination MAC; `walk` shows the MACs. */
const cellText = ({ name, ends }: Header, { to }: Leg): string =>
  name === "Ethernet" ? `to ${to}'s MAC` : `${name === "IP" ? "" : `${name} `}${ends.source} → ${ends.destination}`;

/** Least width of the steps. */
export const stepsWidth = (walks: readonly Walk[]): number =>
  Math.max(0, ...walks.flatMap((walk) => walk.legs.map((leg) => hopWidth(walks) + 30 + cellsWidth(leg))));

const cellsWidth = (leg: Leg): number =>
  headersOf(leg, undefined).reduce(
    (sum, header) => sum + textWidth(cellText(header, leg), "mac") + 2 * CELL_PADDING,
    0,
  );

/** The steps of the walks under a picture, each with its packet and what the sender did. */
export function steps(
  { title, walks, others }: Pick<Picture, "title" | "walks" | "others">,
  left: number,
  top: number,
  width: number,
): { shapes: Shape[]; bottom: number } {
  const shapes: Shape[] = [];
  const indent = 2 * BADGE_RADIUS + 12;
  const hops = hopWidth(walks);
  let y = top;
  for (const [number, walk] of walks.entries()) {
    const changes = changesOf(walk);
    shapes.push(label(left, y + 12, headline(walk), "strong"));
    y += 30;
    for (const [index, leg] of walk.legs.entries()) {
      const badge: Badge = {
        kind: "badge",
        at: { x: left + BADGE_RADIUS, y: y + 10 },
        text: legName(walks, number, index),
        style: leg.way,
      };
      shapes.push(badge, label(left + indent, y + 14, hop(leg), "strong"));
      shapes.push(...cells(leg, changes[index], left + indent + hops, y));
      const why = wrapped(leg.why, "note", width - indent - hops);
      for (const [line, words] of why.entries())
        shapes.push(label(left + indent + hops, y + CELL_HEIGHT + 15 + line * 16, words, "note"));
      y += STEP_HEIGHT + (why.length - 1) * 16 + 4;
    }
    if (walk.lost !== undefined) {
      for (const words of wrapped(`✗ ${walk.lost}`, "lost", width - indent)) {
        shapes.push(label(left + indent, y + 12, words, "lost"));
        y += 18;
      }
    }
    y += 10;
  }
  if (others.length > 0) {
    const words = `Packets by ${others.join(", ")} take another way: ./scripts/lab walk ${title} shows it.`;
    shapes.push(label(left, y + 6, words, "fine"));
    y += 24;
  }
  return { shapes, bottom: y };
}

function cells(leg: Leg, changed: Changed | undefined, left: number, top: number): (Box | Label)[] {
  let x = left;
  return headersOf(leg, changed).flatMap((header) => {
    const text = cellText(header, leg);
    const width = textWidth(text, "mac") + 2 * CELL_PADDING;
    const at = x;
    x += width;
    return [
      box({ left: at, top, width, height: CELL_HEIGHT }, header.changed ? "cell changed" : "cell", 0),
      label(at + CELL_PADDING, top + 14, text, "mac", "ink"),
    ];
  });
}
