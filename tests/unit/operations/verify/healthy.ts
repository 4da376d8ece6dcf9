import { predict } from "../../../../model/plan/predict/predict";
import { compile } from "../../../../model/topology/compile";
import { isOwn, type OwnDirector } from "../../../../model/topology/own/config";
import { expectedServices } from "../../../../components/checks/ownTable";
import { MASKED } from "../../../../model/topology/secrets";
import { UNKNOWN } from "../../../../components/roles/dns/ask";
import { renderIpvsadmRules } from "../../../../components/roles/director/ipvsadm";
import { renderKeepalived } from "../../../../components/roles/director/keepalived";
import { listenersOf, roleOf, rulesOf } from "../../../../components/roles";
import { questionsOf } from "../../../../components/roles/server/serving";
import { renderExports } from "../../../../components/roles/nfs/exports";
import { renderFstabLine } from "../../../../components/roles/nfs/mount";
import { renderCheckScript } from "../../../../components/roles/proxy/checkScript";
import type { ExposedSeen } from "../../../../components/looks/exposed";
import type { AddressSeen } from "../../../../components/looks/addresses";
import type { AdvertSeen } from "../../../../components/looks/advert";
import type { ClientSeen, LabSeen } from "../../../../components/looks/lab";
import type { NodeSeen } from "../../../../components/looks/machine";
import type { Response } from "../../../../components/looks/page";
import { addressesOn, guestsOf } from "../../../../model/topology/guests";
import {
  advertGroup,
  advertPeers,
  advertSource,
  balancersOf,
  directorsOf,
  dnsServersOf,
  goesBySource,
  heldVips,
  interfaceOf,
  mailServersOf,
  preempts,
  realServerAddress,
  servedPage,
  serversOf,
  servicesOf,
  tunnelledVips,
  vipsOf,
  vrrpInterface,
  webServersOf,
} from "../../../../model/topology/queries";
import { advertAddresses, interfaceTowards, staticRoutes } from "../../../../model/topology/packetPaths";
import type { BalancerNode, DirectorNode, Node, WebNode } from "../../../../model/topology/node";
import type { Topology } from "../../../../model/topology/topology";
import { healthyWalks } from "./walks";

const on = { active: "active", enabled: "enabled" };
const off = { active: "inactive", enabled: "disabled" };
const forwardings = { DR: "Route", NAT: "Masq", TUN: "Tunnel" } as const;

/** A client that has not asked for anything. */
export const nothingAsked: ClientSeen = {
  arp: {},
  throughVip: {},
  direct: {},
  bySource: {},
  asked: {},
  neighbours: {},
};

/** The node that holds the VIPs of a healthy lab. */
export const masterOf = (topology: Topology): BalancerNode | undefined =>
  balancersOf(topology).sort((a, b) => (b.vrrp?.priority ?? 0) - (a.vrrp?.priority ?? 0))[0];

