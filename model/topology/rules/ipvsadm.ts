/** Rules about a director without keepalived: ipvsadm fills the table. */
import { interfaceOf, ipvsadmDirector, vipsOf } from "../queries";
import type { Problem } from "../error";
import type { Rule } from "./rule";

export const ownersTwo: Rule = {
  name: "ownersTwo",
  severity: "error",
  summary:
    "The IPVS table has one owner: keepalived would find foreign rows, and ipvsadm's unit would clear keepalived's.",
  reads: ["vrrp", "ipvsadm"],
  reason: "000 starts ipvsadm's service beside keepalived, which overwrites keepalived's table with a saved one",
  find({ vrrp, ipvsadm }) {
    if (vrrp === undefined || ipvsadm === undefined) return [];
    const fix = "keepalived owns VIP and table if there is a vrrp section: remove one of the two";
    return [{ path: "ipvsadm", got: "ipvsadm beside a vrrp section", need: "one owner of the IPVS table", fix }];
  },
};

export const sorryWithoutKeepalived: Rule = {
  name: "sorryWithoutKeepalived",
  severity: "error",
  summary: "A sorry page needs keepalived, which notices that no real server answers. ipvsadm does not check.",
  reads: ["vrrp", "virtualServers"],
  reason: "keepalived.conf(5): keepalived uses sorry_server if its checks of all real servers have failed",
  find: ({ vrrp, virtualServers }) =>
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
    ),
};

export const labelLong: Rule = {
  name: "labelLong",
  severity: "error",
  summary: "A VIP's label (the interface's name, a colon, a number) has at most 15 characters (IFNAMSIZ).",
  reads: ["segments", "nodes", "vrrp", "virtualServers"],
  reason: "ip-address(8): a label begins with the device's name; it has at most 15 characters (IFNAMSIZ)",
  find(topology) {
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
  },
};
