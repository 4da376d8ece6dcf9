/** What the model can say and the components cannot build yet: refused with a sentence rather than built wrongly. */
import type { Topology } from "../../model/topology";
import type { Problem } from "../error";

const later = "not built yet";

/** What is not built is refused. */
export const unfinished = ({ virtualServers }: Topology): Problem[] =>
  virtualServers
    .map(({ protocol: asked }, index) => ({ asked, path: `virtualServers[${index}].protocol` }))
    .filter(({ asked }) => asked === "UDP")
    .map(({ asked, path }) => ({ path, got: asked, need: "TCP", fix: `UDP is ${later}` }));