/** A lab that does everything that its topology says, as `verify` would see it. A test damages one thing. */
export function healthyLab(topology: Topology): LabSeen {
  const web = (name: string): WebNode => topology.nodes[name] as WebNode;
  const answer = (name: string): Response => ({
    status: 200,
    body: servedPage(topology, web(name)),
    keepAlive: false,
    ...(web(name).contentFrom === undefined ? {} : { servedBy: name }),
  });
  const throughVip = servicesOf(topology).map(({ vip, port, realServers }) => {
    const names = Object.keys(realServers);
    const answers = Array.from({ length: names.length * 10 }, (_, index) => answer(names[index % names.length] ?? ""));
    return [`${vip}:${port}`, answers] as const;
  });
  const master = masterOf(topology);
  const other = balancersOf(topology).find((one) => one !== master);
  const [service] = servicesOf(topology);
  const served = Object.keys(service?.realServers ?? {}).map(answer);
  const back = master !== undefined && preempts(topology, master.name) ? master : other;
  const drill = {
    stopped: master?.name ?? "",
    holdersAfterStop: [other?.name ?? ""],
    servedAfterStop: served,
    holdersAfterStart: [back?.name ?? ""],
    servedAfterStart: served,
  };
  const macOf = (node: BalancerNode | undefined) =>
    node?.interfaces[vrrpInterface(topology, node) ?? ""]?.mac ?? Object.values(node?.interfaces ?? {})[0]?.mac ?? "";
  const [first, second] = balancersOf(topology);
  return {
    ...(directorsOf(topology).length === 0 ? {} : { walks: healthyWalks(topology) }),
    ...(other === undefined
      ? {}
      : {
          failover: {
            ...drill,
            moves: back === master ? 2 : 1,
            mail: Object.fromEntries(directorsOf(topology).map(({ name }) => [name, mailOf(topology, name)])),
            outage: 0.7,
            rounds: 1,
            ...(back === master ? { returnedAfter: 19 } : {}),
          },
          start: {
            first: other.name,
            holdersAlone: [other.name],
            second: master?.name ?? "",
            holdersTogether: [back?.name ?? ""],
          },
          proxyStop: {
            ...drill,
            adverts: [
              {
                ...advertOf(topology),
                priority: (master?.vrrp?.priority ?? 0) + Math.min(0, topology.vrrp?.trackScript?.weight ?? 0),
              },
            ],
          },
          move: {
            from: first?.name ?? "",
            to: second?.name ?? "",
            before: macOf(first),
            silent: macOf(first),
            announced: macOf(second),
          },
        }),
    ...(service === undefined
      ? {}
      : {
          down: {
            first: Object.keys(service.realServers)[0] ?? "",
            unnoticed: [],
            withoutFirst: Object.keys(service.realServers).slice(1).map(answer),
            back: served,
            mail: {},
          },
        }),
    exposed: healthyExposed(topology),
    nodes: Object.fromEntries(
      Object.values(guestsOf(topology)).map((node) => [node.name, healthyNode(topology, node)]),
    ),
    client: {
      arp: Object.fromEntries(
        vipsOf(topology).map((vip) => [vip, master === undefined ? [] : [cardOf(topology, master, vip).mac]]),
      ),
      throughVip: Object.fromEntries(throughVip),
      direct: Object.fromEntries(webServersOf(topology).map(({ name }) => [name, answer(name)])),
      bySource: Object.fromEntries(
        servicesOf(topology)
          .filter(goesBySource)
          .map(({ vip, port, realServers }) => {
            const names = Object.keys(realServers);
            const sources = topology.client.addresses.map(
              (from, index) => [from, [1, 2, 3].map(() => answer(names[index % names.length] ?? ""))] as const,
            );
            return [`${vip}:${port}`, Object.fromEntries(sources)];
          }),
      ),
      asked: Object.fromEntries([
        ...dnsServersOf(topology).map(({ name, records }) => [name, { names: { ...records, [UNKNOWN]: "NXDOMAIN" } }]),
        ...mailServersOf(topology).map(({ name }) => [name, { greeting: `220 ${name} SMTP` }]),
        ...serversOf(topology).map((node) => [
          node.name,
          { answers: Object.fromEntries(questionsOf(topology, node).map(({ what, want }) => [what, want])) },
        ]),
      ]) as LabSeen["client"]["asked"],
      neighbours: Object.fromEntries([
        ...(master === undefined ? [] : vipsOf(topology).map((vip) => [vip, cardOf(topology, master, vip).mac])),
        ...webServersOf(topology).flatMap((web) =>
          Object.values(web.interfaces).map((card) => [card.address, card.mac]),
        ),
      ]) as Record<string, string>,
    },
  };
}

/** Machines that expose only what their roles need. The mail spool's socket is local. */
export const healthyExposed = (topology: Topology): Readonly<Record<string, ExposedSeen>> =>
  Object.fromEntries(
    Object.values(guestsOf(topology)).map((node) => [
      node.name,
      {
        sockets: [
          ...listenersOf(topology, node).map((socket) => {
            const [transport = "", port] = socket.split(" ");
            return { transport, address: "*", port: Number(port) };
          }),
          { transport: "tcp", address: "127.0.0.1", port: 25 },
        ],
        sshd: {
          passwordauthentication: "no",
          kbdinteractiveauthentication: "no",
          permitrootlogin: "without-password",
          permitemptypasswords: "no",
          pubkeyauthentication: "yes",
        },
        passwords: { root: "locked", daemon: "locked" },
        ...(topology.vrrp?.trackScript === undefined ? {} : { script: "755 root" }),
      },
    ]),
  );

const cardOf = (topology: Topology, node: Node, vip: string) => {
  const name = interfaceOf(topology, node, vip) ?? "";
  return { name, mac: node.interfaces[name]?.mac ?? "" };
};

