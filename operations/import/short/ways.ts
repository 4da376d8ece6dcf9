import { isWithin } from "../../../model/plan/addresses";
import type { Member } from "../../../model/plan/clusters";
import type { Plan } from "../../../model/plan/plan";
import { cardOfMember } from "../cards";
import { addressesOf, cardName } from "./cards";
import type { WrittenNode, WrittenTopology } from "./data";
import type { Names } from "../names";
import type { Network } from "./network";
import type { Service } from "./services";

/** The machines so far, and what is needed to connect them. */
export interface Site {
  readonly network: Network;
  readonly main: string;
  readonly names: Names;
  readonly nodes: WrittenTopology["nodes"];
  readonly hosts: readonly string[];
  readonly called: ReadonlyMap<string, string>;
  readonly assumed: string[];
  readonly card: string;
  readonly gateway: { readonly address: string; readonly dev?: string } | undefined;
  readonly plan: Plan;
  readonly members: readonly [Member, ...Member[]];
}

/** Two web servers behind proxies, because keepalived.conf does not mention any. */
export function proxied({ network, main, names, nodes, assumed }: Site): ReadonlyMap<string, string> {
  const webs = ["web1", "web2"].map((name): [string, string] => {
    const [host, address] = [names.take(name), network.free(main)];
    nodes[host] = { role: "web", interfaces: { eth0: { segment: main, address } }, page: host };
    return [address, host];
  });
  assumed.push(`the backends are ${webs.map(([, host]) => host).join(" and ")}: keepalived.conf names none`);
  return new Map(webs);
}

/** The real servers, with the cards and routes that their forwarding method needs. */
export function balanced(
  site: Site,
  services: readonly Service[],
  client: WrittenTopology["client"],
): ReadonlyMap<string, string> {
  const { network, main, names, nodes, called, assumed, gateway, plan } = site;
  const webs = new Map<string, string>();
  for (const { from, addresses } of services)
    for (const address of addresses) {
      if (webs.has(address)) continue;
      const host = names.take(called.get(address) ?? `web-${address.replaceAll(".", "-")}`);
      webs.set(address, host);
      const known = plan.segments.find(({ cidr }) => isWithin(address, cidr));
      const said =
        known?.cidr ??
        plan.nodes
          .flatMap(({ cards }) => cards.flatMap((one) => one.addresses))
          .find((one) => one.prefix < 32 && isWithin(address, one));
      const beside = gateway && !network.segmentOf(gateway.address) ? [address, gateway.address] : [address];
      const segment = network.segmentFor(beside, known?.name ?? "inside", said && `${said.address}/${said.prefix}`);
      const node: WrittenNode = { role: "web", interfaces: { eth0: { segment, address } }, page: host };
      nodes[host] = node;
      way(site, node, segment, from.lbKind.value.method, client);
    }
  if (webs.size > 0) assumed.push("each real server is a web server that shows its name, whatever the service is");
  if (gateway && network.segmentOf(gateway.address) === undefined) network.segmentFor([gateway.address], "inside");
  if (gateway) inside(site, network.segmentOf(gateway.address) ?? main, gateway.dev);
  return webs;
}

/** Gives every director a card in a segment. */
function inside({ network, nodes, hosts, main, assumed, members, gateway }: Site, segment: string, dev?: string): void {
  if (segment === main) return;
  for (const [index, host] of hosts.entries()) {
    const interfaces = nodes[host]?.interfaces ?? {};
    if (Object.values(interfaces).some((one) => one.segment === segment)) continue;
    const { node, instance } = members[index] ?? members[0];
    const known = node.cards.find(({ addresses }) =>
      addresses.some(({ address }) => network.segmentOf(address) === segment),
    );
    const isGateways = gateway && network.segmentOf(gateway.address) === segment ? gateway.dev : undefined;
    const tracked = instance.trackInterface.map(({ value }) => value.name).find((one) => !interfaces[cardName(one)]);
    const free = Array.from({ length: 9 }, (_, number) => `eth${number}`).find((one) => !interfaces[one]);
    const name = cardName(dev ?? isGateways ?? known?.name ?? tracked ?? free ?? "eth9");
    const own = known?.addresses.find(({ address }) => network.segmentOf(address) === segment)?.address;
    const address = own ?? network.free(segment);
    if (own === undefined) assumed.push(`${host} has ${name} with ${address} in ${segment}: no file names it`);
    interfaces[name] = { segment, address };
  }
}

/** The router between two segments, made only once. Returns its address in the first segment. */
function routerBetween(
  { network, nodes, names, assumed }: Site,
  near: string,
  far: string,
): { near: string; far: string } {
  const found = Object.values(nodes).find(({ role, interfaces }) => {
    const segments = Object.values(interfaces).map(({ segment }) => segment);
    return role === "router" && segments.includes(near) && segments.includes(far);
  });
  const [one, other] = Object.values(found?.interfaces ?? {});
  if (one && other)
    return one.segment === near ? { near: one.address, far: other.address } : { near: other.address, far: one.address };
  const addresses = { near: network.free(near), far: network.free(far) };
  const host = names.take("router");
  nodes[host] = {
    role: "router",
    interfaces: { eth0: { segment: near, address: addresses.near }, eth1: { segment: far, address: addresses.far } },
  };
  assumed.push(`${host} joins ${near} and ${far}: no file names a router`);
  return addresses;
}

/** Sets the route of a real server's answers, and what the directors need to reach it. */
function way(
  site: Site,
  node: WrittenNode,
  segment: string,
  method: "DR" | "NAT" | "TUN",
  client: WrittenTopology["client"],
): void {
  const { network, main, nodes, hosts, gateway, members, assumed } = site;
  if (method === "NAT") {
    inside(site, segment);
    if (segment === main && client.segment === main) {
      // The client's own segment would get answers past the director.
      const clients = network.beyond("clients");
      const router = routerBetween(site, main, clients);
      for (const host of hosts) Object.assign(nodes[host] ?? {}, { gateway: router.near });
      client.segment = clients;
      client.routes = [{ to: network.cidrOf(main), via: router.far }];
    }
    const { vips } = addressesOf(members[0].instance, cardOfMember(members[0]));
    const moved = [gateway?.address, ...vips.map(({ address }) => address)].find(
      (one) => one !== undefined && network.segmentOf(one) === segment,
    );
    const alone =
      hosts.length === 1
        ? Object.values(nodes[hosts[0] ?? ""]?.interfaces ?? {}).find((one) => one.segment === segment)?.address
        : undefined;
    const via = moved ?? alone;
    if (via !== undefined) node.gateway = via;
    if (via !== undefined && via !== gateway?.address)
      assumed.push(`the real servers of ${segment} have the gateway ${via}: no file names one`);
    return;
  }
  if (segment === main) return;
  const router = routerBetween(site, main, segment);
  node.gateway = router.far;
  if (method === "DR") {
    inside(site, segment);
    return;
  }
  for (const host of hosts) {
    const director = nodes[host];
    const to = network.cidrOf(segment);
    if (director && !director.routes?.some((one) => one.to === to))
      director.routes = [...(director.routes ?? []), { to, via: router.near }];
  }
}
