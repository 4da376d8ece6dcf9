/** What VRRP says on the wire, and who wins an election. */
import { balancersOf, preempts, vipsOf } from "../../../infra/model/members";
import type { Topology } from "../../../infra/model/topology";
import { type Check, differs, each, holdersOf, list } from "./check";

/** VRRP's own group (RFC 3768, 5.2.2). */
const GROUP = "224.0.0.18";
/** The highest priority of a router that does not own the VIP: keepalived sends no more, whatever weights add (vrrp_track.c). */
const MOST = 254;

/** What moves with the MASTER: the VIPs, and with NAT the real servers' gateway. */
const movedAddresses = (topology: Topology): string[] => {
  const gateway = topology.vrrp?.gateway?.address;
  return [...vipsOf(topology), ...(gateway === undefined ? [] : [gateway])].sort();
};

export const VRRP: readonly Check[] = [
  {
    name: "adverts",
    title: "adverts on the wire: source, group, virtual router id, priority and every address are the MASTER's",
    points: { "000": "000-5", "001": "001-7", "003": "003-11", "004": "004-5" },
    needs: "nodes",
    applies: ({ vrrp }) => vrrp !== undefined,
    judge: (topology, seen) => {
      const { vrrp } = topology;
      const [vip = ""] = vipsOf(topology);
      const master = balancersOf(topology).find(({ name }) => holdersOf(topology, seen, vip).includes(name));
      const own = master?.interfaces[vrrp?.interface ?? ""]?.address ?? "";
      const base = master?.vrrp?.priority ?? 0;
      const weight = vrrp?.trackScript?.weight ?? 0;
      // A weight above 0 counts while the script succeeds, and now it does.
      const priority = weight > 0 ? Math.min(MOST, base + weight) : base;
      const group = vrrp?.multicastGroup ?? GROUP;
      const moved = movedAddresses(topology).join(", ");
      return each(
        balancersOf(topology),
        seen,
        (_, { advert }) => {
          if (advert === undefined) return ["saw no advert"];
          const { source, destination, virtualRouterId, priority: sent, addresses } = advert;
          return [
            differs("the adverts' source", source, own),
            differs("the adverts' group", destination, group),
            differs("the adverts' virtual router id", String(virtualRouterId), String(vrrp?.virtualRouterId)),
            differs("the adverts' priority", String(sent), String(priority)),
            differs("the adverts' addresses", [...addresses].sort().join(", "), moved),
          ];
        },
        `from ${own} to ${group}: vrid ${vrrp?.virtualRouterId}, priority ${priority}, ${moved}`,
      );
    },
  },
  {
    name: "first-started",
    title: "without preemption whoever is started first keeps the VIP, also the lower priority",
    points: { "000": "000-14", "001": "001-5" },
    needs: "start",
    applies: (topology) =>
      balancersOf(topology).length > 1 &&
      balancersOf(topology).every(({ name, vrrp }) => vrrp?.nopreempt === true && !preempts(topology, name)),
    judge: (_, { start }) => {
      if (start === undefined) return { problems: ["there are no two directors to start one after another"], seen: "" };
      const { first, holdersAlone, second, holdersTogether } = start;
      const must = (when: string, holders: readonly string[]) =>
        holders.length === 1 && holders[0] === first
          ? []
          : [`${when} the VIP is held by ${list(holders)}, must be ${first}`];
      return {
        problems: [
          ...must(`with keepalived on ${first} alone`, holdersAlone),
          ...must(`with keepalived started on ${second} after it`, holdersTogether),
        ],
        seen: `${first} started first and held the VIP, still with ${second}`,
      };
    },
  },
];
