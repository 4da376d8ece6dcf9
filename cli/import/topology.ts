import type { VrrpInstance } from "../../model/keepalived/config/instances";
import type { VirtualServer } from "../../model/keepalived/config/servers";
import { isWithin } from "../../model/plan/addresses";
import { cardOf, type Member, sourceOf } from "../../model/plan/clusters";
import type { Plan } from "../../model/plan/plan";
import { authPassFault } from "../../infra/config/authPass";
import type { WrittenNode, WrittenPart, WrittenTopology, WrittenVrrp } from "./data";
import { Names } from "./names";
import { Network } from "./network";
import { type Service, servicesOf } from "./services";

/** What a topology is made of. */
export interface Wanted {
  readonly name: string;
  readonly plan: Plan;
  /** One instance of each machine: those that are the virtual router of the lab. */
  readonly members: readonly [Member, ...Member[]];
  /** How the files call their real servers, by address. */
  readonly called: ReadonlyMap<string, string>;
  /** Whether the password is written into the topology; else the stack has it. */
  readonly hasPassword: boolean;
  /** Virtual servers that it must do without. */
  readonly without: ReadonlySet<VirtualServer>;
}

export interface Made {
  readonly data: WrittenTopology;
  /** The director of each machine, by the machine's name. */
  readonly directors: ReadonlyMap<string, string>;
  readonly services: readonly Service[];
  /** Each a sentence. */
  readonly assumed: readonly string[];
  readonly refused: readonly { readonly server: VirtualServer; readonly reason: string }[];
}

const INTERFACE = /^[a-zA-Z][a-zA-Z0-9_-]{0,14}$/;
/** A name of a card as a topology takes it: a VLAN's dot is none of its characters. */
const cardName = (name: string): string => {
  const plain = name.replace(/[^a-zA-Z0-9_-]/g, "-").slice(0, 15);
  return INTERFACE.test(plain) ? plain : "eth0";
};

/** The IPv4 addresses of an instance on its own card, and the one on another card that moves with them. */
export function addressesOf(instance: VrrpInstance, card: string) {
  const all = instance.virtualIpaddress.map(({ value }) => value).filter(({ family }) => family === "inet");
  const vips = all.filter(({ dev }) => dev === undefined || dev === card);
  const gateway = all.find(({ dev }) => dev !== undefined && dev !== card);
  return { vips, gateway };
}

/** The card of an instance; eth0 where nobody says it. */
export const cardOfMember = ({ node, instance }: Member): string =>
  instance.interface?.value ?? node.config.global.defaultInterface?.value ?? "eth0";

/** Which proxy a script looks after. */
export function softwareOf({ node }: Member): "haproxy" | "nginx" | undefined {
  const texts = [
    ...node.config.scripts.flatMap(({ name, script }) => [name, ...(script?.value.command ?? [])]),
    ...node.config.trackProcesses.flatMap(({ name }) => [name]),
  ];
  return (["haproxy", "nginx"] as const).find((software) => texts.some((text) => text.includes(software)));
}

/** The script that an instance tracks and a topology can have: the proxy's. */
function trackScriptOf({ node, instance }: Member): WrittenVrrp["trackScript"] {
  const found = instance.trackScript.flatMap(({ value }) => {
    const script = node.config.scripts.find(({ name }) => name === value.name);
    const weight = value.weight ?? script?.weight.value.weight ?? 0;
    return script
      ? [{ interval: Math.max(1, Math.round(script.interval.value)), ...(weight === 0 ? {} : { weight }) }]
      : [];
  });
  return found[0];
}

function notificationOf({ node }: Member): WrittenVrrp["notification"] {
  const { notificationEmail, notificationEmailFrom, smtpConnectTimeout } = node.config.global;
  const to = (notificationEmail?.value ?? []).map(({ value }) => value);
  if (to.length === 0 || !notificationEmailFrom) return undefined;
  return { to, from: notificationEmailFrom.value, connectTimeout: smtpConnectTimeout.value };
}

