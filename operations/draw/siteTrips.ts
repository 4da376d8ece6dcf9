import { familyOf } from "../../model/plan/addresses";
import { isOwn } from "../../model/topology/own/config";
import { firstHolders } from "../../model/topology/own/holders";
import { ownersOf } from "../../model/topology/packetPaths";
import type { BalancerNode } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import { type VirtualService, virtualServicesOf } from "../../model/topology/virtualServices";
import type { Trip } from "./legs";

/** The requests of a lab whose directors bring their own keepalived.conf, and the services that no walk shows, each with the reason. */
export interface SiteTrips {
  readonly trips: readonly Trip[];
  readonly unwalked: readonly string[];
}

/** A place that clients ask. */
interface Place {
  readonly vip: string;
  readonly port: number;
  readonly protocol: string;
}

/** One request to each real server of each virtual server, and to each VIP without one whose holder serves something. */
export function siteTripsOf(topology: Topology): SiteTrips {
  const trips: Trip[] = [];
  const unwalked: string[] = [];
  const holders = firstHolders(topology);
  const services = virtualServicesOf(topology);
  const asked = new Set<string>();
  for (const service of services) {
    const places = placesOf(service);
    for (const { vip } of places) asked.add(vip);
    const [place, why] = walkable(places);
    const balancer = place && balancerOf(topology, holders.get(place.vip) ?? ownersOf(topology, place.vip)[0]);
    if (place === undefined || balancer === undefined) {
      unwalked.push(`${service.name}: ${place === undefined ? why : `no director has ${place.vip}`}`);
      continue;
    }
    for (const { address, node: name = "", forwarding, port } of service.realServers) {
      const node = topology.nodes[name];
      const isMain = ownersOf(topology, address).includes(name);
      if (node === undefined || !isMain)
        unwalked.push(`${service.name}: ${node === undefined ? `no machine has ${address}` : reasonOf(address)}`);
      else trips.push({ asked: askedOf(service, place, forwarding, name, port), balancer, node, rip: address });
    }
  }
  for (const [vip, name] of holders) {
    if (asked.has(vip)) continue;
    const balancer = balancerOf(topology, name);
    const [first] = balancer !== undefined && "serves" in balancer ? (balancer.serves ?? []) : [];
    if (balancer === undefined || first === undefined || familyOf(vip) !== "inet") {
      unwalked.push(`${vip}: ${familyOf(vip) === "inet" ? "nothing serves it" : reasonOf(vip)}`);
      continue;
    }
    const service = `${vip}:${first.port} ${first.protocol}, no virtual server`;
    const own = { vip, port: first.port, mode: "OWN", chooser: "", service, realServers: {} } as const;
    trips.push({ asked: own, balancer, node: balancer, rip: vip });
  }
  return { trips, unwalked: [...new Set(unwalked)] };
}

const reasonOf = (address: string): string =>
  familyOf(address) === "inet6" ? "walks are of IPv4" : `${address} is a further address of its machine`;

/** Where clients ask a virtual server: its addresses, or what is marked for it. */
const placesOf = ({ endpoints, marked = [], protocol }: VirtualService): readonly Place[] => [
  ...endpoints.map(({ address, port }) => ({ vip: address, port, protocol: protocol ?? "" })),
  ...marked.map(({ to, port, protocol: transport }) => ({
    vip: to.split("/")[0] ?? "",
    port,
    protocol: transport.toUpperCase(),
  })),
];

/** The first place of IPv4, or why there is none. */
function walkable(places: readonly Place[]): readonly [Place | undefined, string] {
  const place = places.find(({ vip }) => familyOf(vip) === "inet");
  return [place, places.length === 0 ? "nothing is marked for it" : "walks are of IPv4"];
}

function balancerOf({ nodes }: Topology, name = ""): BalancerNode | undefined {
  const node = nodes[name];
  return node !== undefined && isOwn(node) ? node : undefined;
}

function askedOf(
  { fwmarks, scheduler }: VirtualService,
  { vip, port, protocol }: Place,
  mode: VirtualService["forwarding"],
  name: string,
  realPort: number,
): Trip["asked"] {
  const mark = fwmarks.length === 0 ? "" : `, firewall mark ${fwmarks.join(", ")}`;
  return {
    vip,
    port,
    mode,
    chooser: `IPVS (${scheduler})`,
    service: `${vip}:${port} ${protocol}${mark}, ${mode}, ${scheduler}`,
    realServers: { [name]: { weight: 1, port: realPort === 0 ? port : realPort } },
  };
}
