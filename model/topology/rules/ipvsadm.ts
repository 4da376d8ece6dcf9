/** Rules about a director without keepalived: ipvsadm fills the table. */
import { interfaceOf, ipvsadmDirector, vipsOf } from "../members";
import type { Topology } from "../topology";
import type { Problem } from "../error";

/** The IPVS table has one owner: keepalived would find foreign rows, and ipvsadm's unit would clear keepalived's. */
export function ownersTwo({ vrrp, ipvsadm }: Topology): Problem[] {
  if (vrrp === undefined || ipvsadm === undefined) return [];
  const fix = "keepalived owns VIP and table if there is a vrrp section: remove one of the two";
  return [{ path: "ipvsadm", got: "ipvsadm beside a vrrp section", need: "one owner of the IPVS table", fix }];
}

/** A sorry page needs keepalived, which notices that no real server answers. ipvsadm does not check. */
export const sorryWithoutKeepalived = ({ vrrp, virtualServers }: Topology): Problem[] =>
  virtualServers.flatMap(({ sorryPage }, index): Problem[] =>
    sorryPage === undefined || vrrp !== undefined
      ? []
      : [
          {
            path: `virtualServers[${index}].sorryPage`,
            got: "a page",
            need: "none in a lab without a vrrp section",
            fix: "ipvsadm does not check real servers, so the page would never be shown",
          },
        ],
  );

/** A VIP's label (the interface's name, a colon, a number) has at most 15 characters (IFNAMSIZ). */
export function labelLong(topology: Topology): Problem[] {
  const director = ipvsadmDirector(topology);
  if (director === undefined) return [];
  const cards = new Set(vipsOf(topology).map((vip) => interfaceOf(topology, director, vip)));
  return Object.keys(director.interfaces)
    .filter((name) => cards.has(name) && name.length > 12)
    .map((name) => ({
      path: `nodes.${director.name}.interfaces.${name}`,
      got: `the name ${name}`,
      need: "a name of at most 12 characters",
      fix: "the label of the VIP is the name, a colon and a number, at most 15 characters together",
    }));
}