/** The advert that a node sees: that of the group, by unicast its own or the MASTER's first one. */
function advertOf(topology: Topology, node?: BalancerNode): AdvertSeen {
  const { vrrp } = topology;
  const master = masterOf(topology);
  const own =
    node === undefined || node === master ? master && advertPeers(topology, master)[0] : advertSource(topology, node);
  return {
    source: (master && advertSource(topology, master)) ?? "",
    destination: (vrrp?.unicast === true ? own : undefined) ?? advertGroup(vrrp ?? {}),
    virtualRouterId: vrrp?.virtualRouterId ?? 0,
    priority: Math.min(254, (master?.vrrp?.priority ?? 0) + Math.max(0, vrrp?.trackScript?.weight ?? 0)),
    addresses: advertAddresses(topology),
  };
}

/** What a director mails when it becomes MASTER. */
const mailOf = ({ nodes, vrrp }: Topology, name: string): string => {
  const node = nodes[name];
  const id = node?.role === "director" ? node.vrrp?.routerId : "";
  const to = (vrrp?.notification?.to ?? []).map((one) => `X-Envelope-To: <${one}>\n`).join("");
  return `${to}Subject: [${id}] VRRP Instance VI_1 - Entering MASTER state\n\n`;
};

function healthyNode(topology: Topology, node: Node): NodeSeen {
  const staticHere = staticRoutes(node).map(
    ({ to, via }) =>
      `${to === "0.0.0.0/0" ? "default" : to} via ${via} dev ${interfaceTowards(topology, node, via)} proto static`,
  );
  const common: NodeSeen = {
    reachable: true,
    hostname: node.name,
    addresses: Object.keys(node.interfaces).flatMap((name) =>
      addressesOn(node, name).map((address) => ({ interface: name, address, prefixLength: 24, label: name })),
    ),
    sysctls: Object.fromEntries(
      ["all", "default", "lo", ...Object.keys(node.interfaces)].flatMap((at) => [
        [`${at}.send_redirects`, "0"],
        [`${at}.arp_ignore`, "1"],
        [`${at}.arp_announce`, "2"],
        ...(node.role === "director" && node.rpFilter !== undefined
          ? [[`${at}.rp_filter`, String(node.rpFilter)]]
          : []),
      ]),
    ),
    ipvsVersion: "",
    ipvs: [],
    ipvsModules: [],
    units: {},
    packages: [],
    keepalivedConf: "",
    keepalivedBackup: true,
    rules: rulesOf(topology, node),
    drops: [],
    selinux: "",
    routes: staticHere,
    ...(node.sysctl && {
      settings: Object.fromEntries(Object.entries(node.sysctl).map(([name, value]) => [name, String(value)])),
    }),
    ...(topology.vrrp === undefined || (node.role !== "director" && node.role !== "proxy")
      ? {}
      : { advert: advertOf(topology, node) }),
  };
  switch (node.role) {
    case "client":
      return common;
    case "director":
      return { ...common, ...healthyDirector(topology, node, common) };
    case "proxy": {
      const software = topology.proxy?.software ?? "haproxy";
      return {
        ...common,
        addresses: [...common.addresses, ...heldHere(topology, node)],
        units: { keepalived: on, haproxy: off, nginx: off, [software]: on },
        keepalivedConf: renderKeepalived(topology, node.name, { authPass: MASKED }),
        proxy: { script: renderCheckScript(software) },
      };
    }
    case "web": {
      const vips = heldVips(topology, node.name);
      const line = renderFstabLine(topology, node);
      return {
        ...common,
        units: { httpd: on, ...(line === undefined ? {} : { "remote-fs.target": on }), "lvs-lab-vip": on },
        addresses: [
          ...common.addresses,
          ...vips.map((address, index) =>
            tunnelledVips(topology, node.name).includes(address)
              ? { interface: "tunl0", address, prefixLength: 32, label: "tunl0" }
              : { interface: "lo", address, prefixLength: 32, label: `lo:${index}` },
          ),
        ],
        routes: [...staticHere, ...vips.map((vip) => `${vip} dev lo scope link`)],
        ...(line === undefined
          ? {}
          : { mount: { fstab: [line], mounted: `${line.split(" ")[0]} nfs4`, ownPage: node.page } }),
      };
    }
    case "nfs": {
      const exports = renderExports(topology, node).trim().split("\n");
      const hosts = [...(exports.at(-1) ?? "").matchAll(/ (\S+)\(/g)].map(([, host = ""]) => host);
      return {
        ...common,
        units: { rpcbind: on, "nfs-server": on },
        share: { exports, shown: [`${node.share} ${hosts.join(",")}`], page: node.page },
      };
    }
    case "dns":
      return { ...common, units: { dnsmasq: on } };
    case "mail":
      return { ...common, units: { "lvs-lab-mail.socket": on } };
    case "server": {
      const units = Object.values(roleOf(node).units(node, "debian"));
      return {
        ...common,
        addresses: [...common.addresses, ...heldOnLo(node)],
        units: Object.fromEntries(units.map((unit) => [unit, on])),
      };
    }
    case "router":
      return {
        ...common,
        ipForward: "1",
        sysctls: Object.fromEntries(
          ["all", "default", ...Object.keys(node.interfaces)].map((at) => [`${at}.rp_filter`, String(node.rpFilter)]),
        ),
      };
  }
}

/** The VIPs on the interface of the node that holds them. */
function heldHere(topology: Topology, node: BalancerNode): AddressSeen[] {
  const prefixLength = topology.ipvsadm?.prefixLength ?? topology.vrrp?.prefixLength ?? 32;
  return (node === masterOf(topology) ? vipsOf(topology) : []).map((address, index) => {
    const card = cardOf(topology, node, address).name;
    const label = topology.vrrp === undefined || topology.vrrp.label === true ? `${card}:${index}` : card;
    return { interface: card, address, prefixLength, label, ...(prefixLength < 32 ? { secondary: true } : {}) };
  });
}

/** The VIPs that a real server holds where nobody asks for them. */
const heldOnLo = ({ holds = [] }: { readonly holds?: readonly string[] }): AddressSeen[] =>
  holds.map((vip) => {
    const [address = "", bits] = vip.split("/");
    return { interface: "lo", address, prefixLength: Number(bits), label: "lo" };
  });

/** A director that brings its configuration: it has the VIPs that predict says, and every virtual server of its file. */
function healthyOwnDirector(
  topology: Topology,
  node: OwnDirector,
  addresses: readonly AddressSeen[],
): Partial<NodeSeen> {
  const plan = compile(topology);
  const [card = ""] = Object.keys(node.interfaces);
  const vips = predict(plan).calm.instances.flatMap((one) => (one.before.includes(node.name) ? one.vips : []));
  const config = plan.nodes.find(({ name }) => name === node.name)?.config;
  return {
    addresses: [
      ...addresses,
      ...heldOnLo(node),
      ...vips.map((address) => ({ interface: card, address, prefixLength: 24, label: card, secondary: true })),
    ],
    packages: ["ipvsadm", "keepalived"],
    units: { keepalived: on },
    savedTable: config === undefined ? [] : expectedServices(config, () => true),
  };
}

function healthyDirector(topology: Topology, node: DirectorNode, { addresses }: NodeSeen): Partial<NodeSeen> {
  if (isOwn(node)) return healthyOwnDirector(topology, node, addresses);
  const alone = topology.vrrp === undefined;
  const { tcp = 900, tcpFin = 120, udp = 300 } = topology.ipvsadm?.timeouts ?? {};
  return {
    addresses: [...addresses, ...heldHere(topology, node)],
    ipvsVersion: "IP Virtual Server version 1.2.1 (size=4096)",
    ipvsModules: ["ip_vs", ...topology.virtualServers.map(({ scheduler }) => `ip_vs_${scheduler}`)],
    packages: ["ipvsadm", "keepalived"],
    ipvs: topology.virtualServers.map(({ vip, port, protocol, scheduler, forwarding, persistence, realServers }) => ({
      protocol,
      address: vip,
      port,
      scheduler,
      ...(persistence === undefined ? {} : { persistence }),
      realServers: Object.entries(realServers).map(([name, { weight, port: at }]) => ({
        address: realServerAddress(node, topology.nodes[name] as Node),
        port: at,
        forwarding: forwardings[forwarding],
        weight,
      })),
    })),
    units: alone
      ? { keepalived: off, ipvsadm: on, "lvs-lab-vip": on }
      : { keepalived: on, ipvsadm: { active: "inactive", enabled: "" } },
    ...(alone
      ? {
          ipvsadm: { rules: renderIpvsadmRules(topology, node.name).trim(), timeouts: `${tcp} ${tcpFin} ${udp}` },
        }
      : { keepalivedConf: renderKeepalived(topology, node.name, { authPass: MASKED }) }),
  };
}
