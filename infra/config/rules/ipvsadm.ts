/** Rules about a director that owns VIP and table by ipvsadm alone. */
import { interfaceOf, ipvsadmDirector, vipsOf } from "../../model/members";
import type { Topology } from "../../model/topology";
import type { Problem } from "../error";

/** The IPVS table has one owner: keepalived would find rows of another one, and ipvsadm's unit would clear keepalived's. */
export function ownersTwo({ vrrp, ipvsadm }: Topology): Problem[] {
  if (vrrp === undefined || ipvsadm === undefined) return [];
  const fix = "with vrrp keepalived owns VIP and table: remove one of the two";
  return [{ path: "ipvsadm", got: "ipvsadm beside a vrrp section", need: "one owner of the IPVS table", fix }];
}

/** A sorry page needs keepalived, which notices that no real server answers; ipvsadm checks none. */
export const sorryWithoutKeepalived = ({ vrrp, virtualServers }: Topology): Problem[] =>
  virtualServers.flatMap(({ sorryPage }, index): Problem[] =>
    sorryPage === undefined || vrrp !== undefined
      ? []
      : [
          {
            path: `virtualServers[${index}].sorryPage`,
            got: "a page",
            need: "none in a lab without a vrrp section",
            fix: "ipvsadm checks no real server, so it would never be seen",
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
      fix: "the VIP on it is labelled with the name, a colon and a number, 15 characters in all",
    }));
}