function vrrpOf(
  { members, hasPassword }: Wanted,
  hasProxies: boolean,
  segmentPrefix: number,
  assumed: string[],
): WrittenVrrp {
  const [first] = members;
  const { instance } = first;
  const card = cardOfMember(first);
  const { vips, gateway } = addressesOf(instance, card);
  const [vip] = vips;
  const pass = instance.authentication?.pass.value;
  const isPass = instance.authentication?.type.value === "PASS" && pass !== undefined;
  const canPass = isPass && authPassFault(pass.reveal()) === undefined;
  if (canPass && !hasPassword)
    assumed.push(
      "the VRRP password is not in the topology: set the stack's secret lvs-lab:authPass, or import with --with-password",
    );
  const script = hasProxies ? trackScriptOf(first) : undefined;
  const notification = notificationOf(first);
  const group = instance.multicastGroup?.value ?? "224.0.0.18";
  return {
    instance: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/.test(instance.name) ? instance.name : "VI_1",
    interface: cardName(card),
    virtualRouterId: instance.virtualRouterId?.value ?? 0,
    ...(instance.version.value === 3 ? { version: 3 as const } : {}),
    advertInt: instance.advertInt.value,
    ...(canPass ? { authentication: { type: "PASS" as const, ...(hasPassword ? { pass: pass.reveal() } : {}) } } : {}),
    virtualAddresses: vips.map(({ address }) => address),
    ...(members.every((one) => one.instance.written.mcastSrcIp) ? { mcastSource: true as const } : {}),
    ...(script ? { trackScript: script } : {}),
    ...(vip && vip.hasPrefix && (vip.prefix === 32 || vip.prefix === segmentPrefix)
      ? { prefixLength: vip.prefix }
      : {}),
    ...(vips.length > 0 && vips.every(({ label }, index) => label === `${card}:${index}`)
      ? { label: true as const }
      : {}),
    ...(group === "224.0.0.18" ? {} : { multicastGroup: group }),
    ...(gateway ? { gateway: { interface: cardName(gateway.dev ?? ""), address: gateway.address } } : {}),
    ...(notification ? { notification } : {}),
  };
}

function partOf({ node, instance }: Member, name: string): WrittenPart {
  const id = node.config.global.routerId?.value;
  return {
    routerId: id !== undefined && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(id) ? id : name,
    state: instance.state.value,
    priority: instance.priority.value,
    // As it is written: `nopreempt` beside `state MASTER` is refused, and that is told.
    ...(instance.written.nopreempt && !instance.preempt.value ? { nopreempt: true } : {}),
    ...(instance.preemptDelay.value > 0 ? { preemptDelay: instance.preemptDelay.value } : {}),
  };
}

/** The address of a machine on the card of its instance: known, or the one that its only peer sends adverts to. */
function addressOf(member: Member, members: readonly Member[]): string | undefined {
  const own = sourceOf(member);
  if (own !== undefined) return own;
  const [other, further] = members.filter((one) => one !== member);
  const peers = other?.instance.unicastPeer ?? [];
  return !further && peers.length === 1 ? peers[0]?.value.address : undefined;
}

/** Makes a topology of what the files say; what they do not say is taken from site.yaml, or assumed. */
export function topologyOf(wanted: Wanted): Made {
  const { plan, members, called, name, without } = wanted;
  const assumed: string[] = [];
  const refused: { server: VirtualServer; reason: string }[] = [];
  const [first] = members;
  const card = cardOfMember(first);
  const { vips, gateway } = addressesOf(first.instance, card);
  const addresses = vips.map(({ address }) => address);
  const known = new Map<Member, string>();
  for (const member of members) {
    const address = addressOf(member, members);
    if (address !== undefined && ![...known.values()].includes(address)) known.set(member, address);
  }
  const own = [...known.values()];
  const services = servicesOf(
    first.node.config.virtualServers.filter((server) => !without.has(server)),
    addresses,
    own,
    (server, reason) => refused.push({ server, reason }),
  );
  const reals = [...new Set(services.flatMap(({ addresses: all }) => all))];
  const network = new Network(
    [
      ...addresses,
      ...own,
      ...reals,
      ...(gateway ? [gateway.address] : []),
      ...plan.nodes.flatMap(({ cards }) => cards.flatMap((one) => one.addresses.map(({ address }) => address))),
    ],
    assumed,
  );
  const main = mainSegment(wanted, network, [...addresses, ...own]);
  const names = new Names();
  const hasProxies = services.length === 0;
  const nodes: WrittenTopology["nodes"] = {};
  const directors = new Map<string, string>();
  for (const member of members) {
    const host = names.take(member.node.name);
    directors.set(member.node.name, host);
    const address = known.get(member) ?? network.free(main);
    if (!own.includes(address)) assumed.push(`${host} has the address ${address}: no file names one`);
    nodes[host] = {
      role: hasProxies ? "proxy" : "director",
      interfaces: { [cardName(card)]: { segment: main, address } },
      vrrp: partOf(member, host),
    };
  }
  const hosts = [...directors.values()];
  const site = { network, main, names, nodes, hosts, called, assumed, card: cardName(card), gateway, wanted };
  const client: WrittenTopology["client"] = { segment: main, addresses: [] };
  const webs = hasProxies ? proxied(site) : balanced(site, services, client);
  const isPersistent = services.some(({ from }) => from.persistenceTimeout);
  for (let count = isPersistent ? 4 : 1; count > 0; count--) client.addresses.push(network.free(client.segment));
  assumed.push(`the client has ${client.addresses.join(", ")}: no file names a client`);
  const prefix = Number(network.cidrOf(main).split("/")[1] ?? 0);
  const vrrp = vrrpOf(wanted, hasProxies, prefix, assumed);
  const software = members.map(softwareOf).find((one) => one !== undefined);
  if (hasProxies && software === undefined) assumed.push("haproxy serves the VIP: no file names the software");
  const servers = services.map(({ written }) => written((address) => webs.get(address) ?? ""));
  const data: WrittenTopology = {
    name,
    description: `imported from the keepalived.conf files of ${plan.nodes.map(({ name: machine }) => machine).join(", ")}`,
    segments: network.written(),
    nodes,
    client,
    vrrp,
    ...(hasProxies
      ? {
          proxy: {
            software: software ?? "haproxy",
            port: 80,
            backends: Object.fromEntries([...webs.values()].map((web) => [web, {}])),
          },
        }
      : { virtualServers: servers }),
  };
  return { data, directors, services, assumed, refused };
}

