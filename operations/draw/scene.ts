import { TEXT, type TextStyle, textWidth } from "./fonts";

/**
 * A picture as geometry, in pixels: every shape's place, and the room of every text. The layouts make it, svg.ts writes it, and tests read it:
 * what they prove about a scene is true for the file.
 */
export type Scene = {
  readonly width: number;
  readonly height: number;
  /** A description for screen readers. */
  readonly title: string;
  /** In the order of drawing: later ones are on top. */
  readonly shapes: readonly Shape[];
};

export type Shape = Box | Line | Label | Badge;

export type Point = { readonly x: number; readonly y: number };
export type Area = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** A rectangle. Its style is a class of the style sheet. */
export type Box = { readonly kind: "box"; readonly area: Area; readonly radius: number; readonly style: string };

/** A line of straight pieces. */
export type Line = {
  readonly kind: "line";
  /** Unique among the lines of a scene. */
  readonly name: string;
  readonly points: readonly Point[];
  readonly style: LineStyle;
  /** Drawn double: the packet's address is the real server's, not the VIP. */
  readonly double?: boolean;
  /** Its end: an arrow, or a cross if the packet is lost. */
  readonly end?: "arrow" | "cross";
};

export type LineStyle = "cable" | "request" | "answer" | "tunnel" | "lifeline";

/** Greatest width of a line, in pixels. */
export const LINE_WIDTH: Readonly<Record<LineStyle, number>> = {
  cable: 2,
  request: 5,
  answer: 5,
  tunnel: 12,
  lifeline: 1.5,
};

export type Label = {
  readonly kind: "label";
  /** Left end of its baseline, or the baseline's middle. */
  readonly at: Point;
  readonly middle?: boolean;
  readonly text: string;
  readonly style: TextStyle;
  /** Class of its colour, besides the style's own. */
  readonly colour?: string;
};

/** A number on a line, or beside its explanation. */
export type Badge = {
  readonly kind: "badge";
  readonly at: Point;
  readonly text: string;
  readonly style: "request" | "answer";
  /** Name of its line; undefined: it is not on a line. */
  readonly on?: string;
};

export const BADGE_RADIUS = 9;

/** The room of a text: from its highest letters to below its baseline. */
export function labelArea({ at, middle, text, style }: Label): Area {
  const { size } = TEXT[style];
  const width = textWidth(text, style);
  const left = middle === true ? at.x - width / 2 : at.x;
  return { left, top: at.y - Math.ceil(size * 0.8), width, height: Math.ceil(size * 1.05) };
}

export const badgeArea = ({ at }: Badge): Area => ({
  left: at.x - BADGE_RADIUS,
  top: at.y - BADGE_RADIUS,
  width: 2 * BADGE_RADIUS,
  height: 2 * BADGE_RADIUS,
});

export const label = (x: number, y: number, text: string, style: TextStyle, colour?: string): Label => ({
  kind: "label",
  at: { x, y },
  text,
  style,
  ...(colour === undefined ? {} : { colour }),
});

export const box = (area: Area, style: string, radius = 8): Box => ({ kind: "box", area, style, radius });

/** A short word on a solid background, as wide as `pillWidth`. */
export function pill(x: number, top: number, text: string, kind: string): [Box, Label] {
  return [
    box({ left: x, top, width: pillWidth(text), height: 18 }, `solid ${kind}`, 9),
    { ...label(x + pillWidth(text) / 2, top + 13, text, "pill"), middle: true },
  ];
}

const PILL_PADDING = 8;
export const pillWidth = (text: string): number => textWidth(text, "pill") + 2 * PILL_PADDING;
