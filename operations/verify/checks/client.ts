/** Checks of what the client sees: persistence by source address, and its ARP cache. */
import {
  balancersOf,
  directorsOf,
  heldVips,
  interfaceOf,
  type Service,
  servicesOf,
  vipsOf,
  webServersOf,
} from "../../../model/topology/queries";
import { isSite } from "../../../model/topology/own/config";
import type { Topology } from "../../../model/topology/topology";
import type { LabSeen } from "../../../components/looks/lab";
import {
  type Check,
  describe,
  each,
  type Finding,
  holdersOf,
  list,
  merge,
  ownerOf,
  serverOf,
} from "../../../components/checks/check";

const persistent = (topology: Topology) => servicesOf(topology).filter(({ persistence }) => persistence !== undefined);

/** Judges whether each source address stayed on one real server, and whether the source addresses spread over all real servers. */
export function staysBySource(topology: Topology, { vip, port, realServers }: Service, { client }: LabSeen): Finding {
  const at = `${vip}:${port}`;
  const answers = Object.entries(client.bySource[at] ?? {});
  const from = answers.map(([source, responses]) => ({
    source,
    strange: responses.find((response) => serverOf(topology, response) === undefined),
    servers: [...new Set(responses.map((response) => serverOf(topology, response) ?? "nobody"))],
  }));
  const used = new Set(from.flatMap(({ servers }) => servers));
  const idle = Object.entries(realServers).filter(([name, { weight }]) => weight > 0 && !used.has(name));
  return {
    problems: [
      ...(answers.length === 0 ? [`${at}: was not asked`] : []),
      ...from.flatMap(({ source, servers, strange }) => [
        ...(strange === undefined ? [] : [`${source}: got ${describe(strange)} through ${at}`]),
        ...(servers.length > 1 ? [`${source}: was served by ${list(servers)} through ${at}, must stay on one`] : []),
      ]),
      // With only one source nothing can be said about the spread.
      ...(from.length > Object.keys(realServers).length
        ? idle.map(([name]) => `${name}: served none of ${from.length} source addresses through ${at}`)
        : []),
    ],
    seen: `${at}: ${from.map(({ source, servers }) => `${source} ${list(servers)}`).join(", ")}`,
  };
}

