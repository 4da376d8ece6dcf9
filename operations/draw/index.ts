import { loadTopology } from "../../documents/load";
import type { Topology } from "../../model/topology/topology";
import { UserError } from "../../model/userError";
import type { Stack } from "../engine/stack";
import { drawMermaid } from "./mermaid";
import { pictureOf } from "./topologyPicture";
import { drawSvg } from "./svg";
import { drawText } from "./text";
import { topologyScene } from "./topologyScene";
import { walkScene } from "./walkScene";
import { drawWalks, drawWalksMermaid } from "./walkText";

type Form = { readonly svg: boolean; readonly mermaid: boolean };

/** The drawing of a topology as SVG. */
export const topologySvg = (topology: Topology): string => drawSvg(topologyScene(pictureOf(topology)));

/** The drawing of a lab's topology file. */
export function graph({ file }: Pick<Stack, "file">, { svg, mermaid }: Form): string {
  if (svg && mermaid) throw new UserError("graph: got --svg and --mermaid, need one of them");
  const topology = loadTopology(file);
  if (svg) return topologySvg(topology);
  const picture = pictureOf(topology);
  return mermaid ? drawMermaid(picture) : drawText(picture);
}

/** The packet walks of a lab's topology file. */
export function walk({ file }: Pick<Stack, "file">, { svg, mermaid }: Form): string {
  if (svg && mermaid) throw new UserError("walk: got --svg and --mermaid, need one of them");
  const topology = loadTopology(file);
  if (svg) return drawSvg(walkScene(topology));
  return mermaid ? drawWalksMermaid(topology).join("\n") : drawWalks(topology);
}
