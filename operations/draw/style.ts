import type { Colour } from "../../components/roles/role";
import type { Mode } from "./walk";

/** The style sheet of the pictures: colours for light pages, and for dark pages if the reader prefers them. */

type Palette = { readonly fill: string; readonly edge: string; readonly ink: string };

/** Colours of a machine's background, edge and heading. */
const MACHINES: Readonly<Record<Colour, { readonly light: Palette; readonly dark: Palette }>> = {
  client: {
    light: { fill: "#fff7ed", edge: "#ea580c", ink: "#c2410c" },
    dark: { fill: "#2a1a0e", edge: "#f97316", ink: "#fdba74" },
  },
  director: {
    light: { fill: "#eff6ff", edge: "#2563eb", ink: "#1d4ed8" },
    dark: { fill: "#101f3d", edge: "#3b82f6", ink: "#93c5fd" },
  },
  proxy: {
    light: { fill: "#f5f3ff", edge: "#7c3aed", ink: "#6d28d9" },
    dark: { fill: "#221540", edge: "#8b5cf6", ink: "#c4b5fd" },
  },
  web: {
    light: { fill: "#f0fdf4", edge: "#16a34a", ink: "#15803d" },
    dark: { fill: "#0d2417", edge: "#22c55e", ink: "#86efac" },
  },
  router: {
    light: { fill: "#f8fafc", edge: "#64748b", ink: "#334155" },
    dark: { fill: "#1a212c", edge: "#94a3b8", ink: "#cbd5e1" },
  },
  nfs: {
    light: { fill: "#fefce8", edge: "#a16207", ink: "#854d0e" },
    dark: { fill: "#26200a", edge: "#ca8a04", ink: "#fde047" },
  },
};

/** All other colours, by their use. */
type Use =
  | "page"
  | "frame"
  | "ink"
  | "soft"
  | "faint"
  | "band"
  | "bandEdge"
  | "cable"
  | "request"
  | "answer"
  | "tunnel"
  | "cell"
  | "cellEdge"
  | "changed"
  | "lost"
  | "onSolid";

const LIGHT: Readonly<Record<Use, string>> = {
  page: "#ffffff",
  frame: "#d8dee6",
  ink: "#0f172a",
  soft: "#475569",
  faint: "#64748b",
  band: "#eef2f6",
  bandEdge: "#94a3b8",
  cable: "#94a3b8",
  request: "#be123c",
  answer: "#0f766e",
  tunnel: "#c4b5fd",
  cell: "#f8fafc",
  cellEdge: "#cbd5e1",
  changed: "#fef08a",
  lost: "#dc2626",
  onSolid: "#ffffff",
};

const DARK: Readonly<Record<Use, string>> = {
  page: "#0d1117",
  frame: "#30363d",
  ink: "#e6edf3",
  soft: "#b1bac4",
  faint: "#8b949e",
  band: "#1a2029",
  bandEdge: "#545d68",
  cable: "#6e7681",
  request: "#fb7185",
  answer: "#2dd4bf",
  tunnel: "#4c3a8f",
  cell: "#161b22",
  cellEdge: "#3d444d",
  changed: "#5c4b00",
  lost: "#ff7b72",
  onSolid: "#0d1117",
};

/** The colour of a way of forwarding: that of the role that does it. */
export const MODE_COLOUR: Readonly<Record<Mode, Colour>> = {
  DR: "director",
  NAT: "director",
  TUN: "director",
  L7: "proxy",
  OWN: "director",
};

const colours = (of: Readonly<Record<Use, string>>, tone: "light" | "dark"): string[] => [
  `.page{fill:${of.page};stroke:${of.frame}}`,
  `.band{fill:${of.band};stroke:${of.bandEdge}}`,
  `.plug{fill:${of.cable}}`,
  `.cell{fill:${of.cell};stroke:${of.cellEdge}}`,
  `.cell.changed{fill:${of.changed};stroke:${of.cellEdge}}`,
  `.rule{fill:${of.frame}}`,
  `text{fill:${of.ink}}`,
  `.description,.note{fill:${of.soft}}`,
  `.mac,.fine{fill:${of.faint}}`,
  `.ink{fill:${of.ink}}`,
  `.core{stroke:${of.band}}`,
  `.vip{fill:${of.request}}`,
  `.lost{fill:${of.lost}}`,
  `.pill,.number{fill:${of.onSolid}}`,
  `.cable{stroke:${of.cable}}`,
  `.lifeline{stroke:${of.bandEdge}}`,
  `.request{stroke:${of.request}}`,
  `.answer{stroke:${of.answer}}`,
  `.tunnel{stroke:${of.tunnel}}`,
  `.tip.request,.badge.request{fill:${of.request}}`,
  `.tip.answer,.badge.answer{fill:${of.answer}}`,
  `.cross{stroke:${of.lost}}`,
  ...Object.entries(MACHINES).flatMap(([colour, palettes]) => {
    const { fill, edge, ink } = palettes[tone];
    return [
      `.machine.${colour}{fill:${fill};stroke:${edge}}`,
      `.solid.${colour}{fill:${edge}}`,
      `.heading.${colour}{fill:${ink}}`,
    ];
  }),
];

const SANS = "system-ui,-apple-system,'Segoe UI','Liberation Sans','DejaVu Sans',Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,'Liberation Mono','DejaVu Sans Mono',Menlo,Consolas,monospace";

/** Fonts, widths and dashes; `texts` are the rules of the text styles. */
const FORMS: readonly string[] = [
  `text{font-family:${SANS};font-size:12px}`,
  `.mono{font-family:${MONO}}`,
  ".middle,.number{text-anchor:middle}",
  ".number{font-size:11px;font-weight:700}",
  ".machine{stroke-width:1.5}",
  ".standby{stroke-dasharray:6 4}",
  ".line{fill:none;stroke-linejoin:round}",
  ".cable{stroke-width:2}",
  ".lifeline{stroke-width:1.5;stroke-dasharray:2 5}",
  ".request,.answer,.cross{stroke-width:2.5}",
  ".answer.line{stroke-dasharray:7 4}",
  ".double{stroke-width:5}",
  ".core{stroke-width:1.6}",
  ".tunnel{stroke-width:12;stroke-linecap:round}",
  ".tip,.badge{stroke:none}",
];

/** The whole style sheet. */
export const styleSheet = (texts: readonly string[]): string =>
  [
    ...FORMS,
    ...texts,
    ...colours(LIGHT, "light"),
    "@media (prefers-color-scheme:dark){",
    ...colours(DARK, "dark"),
    "}",
  ].join("\n");

/** A machine's colours in Mermaid, which has one set for light and dark pages. */
export function mermaidClass(colour: Colour): string {
  const { fill, edge } = MACHINES[colour].light;
  return `fill:${fill},stroke:${edge},color:${LIGHT.ink}`;
}