export const CLIENT: readonly Check[] = [
  {
    name: "persistence",
    title: "each source address stays on one real server, and several source addresses spread over all real servers",
    needs: "client",
    applies: (topology) => persistent(topology).length > 0,
    judge: (topology, seen) => merge(persistent(topology).map((server) => staysBySource(topology, server, seen))),
  },
  {
    name: "client-arp",
    title:
      "in the client's ARP cache the VIP has the MAC of the director that holds it, and each real server has its own MAC",
    needs: "client",
    applies: (topology) => directorsOf(topology).length > 0 && !isSite(topology),
    judge: (topology, seen) => {
      const { segment } = topology.client;
      const near = webServersOf(topology).flatMap((web) =>
        Object.values(web.interfaces).flatMap((card) =>
          card.segment === segment ? [{ name: web.name, address: card.address }] : [],
        ),
      );
      const known = (address: string) => {
        const mac = seen.client.neighbours[address];
        return mac === undefined ? undefined : ownerOf(topology, mac);
      };
      const wrong = [
        // A VIP behind a router has no entry.
        ...vipsOf(topology).flatMap((vip) => {
          const owner = known(vip);
          const holders = holdersOf(topology, seen, vip);
          if (owner === undefined && vip === vipsOf(topology)[0] && isNear(topology, vip))
            return [`${vip} is not in it`];
          return owner === undefined || holders.includes(owner)
            ? []
            : [`${vip} is ${owner}'s, held by ${list(holders)}`];
        }),
        ...near.flatMap(({ name, address }) => {
          const owner = known(address);
          return owner === undefined || owner === name ? [] : [`${address} is ${owner}'s, must be ${name}'s`];
        }),
      ];
      const shown = [...vipsOf(topology), ...near.map(({ address }) => address)].flatMap((address) => {
        const mac = seen.client.neighbours[address];
        return mac === undefined ? [] : [`${address} ${mac} (${ownerOf(topology, mac)})`];
      });
      return { problems: wrong.map((text) => `client: in the ARP cache ${text}`), seen: shown.join(", ") };
    },
  },
  {
    name: "real-servers-silent",
    title: "no real server has a VIP on its network card, and none answers ARP for it",
    needs: "client",
    applies: (topology) => webServersOf(topology).some(({ name }) => heldVips(topology, name).length > 0),
    judge: (topology, seen) =>
      each(
        webServersOf(topology),
        seen,
        (node, { addresses }) =>
          heldVips(topology, node.name).flatMap((vip) => {
            const cards = addresses.filter(
              (one) => one.address === vip && node.interfaces[one.interface] !== undefined,
            );
            const macs = Object.values(node.interfaces).map(({ mac }) => mac);
            const answered = (seen.client.arp[vip] ?? []).some((mac) => macs.includes(mac));
            return [
              ...cards.map((one) => `${one.interface} holds ${vip}: its ARP answers would take the VIP away`),
              answered && `answers ARP for ${vip}`,
            ];
          }),
        `no card of ${list(webServersOf(topology).map(({ name }) => name))} holds or answers for a VIP`,
      ),
  },
  {
    name: "vip-secondary",
    title: "the VIP has the topology's prefix length on its interface, secondary beside the director's own address",
    needs: "nodes",
    applies: (topology) => topology.vrrp?.prefixLength !== undefined,
    judge: (topology, seen) => {
      const { prefixLength = 32 } = topology.vrrp ?? {};
      const findings = vipsOf(topology).map((vip): Finding => {
        const holders = holdersOf(topology, seen, vip);
        if (holders.length === 0) return { problems: [`no director holds ${vip}`], seen: "" };
        const nodes = balancersOf(topology).filter(({ name }) => holders.includes(name));
        return each(
          nodes,
          seen,
          (_, { addresses }) => {
            const held = addresses.find(({ address }) => address === vip);
            const sameNet = addresses.some(
              (one) => one.address !== vip && one.interface === held?.interface && one.prefixLength === prefixLength,
            );
            return [
              held?.prefixLength !== prefixLength && `holds ${vip}/${held?.prefixLength}, must be /${prefixLength}`,
              sameNet && held?.secondary !== true && `${vip} is not secondary`,
            ];
          },
          `${vip}/${prefixLength} secondary on ${list(holders)}`,
        );
      });
      return merge(findings);
    },
  },
  {
    name: "gratuitous-arp",
    title: "when the VIP is moved by hand, the client's ARP cache keeps the old MAC until the new owner announces it",
    needs: "move",
    // It stops keepalived everywhere.
    onlyWithPoint: true,
    applies: (topology) =>
      topology.vrrp !== undefined &&
      directorsOf(topology).length > 1 &&
      topology.virtualServers.every(({ forwarding }) => forwarding === "DR"),
    judge: (topology, { move }) => {
      if (move === undefined) return { problems: ["there are no two directors to move the VIP between"], seen: "" };
      const { from, to, before, silent, announced } = move;
      const owner = (mac: string) => (mac === "" ? "nobody" : ownerOf(topology, mac));
      const must = (when: string, mac: string, name: string) =>
        owner(mac) === name ? [] : [`client: ${when} its ARP cache has the VIP at ${owner(mac)}, must be ${name}`];
      return {
        problems: [
          ...must(`while ${from} held the VIP`, before, from),
          ...must(`after the move, unannounced,`, silent, from),
          ...must(`after ${to} announced it`, announced, to),
        ],
        seen: `${before} (${from}), after the move still ${silent}, announced ${announced} (${to})`,
      };
    },
  },
];

/** Whether an address is in the client's own segment, by its prefix there. */
const isNear = (topology: Topology, address: string): boolean =>
  balancersOf(topology).some((node) => {
    const card = interfaceOf(topology, node, address);
    return card !== undefined && node.interfaces[card]?.segment === topology.client.segment;
  });
