/** Checks of VRRP on the wire, and of who wins an election. */
import {
  advertGroup,
  advertPeers,
  advertPriority,
  advertSource,
  balancersOf,
  preempts,
  vipsOf,
} from "../../../model/topology/queries";
import { advertAddresses } from "../../../model/topology/packetPaths";
import { type Check, differs, each, holdersOf, list } from "../../../components/checks/check";

export const VRRP: readonly Check[] = [
  {
    name: "adverts",
    title: "adverts on the wire have the MASTER's source, group, virtual router id, priority and addresses",
    needs: "nodes",
    applies: ({ vrrp }) => vrrp !== undefined,
    judge: (topology, seen) => {
      const { vrrp } = topology;
      const [vip = ""] = vipsOf(topology);
      const master = balancersOf(topology).find(({ name }) => holdersOf(topology, seen, vip).includes(name));
      const own = (master && advertSource(topology, master)) ?? "";
      const priority = advertPriority(master?.vrrp?.priority ?? 0, vrrp?.trackScript?.weight ?? 0, true);
      // By unicast each peer has its own advert. The MASTER sees the one that it sends first.
      const peers = master === undefined || vrrp?.unicast !== true ? [] : advertPeers(topology, master);
      const group = advertGroup(vrrp ?? {});
      const moved = [...advertAddresses(topology)].sort().join(", ");
      return each(
        balancersOf(topology),
        seen,
        (node, { advert }) => {
          if (advert === undefined) return ["saw no advert"];
          const { source, destination, virtualRouterId, priority: sent, addresses } = advert;
          return [
            differs("the adverts' source", source, own),
            peers.length === 0
              ? differs("the adverts' group", destination, group)
              : !(node === master ? peers : [advertSource(topology, node)]).includes(destination) &&
                `the adverts' destination is ${destination}, must be ${list(peers)}`,
            differs("the adverts' virtual router id", String(virtualRouterId), String(vrrp?.virtualRouterId)),
            differs("the adverts' priority", String(sent), String(priority)),
            differs("the adverts' addresses", [...addresses].sort().join(", "), moved),
          ];
        },
        `from ${own} to ${peers.length === 0 ? group : list(peers)}: vrid ${vrrp?.virtualRouterId}, priority ${priority}, ${moved}`,
      );
    },
  },
  {
    name: "first-started",
    title: "without preemption the director that starts first keeps the VIP, also with the lower priority",
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
