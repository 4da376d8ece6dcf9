/** What the model can say and the components cannot build yet: refused with a sentence rather than built wrongly. */
import { directorsOf } from "../../model/members";
import type { Topology } from "../../model/topology";
import type { Problem } from "../error";

const later = "not built yet";

/** Each part goes when it is built. */
export const unfinished = (topology: Topology): Problem[] => [...protocol(topology), ...directorWithoutVrrp(topology)];

const protocol = ({ virtualServers }: Topology): Problem[] =>
  virtualServers
    .map(({ protocol: asked }, index) => ({ asked, path: `virtualServers[${index}].protocol` }))
    .filter(({ asked }) => asked === "UDP")
    .map(({ asked, path }) => ({ path, got: asked, need: "TCP", fix: `UDP is ${later}` }));

function directorWithoutVrrp(topology: Topology): Problem[] {
  const [director, ...others] = directorsOf(topology);
  if (topology.vrrp !== undefined || director === undefined || director.vrrp !== undefined || others.length > 0)
    return [];
  return [{ path: "vrrp", got: "nothing", need: "a vrrp section", fix: `a director without keepalived is ${later}` }];
}
