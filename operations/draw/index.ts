import { loadTopology } from "../../documents/load";
import { isSite } from "../../model/topology/own/config";
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

/** The drawing of a lab's topology file. */
export function graph({ file }: Pick<Stack, "file">, { svg, mermaid }: Form): string {
  if (svg && mermaid) throw new UserError("graph: got --svg and --mermaid, need one of them");
  const picture = pictureOf(loadTopology(file));
  if (svg) return drawSvg(topologyScene(picture));
  return mermaid ? drawMermaid(picture) : drawText(picture);
}

/** The packet walks of a lab's topology file. */
export function walk({ file }: Pick<Stack, "file">, { svg, mermaid }: Form): string {
  if (svg && mermaid) throw new UserError("walk: got --svg and --mermaid, need one of them");
  const topology = loadTopology(file);
  if (isSite(topology))
    throw new UserError(
      `walk: got ${topology.name}, whose directors bring their own keepalived.conf, need a lab with virtualServers or proxy (graph and predict show such a lab)`,
    );
  if (svg) return drawSvg(walkScene(topology));
  return mermaid ? drawWalksMermaid(topology).join("\n") : drawWalks(topology);
}
