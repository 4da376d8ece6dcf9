/** Refuses what the model can express but the components cannot build yet. */
import type { Topology } from "../topology";
import type { Problem } from "../error";

const later = "not built yet";

/** Refuses what is not built. */
export const unfinished = ({ virtualServers }: Topology): Problem[] =>
  virtualServers
    .map(({ protocol: asked }, index) => ({ asked, path: `virtualServers[${index}].protocol` }))
    .filter(({ asked }) => asked === "UDP")
    .map(({ asked, path }) => ({ path, got: asked, need: "TCP", fix: `UDP is ${later}` }));
