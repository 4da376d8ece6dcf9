import { ROLES } from "../../components/roles";
import { arrowsOf, drawArrows, roomFor } from "./arrows";
import { bandTexts, boxLines, CABLE, type Frame, frameOf, MARGIN, pillOf, type Spot, textAt } from "./frame";
import { layoutOf } from "./layout";
import { explanation } from "./explain";
import { MODES, type Picture, type Service } from "./picture";
import { box, type Label, label, type Line, pill, pillWidth, type Scene, type Shape } from "./scene";
import { steps, stepsWidth } from "./packetSteps";
import { textWidth, type TextStyle, wrapped } from "./fonts";

/** Least width of a picture, so that the text below it has room. */
const LEAST_WIDTH = 760;

/** A lab's topology: segments, machines, and the way of a request and its answer. */
export function topologyScene(picture: Picture): Scene {
  const rows = new Map(layoutOf(picture).places.map(({ machine, row }) => [machine.name, row]));
  const { lanes, ports } = roomFor(picture, (machine) => rows.get(machine) ?? 0);
  const width = Math.max(
    LEAST_WIDTH,
    2 * MARGIN + stepsWidth(picture.walks),
    2 * MARGIN + textWidth(picture.title, "title"),
  );
  const header = wrapped(picture.description, "description", width - 2 * MARGIN);
  const frame = frameOf(picture, {
    top: MARGIN + 44 + header.length * 18,
    least: { width, beside: (room) => explanation(picture.walks, 0, 0, room).height },
    lanes,
    ports,
  });
  const { beside, right, bottom } = frame;
  const below = steps(picture, MARGIN, bottom + 20, right - MARGIN);
  const table = services(
    picture.services,
    MARGIN,
    arrowsOf(picture).length === 0 ? bottom + 20 : below.bottom + 4,
    right,
  );
  return {
    width: right + MARGIN,
    height: table.bottom + 6,
    title: `topology of the lab ${picture.title}: ${picture.description}`,
    shapes: [
      label(MARGIN, MARGIN + 16, picture.title, "title"),
      ...header.map((words, index) => label(MARGIN, MARGIN + 38 + index * 18, words, "description")),
      ...cables(frame),
      ...frame.bands.flatMap(({ segment, area }) => [
        box(area, "band", 6),
        ...bandTexts(segment).map(({ text, style }, index, { length }) =>
          label(area.left + 10, area.top + area.height / 2 + 5 + (index - (length - 1) / 2) * 15, text, style),
        ),
      ]),
      ...plugs(frame),
      ...frame.spots.flatMap(machine),
      ...drawArrows(picture, frame),
      ...explanation(picture.walks, beside.left, beside.top, beside.width).shapes,
      ...below.shapes,
      ...table.shapes,
    ],
  };
}

/** The cable of each machine: from the side of its box to the band's edge. */
const joints = ({ spots, bands }: Frame) =>
  spots.flatMap(({ place, area }) =>
    place.segments.map((segment) => {
      const band = bands[segment]?.area;
      if (band === undefined) throw new Error(`${place.machine.name} is in a segment without a band`);
      const up = segment < place.row;
      return {
        name: `${place.machine.name} ${segment}`,
        x: area.left + CABLE,
        from: up ? area.top : area.top + area.height,
        to: up ? band.top + band.height : band.top,
      };
    }),
  );

const cables = (frame: Frame): Line[] =>
  joints(frame).map(({ name, x, from, to }) => ({
    kind: "line",
    name: `cable ${name}`,
    points: [
      { x, y: from },
      { x, y: to },
    ],
    style: "cable",
  }));

const plugs = (frame: Frame): Shape[] =>
  joints(frame).map(({ x, to }) => box({ left: x - 5, top: to - 3, width: 10, height: 6 }, "plug", 2));

function machine({ place: { machine: of }, area }: Spot): Shape[] {
  const { x, heading, line } = textAt(area);
  const short = pillOf(of);
  const { colour } = ROLES[of.kind].drawn;
  const style = `machine ${colour}${of.standby ? " standby" : ""}`;
  // A group is drawn as a pile of boxes.
  const behind = of.members.length > 1 ? [8, 4] : [];
  return [
    ...behind.map((by) => box({ ...area, left: area.left + by, top: area.top + by }, style)),
    box(area, style),
    label(x, heading, of.name, "heading", colour),
    ...pill(area.left + area.width - pillWidth(short) - 8, area.top + 7, short, colour),
    ...boxLines(of).map(({ text, style: textStyle }, index) => label(x, line(index), text, textStyle)),
  ];
}

/** The virtual servers as a table. */
function services(
  all: readonly Service[],
  left: number,
  top: number,
  right: number,
): { shapes: Shape[]; bottom: number } {
  if (all.length === 0) return { shapes: [], bottom: top };
  const persistent = all.some(({ persistence }) => persistence !== undefined);
  const rows = all.map(({ asked, scheduler, mode, persistence, realServers }) => [
    asked,
    scheduler,
    MODES[mode],
    ...(persistent ? [persistence === undefined ? "none" : `${persistence} s`] : []),
    realServers,
  ]);
  const heads = ["virtual server", "scheduler", "forwarding", ...(persistent ? ["persistence"] : []), "real servers"];
  const widths = heads.map(
    (head, column) =>
      Math.max(
        textWidth(head, "fine"),
        ...rows.map((row) => textWidth(row[column] ?? "", column === 0 ? "address" : "note")),
      ) + 24,
  );
  const at = (column: number): number => left + widths.slice(0, column).reduce((sum, width) => sum + width, 0);
  const lastAt = at(heads.length - 1);
  const shapes: Shape[] = [
    box({ left, top, width: right - left, height: 1 }, "rule", 0),
    ...heads.map((head, column) => label(at(column), top + 20, head, "fine")),
  ];
  let y = top + 40;
  for (const row of rows) {
    const style = (column: number): TextStyle => (column === 0 ? "address" : "note");
    const cells = row.slice(0, -1).map((text, column): Label => label(at(column), y, text, style(column)));
    const servers = wrapped(row.at(-1) ?? "", "note", right - lastAt);
    shapes.push(...cells, ...servers.map((words, line) => label(lastAt, y + line * 16, words, "note")));
    y += 18 + (servers.length - 1) * 16;
  }
  return { shapes, bottom: y };
}
