/** Draws plots as SVG text with Observable Plot, without a browser. The library is loaded with the first report: no other verb needs it. */
import type * as Library from "@observablehq/plot" with { "resolution-mode": "import" };

export type Plot = typeof Library;
export type Marks = readonly Library.Markish[];

/** A plot, and what stands for it where it cannot be seen. */
export type Drawing = Omit<Library.PlotOptions, "document" | "figure" | "ariaLabel"> & { readonly label: string };

/** The library, and how its plots become text. */
export type Plotter = { readonly plot: Plot; readonly draw: (drawing: Drawing) => string };

/** What Plot needs of a browser. */
type Page = { readonly document: Document };

/** Width of every plot in CSS pixels. The page makes it smaller where there is less room. */
export const WIDTH = 960;

/** A path that begins anew where this stands between two points. */
export const BREAK: readonly [number, number] = [Number.NaN, Number.NaN];

export async function loadPlots(): Promise<Plotter> {
  const plot = await import("@observablehq/plot");
  const { parseHTML } = (await import("linkedom")) as unknown as { parseHTML: (text: string) => Page };
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  return {
    plot,
    draw: ({ label, ...options }) => {
      const svg = plot.plot({
        width: WIDTH,
        style: { fontSize: "12px" },
        ...options,
        document,
        ariaLabel: label,
        figure: false,
      });
      svg.setAttribute("role", "img");
      return svg.outerHTML;
    },
  };
}
