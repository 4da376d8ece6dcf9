/** The rules by which a director marks packets for the virtual servers of its own configuration. */
import { familyOf } from "../../../model/plan/addresses";
import type { DirectorNode, Mark } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import { sortedAddresses } from "../../machine/firewall/opening";
import { oneOf } from "../../machine/firewall/ruleset";

/** In the form in which nft(8) lists them. IPVS looks at the mark behind this hook. */
export const markRules = ({ nodes }: Pick<Topology, "nodes">, { marks = [] }: DirectorNode): string[] =>
  marks.map(({ mark, to, protocol, port, lastPort, notFrom = [] }: Mark) => {
    const macs = notFrom.flatMap((name) =>
      Object.values(nodes[name]?.interfaces ?? {}).map(({ mac }) => mac.toLowerCase()),
    );
    const [address = ""] = sortedAddresses([to.split("/")[0] ?? ""]);
    return [
      ...(macs.length === 0 ? [] : [`ether saddr != ${oneOf([...new Set(macs)].sort())}`]),
      `${familyOf(to) === "inet" ? "ip" : "ip6"} daddr ${address}`,
      `${protocol} dport ${lastPort === undefined || lastPort === port ? port : `${port}-${lastPort}`}`,
      `meta mark set 0x${mark.toString(16).padStart(8, "0")}`,
    ].join(" ");
  });
