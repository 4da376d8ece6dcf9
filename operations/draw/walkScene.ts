import { ROLES } from "../../components/roles";
import type { Drawn } from "../../components/roles/role";
import { ownersOf } from "../../model/topology/packetPaths";
import { vipsOf } from "../../model/topology/queries";
import type { Topology } from "../../model/topology/topology";
import { EXPLAINED } from "./explain";
import { type Header, headersOf } from "./packets";
import { box, label, pill, pillWidth, type Scene, type Shape } from "./scene";
import { MODE_COLOUR } from "./style";
import { type Changed, changesOf, headline, isRewritten, type Leg, type Walk } from "./walk";
import { walksOf } from "./walks";
import { textWidth, wrapped } from "./fonts";

const MARGIN = 24;
/** A participant's box, and the distance to the next one. */
const BOX = { height: 46, padding: 12, gap: 20 };
/** The cell of a packet's header: its name, source and destination. */
const CELL = { height: 58, padding: 9, line: 16, indent: 32 };
const TEXT_LINE = 16;
const LEAST_WIDTH = 860;

/** The walks of a lab as sequences: senders and receivers on the left, and beside each arrow the packet with all its headers. */
export function walkScene(topology: Topology): Scene {
  const walks = walksOf(topology);
  const shapes: Shape[] = [label(MARGIN, MARGIN + 16, `${topology.name}: a request and its answer`, "title")];
  const width = Math.max(
    LEAST_WIDTH,
    2 * MARGIN + textWidth(topology.description, "description"),
    ...walks.map((walk) => packetsLeft(walk) + packetsWidth(topology, walk) + MARGIN),
  );
  shapes.push(label(MARGIN, MARGIN + 38, topology.description, "description"));
  let y = MARGIN + 66;
  for (const [number, walk] of walks.entries()) {
    const explained = walks.findIndex(({ mode }) => mode === walk.mode) === number;
    const drawn = drawWalk(topology, walk, `${number + 1}`, explained, y, width - MARGIN);
    shapes.push(...drawn.shapes);
    y = drawn.bottom + 26;
  }
  return { width, height: y, title: `packet walk of the lab ${topology.name}: ${topology.description}`, shapes };
}

const participantsOf = ({ legs }: Walk): string[] => [...new Set(legs.flatMap(({ from, to }) => [from, to]))];

const boxWidth = (walk: Walk): number =>
  Math.max(96, ...participantsOf(walk).map((name) => textWidth(name, "heading") + 2 * BOX.padding));

/** Position of a participant's lifeline. */
const lifelineAt = (walk: Walk, name: string): number => {
  const wide = boxWidth(walk);
  return MARGIN + participantsOf(walk).indexOf(name) * (wide + BOX.gap) + Math.round(wide / 2);
};

/** Left end of the packets. */
const packetsLeft = (walk: Walk): number => MARGIN + participantsOf(walk).length * (boxWidth(walk) + BOX.gap) + 12;

const packetsWidth = (topology: Topology, walk: Walk): number =>
  Math.max(
    0,
    ...walk.legs.map((leg) =>
      headersOf(leg, undefined).reduce((sum, header) => sum + cellWidth(endsOf(topology, header, leg)), 0),
    ),
  );

function drawWalk(
  topology: Topology,
  walk: Walk,
  name: string,
  explained: boolean,
  top: number,
  right: number,
): { shapes: Shape[]; bottom: number } {
  const { pill: short, text } = EXPLAINED[walk.mode];
  const shapes: Shape[] = [
    ...pill(MARGIN, top, short, MODE_COLOUR[walk.mode]),
    label(MARGIN + pillWidth(short) + 10, top + 13, headline(walk), "strong"),
  ];
  let y = top + 36;
  for (const words of explained ? wrapped(text, "note", right - MARGIN) : []) {
    shapes.push(label(MARGIN, y, words, "note"));
    y += TEXT_LINE;
  }
  const heads = y - (explained ? 0 : 10);
  const left = packetsLeft(walk);
  y = heads + BOX.height + 18;
  const rows: Shape[] = [];
  const changes = changesOf(walk);
  for (const [index, leg] of walk.legs.entries()) {
    const lost = walk.lost !== undefined && index === walk.legs.length - 1;
    const why = wrapped(leg.why, "note", right - left);
    rows.push(label(left, y + 12, `${leg.from} → ${leg.to}, segment ${leg.segment}`, "strong"));
    rows.push(...why.map((words, line) => label(left, y + 12 + (line + 1) * TEXT_LINE, words, "note")));
    const cells = y + 12 + why.length * TEXT_LINE + 8;
    rows.push(...packet(topology, leg, changes[index], left, cells));
    rows.push(...arrow(walk, leg, `${name}.${index + 1}`, `${index + 1}`, cells + CELL.height / 2, lost));
    y = cells + CELL.height + 20;
  }
  if (walk.lost !== undefined) {
    for (const words of wrapped(`✗ ${walk.lost}`, "lost", right - left)) {
      rows.push(label(left, y + 6, words, "lost"));
      y += TEXT_LINE;
    }
    y += 10;
  }
  return { shapes: [...shapes, ...participants(topology, walk, name, heads, y - 8), ...rows], bottom: y };
}