function mainSegment({ plan, members }: Wanted, network: Network, addresses: readonly string[]): string {
  const [first] = members;
  const [address = ""] = addresses;
  const known = plan.segments.find(({ cidr }) => isWithin(address, cidr));
  const own = members
    .flatMap((member) => cardOf(member)?.addresses ?? [])
    .find((one) => one.prefix < 32 && isWithin(address, one));
  const vip = first.instance.virtualIpaddress.map(({ value }) => value).find((one) => one.prefix < 32);
  const said = known?.cidr ?? own ?? (vip && addresses.every((one) => isWithin(one, vip)) ? vip : undefined);
  const name = known?.name ?? "lan";
  return network.segmentFor(addresses, name, said && `${said.address}/${said.prefix}`);
}

interface Site {
  readonly network: Network;
  readonly main: string;
  readonly names: Names;
  readonly nodes: WrittenTopology["nodes"];
  readonly hosts: readonly string[];
  readonly called: ReadonlyMap<string, string>;
  readonly assumed: string[];
  readonly card: string;
  readonly gateway: { readonly address: string; readonly dev?: string } | undefined;
  readonly wanted: Wanted;
}

/** Two web servers behind proxies: keepalived.conf says nothing of them. */
function proxied({ network, main, names, nodes, assumed }: Site): ReadonlyMap<string, string> {
  const webs = ["web1", "web2"].map((name): [string, string] => {
    const [host, address] = [names.take(name), network.free(main)];
    nodes[host] = { role: "web", interfaces: { eth0: { segment: main, address } }, page: host };
    return [address, host];
  });
  assumed.push(`the backends are ${webs.map(([, host]) => host).join(" and ")}: keepalived.conf names none`);
  return new Map(webs);
}

/** The real servers, with the cards and ways that their forwarding method needs. */
function balanced(
  site: Site,
  services: readonly Service[],
  client: WrittenTopology["client"],
): ReadonlyMap<string, string> {
  const { network, main, names, nodes, called, assumed, gateway, wanted } = site;
  const webs = new Map<string, string>();
  for (const { from, addresses } of services)
    for (const address of addresses) {
      if (webs.has(address)) continue;
      const host = names.take(called.get(address) ?? `web-${address.replaceAll(".", "-")}`);
      webs.set(address, host);
      const known = wanted.plan.segments.find(({ cidr }) => isWithin(address, cidr));
      const said =
        known?.cidr ??
        wanted.plan.nodes
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
function inside({ network, nodes, hosts, main, assumed, wanted, gateway }: Site, segment: string, dev?: string): void {
  if (segment === main) return;
  for (const [index, host] of hosts.entries()) {
    const interfaces = nodes[host]?.interfaces ?? {};
    if (Object.values(interfaces).some((one) => one.segment === segment)) continue;
    const { node, instance } = wanted.members[index] ?? wanted.members[0];
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

/** The router between two segments, made once. Its address in the first of them. */
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

/** The way of a real server's answers, and what the directors need to reach it. */
function way(
  site: Site,
  node: WrittenNode,
  segment: string,
  method: "DR" | "NAT" | "TUN",
  client: WrittenTopology["client"],
): void {
  const { network, main, nodes, hosts, gateway, wanted, assumed } = site;
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
    const { vips } = addressesOf(wanted.members[0].instance, cardOfMember(wanted.members[0]));
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
