import { ROLES } from "../../components/roles";
import { MODES, type Picture, segmentLine, serviceLine, wayLines } from "./picture";
import { mermaidClass } from "./style";
import { escapeMarkup } from "../../model/markup";

/** A lab's topology as a Mermaid flowchart, which code hosts draw in comments and README files. */
export function drawMermaid(picture: Picture): string {
  const { segments, machines, services, walks } = picture;
  const cables = machines.flatMap(({ name, kind, cards }) =>
    cards.map(({ segment }) => {
      const [machine, line] = [id("machine", name), id("segment", segment)];
      return kind === "client" ? `  ${machine} --- ${line}` : `  ${line} --- ${machine}`;
    }),
  );
  // Virtual servers and ways of packets are text: arrows between machines would distort the drawing.
  const below = [
    ...(services.length === 0
      ? []
      : ["<b>virtual servers</b>", ...services.map((one) => escapeMarkup(serviceLine(one)))]),
    ...walks.flatMap((walk) => [`<b>packets, ${MODES[walk.mode]}</b>`, ...wayLines(walk).map(escapeMarkup)]),
  ];
  return [
    "flowchart TB",
    ...segments.map((segment) => `  ${id("segment", segment.name)}[["${escapeMarkup(segmentLine(segment))}"]]`),
    ...machines.map(({ name, kind, notes, cards, routes, vips }) => {
      const addresses = cards.flatMap((card) => card.addresses.map((address) => `${card.name} ${address}`.trim()));
      const lines = [`<b>${escapeMarkup(name)}</b>`, ...[...notes, ...addresses, ...routes, ...vips].map(escapeMarkup)];
      return `  ${id("machine", name)}["${lines.join("<br>")}"]:::${kind}`;
    }),
    ...(below.length === 0 ? [] : [`  services["${below.join("<br>")}"]`]),
    ...cables,
    ...[...new Set(machines.map(({ kind }) => kind))].map(
      (kind) => `  classDef ${kind} ${mermaidClass(ROLES[kind].drawn.colour)}`,
    ),
    "",
  ].join("\n");
}

/** An identifier that is never a keyword of Mermaid ("end", "class"), whatever the machine's name is. */
const id = (what: string, name: string): string => `${what}_${name.replaceAll(/[^A-Za-z0-9]+/g, "_")}`;
