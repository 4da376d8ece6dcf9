import { box, label, type Line, type LineStyle, pill, pillWidth, type Shape } from "./scene";
import { MODE_COLOUR } from "./style";
import { changesOf, isRewritten, type Mode, type Walk } from "./walk";
import { textWidth, wrapped } from "./fonts";

/** Name and explanation of each way of forwarding. */
export const EXPLAINED: Readonly<
  Record<Mode, { readonly pill: string; readonly name: string; readonly text: string }>
> = {
  DR: {
    pill: "LVS-DR",
    name: "direct routing",
    text: "The director gives each request a new destination MAC and leaves the IP packet as it is. The real server has the VIP itself and answers the client: the answer does not pass the director.",
  },
  NAT: {
    pill: "LVS-NAT",
    name: "network address translation",
    text: "The director changes the destination of each request from the VIP to the real server, and the source of each answer back to the VIP. Both pass the director, which is the real servers' gateway.",
  },
  TUN: {
    pill: "LVS-TUN",
    name: "IP tunnelling",
    text: "The director puts each request into a second IP packet, addressed to the real server, which may be behind routers. The real server unwraps it, has the VIP itself and answers the client: the answer does not pass the director.",
  },
  L7: {
    pill: "layer 7",
    name: "proxy",
    text: "The proxy ends the client's connection and asks a web server over a connection of its own. The web server sees the proxy's address; its answer passes the proxy.",
  },
  OWN: {
    pill: "no LVS",
    name: "the VIP's holder",
    text: "The machine that holds the VIP answers itself: it has no virtual server for it.",
  },
};

/** The legend beside the client: how the lab forwards, and what the lines mean. */
export function explanation(
  walks: readonly Walk[],
  left: number,
  top: number,
  width: number,
): { shapes: Shape[]; height: number } {
  const shapes: Shape[] = [];
  let y = top;
  for (const { mode } of walks) {
    const { pill: short, name, text } = EXPLAINED[mode];
    shapes.push(
      ...pill(left, y, short, MODE_COLOUR[mode]),
      label(left + pillWidth(short) + 10, y + 14, name, "heading"),
    );
    y += 36;
    for (const words of wrapped(text, "note", width)) {
      shapes.push(label(left, y, words, "note"));
      y += 17;
    }
    y += 4;
  }
  if (walks.length > 0) {
    const { shapes: lines, bottom } = legend(walks, left, y + 4, width);
    shapes.push(...lines);
    y = bottom;
  }
  return { shapes, height: y - top };
}

const SAMPLE = 40;

/** A sample of each kind of line, and its meaning. */
function legend(walks: readonly Walk[], left: number, top: number, width: number): { shapes: Shape[]; bottom: number } {
  const all = walks.flatMap((walk) =>
    walk.legs.map((leg) => ({ leg, double: isRewritten(walk, leg), mode: walk.mode })),
  );
  const changes = walks.flatMap(changesOf).filter((changed) => changed !== undefined);
  const shapes: Shape[] = [];
  let [x, y] = [left, top];
  const entry = (words: string, sample: () => Shape[]): void => {
    const wide = SAMPLE + 10 + textWidth(words, "fine");
    if (x > left && x + wide > left + width) [x, y] = [left, y + 22];
    shapes.push(...sample(), label(x + SAMPLE + 10, y + 4, words, "fine"));
    x += wide + 22;
  };
  const line = (words: string, style: LineStyle, double = false): Line => ({
    kind: "line",
    name: `legend ${words}${style === "tunnel" ? " tunnel" : ""}`,
    points: [
      { x, y },
      { x: x + SAMPLE, y },
    ],
    style,
    double,
    ...(style === "tunnel" ? {} : { end: "arrow" }),
  });
  entry("request", () => [line("request", "request")]);
  if (all.some(({ leg }) => leg.way === "answer")) entry("answer", () => [line("answer", "answer")]);
  if (all.some(({ leg }) => leg.outer !== undefined))
    entry("in a tunnel", () => [line("in", "tunnel"), line("in", "request")]);
  if (all.some(({ double, mode }) => double && mode === "NAT"))
    entry("rewritten", () => [line("rewritten", "request", true)]);
  if (all.some(({ double, mode }) => double && mode === "L7"))
    entry("the proxy's own connection", () => [line("own", "request", true)]);
  if (changes.length > 0)
    entry("what the sender changed", () => [
      box({ left: x, top: y - 7, width: SAMPLE, height: 14 }, "cell changed", 0),
    ]);
  return { shapes, bottom: y + 20 };
}
