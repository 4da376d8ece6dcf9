import type { Colour } from "../../components/roles/role";
import { textWidth } from "../draw/fonts";
import { box, label, pill, pillWidth, type Scene, type Shape } from "../draw/scene";
import { visible } from "../terminal/terminal";
import { held } from "./report";
import { instancesText, niceAbove, type Piece, type Row, type States } from "./states";

const MARGIN = 24;
const ROW = { height: 44, bar: 20 };
/** Width of the time axis. */
const AXIS = 560;
const GAP = 16;
/** Colours of the machines, in their order. They are those of the roles in the other pictures. */
const COLOURS: readonly Colour[] = ["director", "web", "proxy", "client", "router", "nfs"];

const colourOf = (machines: readonly string[], name: string): string =>
  `solid ${COLOURS[machines.indexOf(name) % COLOURS.length] ?? "director"}`;

const TITLE = "Who is MASTER in each failure";

/** Who is MASTER over time: a row for each failure that moves a VIP, on one axis. */
export function statesScene(states: States): Scene {
  const { machines, begin, over, end, rows } = states;
  const names = (row: Row): readonly string[] => [visible(row.failure), visible(instancesText(row))];
  const wide = Math.max(
    0,
    ...rows.map((row) => textWidth(names(row)[0] ?? "", "strong")),
    ...rows.map((row) => textWidth(names(row)[1] ?? "", "fine")),
  );
  const left = MARGIN + wide + GAP;
  const right = left + AXIS + GAP;
  const said = Math.max(0, ...rows.map(({ says }) => textWidth(says, "note")));
  const at = (time: number): number => left + ((time - begin) / (end - begin)) * AXIS;
  const note =
    rows.length === 0
      ? "No single failure moves a VIP."
      : `Each failure begins at 0 s and is over at ${over} s. Times are the longest that predict gives.`;
  const keys = [
    ...machines.map((name) => ({ name, style: colourOf(machines, name) })),
    { name: "nobody", style: "lost" },
  ];
  const legend: Shape[] = [];
  let key = MARGIN;
  for (const { name, style } of keys) {
    legend.push(...keyOf(key, MARGIN + 52, visible(name), style));
    key += pillWidth(visible(name)) + 8;
  }
  const top = MARGIN + 112;
  const bottom = top + rows.length * ROW.height;
  const ticks = rows.length === 0 ? [] : ticksOf(begin, end);
  return {
    width: Math.max(right + said + MARGIN, key + MARGIN, 2 * MARGIN + textWidth(note, "description")),
    height: bottom + MARGIN,
    title: `${TITLE}: ${visible(machines.join(", "))}`,
    shapes: [
      label(MARGIN, MARGIN + 16, TITLE, "title"),
      label(MARGIN, MARGIN + 38, note, "description"),
      ...legend,
      ...ticks.flatMap((time): Shape[] => [
        box({ left: Math.round(at(time)), top: top - 10, width: 1, height: bottom - top + 10 }, "rule", 0),
        { ...label(Math.round(at(time)), top - 16, `${time} s`, "fine"), middle: true },
      ]),
      ...rows.flatMap((row, index): Shape[] => {
        const y = top + index * ROW.height;
        const [failure = "", instances = ""] = names(row);
        return [
          label(MARGIN, y + 14, failure, "strong"),
          label(MARGIN, y + 30, instances, "fine"),
          ...row.pieces.flatMap((piece) => barOf(piece, machines, at, y + 6)),
          label(right, y + 21, row.says, "note"),
        ];
      }),
    ],
  };
}

const keyOf = (x: number, top: number, text: string, style: string): readonly Shape[] => {
  const [area, words] = pill(x, top, text, "");
  return [{ ...area, style }, words];
};

/** One bar; two machines that are MASTER at once share its height. */
function barOf(
  { from, to, masters }: Piece,
  machines: readonly string[],
  at: (time: number) => number,
  top: number,
): readonly Shape[] {
  const [start, end] = [Math.round(at(from)), Math.round(at(to))];
  const styles = masters.length === 0 ? ["lost"] : masters.map((name) => colourOf(machines, name));
  const height = ROW.bar / styles.length;
  // A short time stays visible.
  const width = Math.max(2, end - start - 1);
  const text = visible(held(masters));
  const fits = masters.length < 2 && textWidth(text, "pill") + 8 <= width;
  return [
    ...styles.map((style, index) => box({ left: start, top: top + index * height, width, height }, style, 0)),
    ...(fits ? [{ ...label(start + width / 2, top + 14, text, "pill"), middle: true }] : []),
  ];
}

/** About eight times along the axis. */
function ticksOf(begin: number, end: number): readonly number[] {
  const step = niceAbove((end - begin) / 8);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => Math.round(index * step * 1000) / 1000);
}
