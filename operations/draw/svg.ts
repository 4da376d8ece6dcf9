import { BADGE_RADIUS, type Badge, type Box, type Label, type Line, type Point, type Scene, type Shape } from "./scene";
import { styleSheet } from "./style";
import { TEXT } from "./fonts";
import { escapeMarkup } from "../../model/markup";

/** A scene as a self-contained SVG file: it loads no font, script or style, and adapts to a light or dark page. */
export function drawSvg({ width, height, title, shapes }: Scene): string {
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeMarkup(title)}">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<style>\n${styleSheet(TEXT_RULES)}\n</style>`,
    `<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`,
    ...shapes.flatMap(drawn),
    "</svg>",
  ].join("\n")}\n`;
}

const TEXT_RULES = Object.entries(TEXT).map(
  ([style, { size, weight }]) => `.${style}{font-size:${size}px;font-weight:${weight}}`,
);

function drawn(shape: Shape): string[] {
  switch (shape.kind) {
    case "box":
      return [rectangle(shape)];
    case "line":
      return line(shape);
    case "label":
      return [text(shape)];
    case "badge":
      return badge(shape);
  }
}

const rectangle = ({ area: { left, top, width, height }, style, radius }: Box): string =>
  `<rect class="${style}" x="${left}" y="${top}" width="${width}" height="${height}"${radius === 0 ? "" : ` rx="${radius}"`}/>`;

function text({ at, middle, text: words, style, colour }: Label): string {
  const classes = [
    style,
    ...(TEXT[style].mono ? ["mono"] : []),
    ...(middle === true ? ["middle"] : []),
    ...(colour === undefined ? [] : [colour]),
  ].join(" ");
  return `<text class="${classes}" x="${at.x}" y="${at.y}">${escapeMarkup(words)}</text>`;
}

const badge = ({ at, text: words, style }: Badge): string[] => [
  `<circle class="badge ${style}" cx="${at.x}" cy="${at.y}" r="${BADGE_RADIUS}"/>`,
  `<text class="number" x="${at.x}" y="${at.y + 4}">${escapeMarkup(words)}</text>`,
];

/** Length and half width of an arrow's tip. */
const TIP = 10;

function line({ points, style, double, end }: Line): string[] {
  const last = points.at(-1);
  const before = points.at(-2);
  if (last === undefined || before === undefined) throw new Error("a line has two points at least");
  const short = end === "arrow" ? [...points.slice(0, -1), back(before, last, TIP - 2)] : points;
  const way = short.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");
  return [
    `<path class="line ${style}${double === true ? " double" : ""}" d="${way}"/>`,
    ...(double === true ? [`<path class="line core" d="${way}"/>`] : []),
    ...(end === "arrow" ? [tip(before, last, style)] : []),
    ...(end === "cross" ? [cross(back(before, last, TIP))] : []),
  ];
}

/** The point at a distance before the end of a piece. */
function back(from: Point, to: Point, far: number): Point {
  return { x: to.x - Math.sign(to.x - from.x) * far, y: to.y - Math.sign(to.y - from.y) * far };
}

function tip(from: Point, to: Point, style: string): string {
  const { x, y } = back(from, to, TIP);
  const half = TIP / 2;
  const upright = from.x === to.x;
  const [one, other] = upright ? [`${x - half} ${y}`, `${x + half} ${y}`] : [`${x} ${y - half}`, `${x} ${y + half}`];
  return `<path class="tip ${style}" d="M${to.x} ${to.y}L${one}L${other}Z"/>`;
}

const cross = ({ x, y }: Point): string =>
  `<path class="line cross" d="M${x - 7} ${y - 7}L${x + 7} ${y + 7}M${x - 7} ${y + 7}L${x + 7} ${y - 7}"/>`;
