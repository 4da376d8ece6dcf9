import type { VirtualServer } from "../../../model/keepalived/config/servers";
import { isWithin } from "../../../model/plan/addresses";
import { cardOf, type Member, sourceOf } from "../../../model/plan/clusters";
import type { Plan } from "../../../model/plan/plan";
import { authPassFault } from "../../../model/topology/authPass";
import type { WrittenPart, WrittenTopology, WrittenVrrp } from "./data";
import { cardOfMember } from "../cards";
import { addressesOf, cardName } from "./cards";
import { Names } from "../names";
import { Network } from "./network";
import { type Service, servicesOf } from "./services";
import { balanced, proxied } from "./ways";

/** What a topology is made of. */
export interface Wanted {
  readonly name: string;
  readonly plan: Plan;
  /** The instances that form the lab's virtual router, one of each machine. */
  readonly members: readonly [Member, ...Member[]];
  /** The files' names for their real servers, by address. */
  readonly called: ReadonlyMap<string, string>;
  /** Whether the password is written into the topology; otherwise the stack has it. */
  readonly hasPassword: boolean;
  /** Virtual servers that the topology must leave out. */
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

/** The proxy that a script checks. */
export function softwareOf({ node }: Member): "haproxy" | "nginx" | undefined {
  const texts = [
    ...node.config.scripts.flatMap(({ name, script }) => [name, ...(script?.value.command ?? [])]),
    ...node.config.trackProcesses.flatMap(({ name }) => [name]),
  ];
  return (["haproxy", "nginx"] as const).find((software) => texts.some((text) => text.includes(software)));
}

/** The script for the proxy that an instance tracks. A topology can have only this one. */
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
    // Keep it as written: `nopreempt` with `state MASTER` is refused, and that is reported.
    ...(instance.written.nopreempt && !instance.preempt.value ? { nopreempt: true } : {}),
    ...(instance.preemptDelay.value > 0 ? { preemptDelay: instance.preemptDelay.value } : {}),
  };
}

/** The address of a machine on the card of its instance: a known one, or the one to which its only peer sends adverts. */
function addressOf(member: Member, members: readonly Member[]): string | undefined {
  const own = sourceOf(member);
  if (own !== undefined) return own;
  const [other, further] = members.filter((one) => one !== member);
  const peers = other?.instance.unicastPeer ?? [];
  return !further && peers.length === 1 ? peers[0]?.value.address : undefined;
}

/** Makes a topology from the files. What they do not say comes from site.yaml, or is assumed. */
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
  const site = { network, main, names, nodes, hosts, called, assumed, card: cardName(card), gateway, plan, members };
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