/** Boxes with names, and a lifeline below each. */
function participants(topology: Topology, walk: Walk, name: string, top: number, bottom: number): Shape[] {
  const wide = boxWidth(walk);
  return participantsOf(walk).flatMap((participant): Shape[] => {
    const { colour, short } = drawnOf(topology, participant);
    const x = lifelineAt(walk, participant);
    const points = [
      { x, y: top + BOX.height },
      { x, y: bottom },
    ];
    return [
      { kind: "line", name: `${name} ${participant}`, points, style: "lifeline" },
      box({ left: x - Math.round(wide / 2), top, width: wide, height: BOX.height }, `machine ${colour}`),
      { ...label(x, top + 20, participant, "heading", colour), middle: true },
      { ...label(x, top + 37, short, "fine"), middle: true },
    ];
  });
}

const drawnOf = ({ nodes }: Topology, name: string): Drawn => ROLES[nodes[name]?.role ?? "client"].drawn;

function arrow(walk: Walk, leg: Leg, name: string, text: string, y: number, lost: boolean): Shape[] {
  const [from, to] = [lifelineAt(walk, leg.from), lifelineAt(walk, leg.to)];
  const points = [
    { x: from, y },
    { x: to, y },
  ];
  const towards = Math.sign(to - from);
  const tube = [
    { x: from + towards * 8, y },
    { x: to - towards * 16, y },
  ];
  return [
    ...(leg.outer === undefined
      ? []
      : [{ kind: "line" as const, name: `${name} tunnel`, points: tube, style: "tunnel" as const }]),
    {
      kind: "line",
      name,
      points,
      style: leg.way,
      double: isRewritten(walk, leg),
      end: lost ? "cross" : "arrow",
    },
    { kind: "badge", at: { x: from + towards * 18, y }, text, style: leg.way, on: name },
  ];
}

/** The headers of a packet side by side, in the order on the wire. */
function packet(topology: Topology, leg: Leg, changed: Changed | undefined, left: number, top: number): Shape[] {
  let x = left;
  return headersOf(leg, changed).flatMap((header): Shape[] => {
    const ends = endsOf(topology, header, leg);
    const width = cellWidth(ends);
    const at = x + CELL.padding;
    const area = { left: x, top, width, height: CELL.height };
    x += width;
    const ink = header.changed ? "ink" : undefined;
    return [
      box(area, header.changed ? "cell changed" : "cell", 0),
      label(at, top + 15, header.changed ? `${header.name}: changed` : header.name, "fine", ink),
      ...ends.flatMap((end, line): Shape[] => {
        const y = top + 17 + (line + 1) * CELL.line;
        return [label(at, y, line === 0 ? "from" : "to", "fine", ink), label(at + CELL.indent, y, end, "mac", "ink")];
      }),
    ];
  });
}

/** A header's source and destination, each with its owner. */
function endsOf(topology: Topology, { name, ends }: Header, { from, to }: Leg): [source: string, destination: string] {
  const whose = (end: string, sender: string): string =>
    name === "Ethernet" ? sender : ownerOf(topology, end.split(":")[0] ?? "");
  return [`${ends.source} ${whose(ends.source, from)}`, `${ends.destination} ${whose(ends.destination, to)}`];
}

const ownerOf = (topology: Topology, address: string): string =>
  vipsOf(topology).includes(address) ? "VIP" : (ownersOf(topology, address)[0] ?? "");

const cellWidth = (ends: readonly string[]): number =>
  2 * CELL.padding + Math.max(90, CELL.indent + Math.max(...ends.map((text) => textWidth(text, "mac"))));
