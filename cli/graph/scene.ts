import { TEXT, type TextStyle, textWidth } from "./words";

/**
 * A picture as geometry, in pixels: what is drawn where, and the room that every text takes. Made by the layouts, written by svg.ts,
 * and read by tests: what they prove of a scene holds for the file.
 */
export type Scene = {
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who hear it read. */
  readonly title: string;
  /** In the order of drawing: the later ones lie on top. */
  readonly shapes: readonly Shape[];
};

export type Shape = Box | Line | Label | Badge;

export type Point = { readonly x: number; readonly y: number };
export type Area = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

/** A rectangle; its style is a class of the style sheet. */
export type Box = { readonly kind: "box"; readonly area: Area; readonly radius: number; readonly style: string };

/** Straight pieces, one after the other. */
export type Line = {
  readonly kind: "line";
  /** Of the lines of a scene each its own. */
  readonly name: string;
  readonly points: readonly Point[];
  readonly style: LineStyle;
  /** Drawn double: the packet is addressed to the real server, or comes from it, and not from the VIP. */
  readonly double?: boolean;
  /** What it ends in: an arrow, or a cross where a packet is lost. */
  readonly end?: "arrow" | "cross";
};

export type LineStyle = "cable" | "request" | "answer" | "tunnel" | "lifeline";

/** Width in pixels that a line has at most. */
export const LINE_WIDTH: Readonly<Record<LineStyle, number>> = {
  cable: 2,
  request: 5,
  answer: 5,
  tunnel: 12,
  lifeline: 1.5,
};

export type Label = {
  readonly kind: "label";
  /** Left end of its baseline, or the middle of it. */
  readonly at: Point;
  readonly middle?: boolean;
  readonly text: string;
  readonly style: TextStyle;
  /** Class of its colour beside the style's own. */
  readonly colour?: string;
};

/** A number on a line, or beside the words about it. */
export type Badge = {
  readonly kind: "badge";
  readonly at: Point;
  readonly text: string;
  readonly style: "request" | "answer";
  /** Name of the line that it is on; undefined: on none. */
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

/** A short word on a solid ground: as wide as `pillWidth`. */
export function pill(x: number, top: number, text: string, kind: string): [Box, Label] {
  return [
    box({ left: x, top, width: pillWidth(text), height: 18 }, `solid ${kind}`, 9),
    { ...label(x + pillWidth(text) / 2, top + 13, text, "pill"), middle: true },
  ];
}

const PILL_PADDING = 8;
export const pillWidth = (text: string): number => textWidth(text, "pill") + 2 * PILL_PADDING;
