/** Rules about settings of the kernel that a topology sets itself. */
import type { Problem } from "../error";
import { directorsOf, heldVips } from "../queries";
import type { Node } from "../node";
import type { Topology } from "../topology";
import type { Rule } from "./rule";

export const rpFilterStrict: Rule = {
  name: "rpFilterStrict",
  severity: "warning",
  summary:
    "A director has no strict source filter: it drops packets that come in by another card than the route back to their source.",
  reads: ["nodes", "virtualServers"],
  reason: "RFC 3704 2.2: a strict filter drops a packet if the route back to its source uses another interface",
  find(topology) {
    return directorsOf(topology).flatMap(({ name, rpFilter, interfaces, sysctl = {} }): Problem[] => {
      const cards = ["all", ...Object.keys(interfaces)];
      const places = [
        ...(rpFilter === 1 ? [`nodes.${name}.rpFilter`] : []),
        ...cards
          .map((card) => `net.ipv4.conf.${card}.rp_filter`)
          .flatMap((key) => (sysctl[key] === 1 ? [`nodes.${name}.sysctl.${key}`] : [])),
      ];
      const fix =
        Object.keys(interfaces).length > 1
          ? `${name} has ${Object.keys(interfaces).join(" and ")}: answers of real servers, and checks, are lost as soon as they come in by the other one, as from a further network behind a router`
          : "checks and answers are lost as soon as a second card or network is added";
      return places.map((path) => ({ path, got: "1, a strict filter", need: "0 or 2", fix }));
    });
  },
};

/** Settings about ARP of a real server's card. */
const ARP = /^net\.ipv4\.conf\.([^.]+)\.(arp_ignore|arp_announce)$/;

/** The settings of a node about ARP. */
const arpSettings = ({ name, sysctl = {} }: Node) =>
  Object.entries(sysctl).flatMap(([key, value]) => {
    const [, card = "", word = ""] = ARP.exec(key) ?? [];
    return card === "" ? [] : [{ path: `nodes.${name}.sysctl.${key}`, card, word, value }];
  });

/** The real servers that hold a VIP themselves (DR, TUN). */
const holders = (topology: Topology): Node[] =>
  Object.values(topology.nodes).filter(({ name }) => heldVips(topology, name).length > 0);

export const arpSettingElsewhere: Rule = {
  name: "arpSettingElsewhere",
  severity: "warning",
  summary:
    "arp_ignore and arp_announce of a real server are set on all, or on the card on which ARP requests arrive; on lo they have no effect.",
  reads: ["nodes", "virtualServers"],
  reason:
    "ip-sysctl(7), arp_ignore: the kernel takes the larger value of all and of the interface that the request arrives on, which is never lo",
  find(topology) {
    return holders(topology).flatMap((node): Problem[] =>
      arpSettings(node)
        .filter(
          ({ card, value }) =>
            value > 0 && card !== "all" && card !== "default" && !Object.hasOwn(node.interfaces, card),
        )
        .map(({ path, card, word, value }) => ({
          path,
          got: `${value} on ${card}, where no ARP request arrives`,
          need: `it on all, or on ${Object.keys(node.interfaces).join(", ")}`,
          fix: `alone it has no effect: ${node.name} would answer ARP for the VIP beside the director, and clients would pass it by; lvs-lab sets ${word} on all`,
        })),
    );
  },
};

export const arpSettingOff: Rule = {
  name: "arpSettingOff",
  severity: "warning",
  summary: "A real server that holds a VIP does not answer ARP for it: arp_ignore and arp_announce of all are not 0.",
  reads: ["nodes", "virtualServers"],
  reason: "ip-sysctl(7), arp_ignore, arp_announce: with 0 a machine answers on any card for any of its addresses",
  find(topology) {
    return holders(topology).flatMap((node): Problem[] =>
      arpSettings(node)
        .filter(({ card, value }) => value === 0 && card === "all")
        .map(({ path, word }) => ({
          path,
          got: "0",
          need: word === "arp_ignore" ? "1" : "2",
          fix: `${node.name} would ${word === "arp_ignore" ? "answer ARP for the VIP" : "announce the VIP as its own"} beside the director, and clients would pass the director by`,
        })),
    );
  },
};
