import type { Picture } from "./picture";

/** A lab's topology as a Mermaid flowchart, which code hosts draw in comments and README files. */
export function drawMermaid({ segments, machines }: Picture): string {
  return [
    "flowchart TB",
    ...segments.map(({ name, label }) => `  ${id("segment", name)}[["${escape(label)}"]]`),
    ...machines.map(({ name, kind, notes, cards, vips }) => {
      const addresses = cards.flatMap((card) => card.addresses.map((address) => `${card.name} ${address}`.trim()));
      const lines = [`<b>${escape(name)}</b>`, ...[...notes, ...addresses, ...vips].map(escape)];
      return `  ${id("machine", name)}["${lines.join("<br>")}"]:::${kind}`;
    }),
    ...machines.flatMap(({ name, kind, cards }) =>
      cards.map(({ segment }) => {
        const [machine, line] = [id("machine", name), id("segment", segment)];
        return kind === "client" ? `  ${machine} --- ${line}` : `  ${line} --- ${machine}`;
      }),
    ),
    ...[...new Set(machines.map(({ kind }) => kind))].map((kind) => `  classDef ${kind} ${STYLES[kind] ?? OTHER}`),
    "",
  ].join("\n");
}

const OTHER = "fill:#f1f5f9,stroke:#64748b,color:#0f172a";
const STYLES: Readonly<Record<string, string>> = {
  client: "fill:#fff7ed,stroke:#ea580c,color:#0f172a",
  director: "fill:#eff6ff,stroke:#2563eb,color:#0f172a",
  web: "fill:#f0fdf4,stroke:#16a34a,color:#0f172a",
};

/** An identifier that is no word of Mermaid's own ("end", "class"), whatever the machine is called. */
const id = (what: string, name: string): string => `${what}_${name.replaceAll("-", "_")}`;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
