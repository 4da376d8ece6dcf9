import {
  type Area,
  badgeArea,
  type Badge,
  type Label,
  labelArea,
  type Line,
  LINE_WIDTH,
  type Scene,
} from "../../../../operations/draw/scene";

type Named = { readonly name: string; readonly area: Area; readonly on?: string | undefined };

const labelsOf = ({ shapes }: Scene): Named[] => [
  ...shapes
    .filter((shape): shape is Label => shape.kind === "label")
    .map((label) => ({ name: `"${label.text}"`, area: labelArea(label) })),
  ...shapes
    .filter((shape): shape is Badge => shape.kind === "badge")
    .map((badge) => ({ name: `number ${badge.text}`, area: badgeArea(badge), on: badge.on })),
];

/** The area of the pieces of a line. */
const piecesOf = ({ points, style }: Line): Area[] =>
  points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    const half = LINE_WIDTH[style] / 2;
    return {
      left: Math.min(before.x, point.x) - half,
      top: Math.min(before.y, point.y) - half,
      width: Math.abs(before.x - point.x) + 2 * half,
      height: Math.abs(before.y - point.y) + 2 * half,
    };
  });

/** Unreadable places, each in a sentence: labels on lines or on each other, lines on each other, and anything outside. */
export function collisionsOf(scene: Scene): string[] {
  const labels = labelsOf(scene);
  const lines = scene.shapes.filter((shape): shape is Line => shape.kind === "line");
  return [
    ...labels.flatMap(({ name, area, on }) =>
      lines
        .filter((line) => line.name !== on && line.name !== `${on} tunnel`)
        .filter((line) => piecesOf(line).some((piece) => meet(piece, area)))
        .map((line) => `${name} meets the line ${line.name}`),
    ),
    ...labels.flatMap(({ name, area }, index) =>
      labels
        .slice(index + 1)
        .filter((other) => meet(area, other.area))
        .map((other) => `${name} meets ${other.name}`),
    ),
    ...[
      ...labels,
      ...scene.shapes.flatMap((shape) => (shape.kind === "box" ? [{ name: shape.style, area: shape.area }] : [])),
    ]
      .filter(
        ({ area: { left, top, width, height } }) =>
          left < 1 || top < 1 || left + width > scene.width - 1 || top + height > scene.height - 1,
      )
      .map(({ name }) => `${name} is outside of the picture`),
    ...lines.flatMap((line, index) =>
      lines
        .slice(index + 1)
        .filter((other) => !other.name.endsWith("tunnel") && !line.name.endsWith("tunnel"))
        .filter((other) => runTogether(line, other))
        .map((other) => `the line ${line.name} runs on the line ${other.name}`),
    ),
  ];
}

const meet = (one: Area, other: Area): boolean =>
  one.left < other.left + other.width &&
  other.left < one.left + one.width &&
  one.top < other.top + other.height &&
  other.top < one.top + one.height;

/** Lines may cross in a square of their widths. A larger area is a common piece. */
const runTogether = (one: Line, other: Line): boolean =>
  piecesOf(one).some((a) =>
    piecesOf(other).some((b) => {
      const wide = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
      const high = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
      const square = Math.max(LINE_WIDTH[one.style], LINE_WIDTH[other.style]);
      return wide > 0 && high > 0 && (wide > square || high > square);
    }),
  );
