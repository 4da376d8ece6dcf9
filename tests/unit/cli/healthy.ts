import { renderIpvsadmRules } from "../../../components/director/ipvsadm";
import { renderKeepalived } from "../../../components/director/keepalived";
import { renderExports } from "../../../components/nfs/exports";
import { renderFstabLine } from "../../../components/nfs/mount";
import { type LabSeen, maskedPassword, type NodeSeen, type Response } from "../../../cli/verify/seen";
import {
  heldVips,
  interfaceOf,
  realServerAddress,
  servedPage,
  sshAddress,
  vipsOf,
  webServersOf,
} from "../../../infra/model/members";
import type { DirectorNode, Node, Topology, WebNode } from "../../../infra/model/topology";

const on = { active: "active", enabled: "enabled" };
const off = { active: "inactive", enabled: "disabled" };
const forwardings = { DR: "Route", NAT: "Masq", TUN: "Tunnel" } as const;

/** Who holds the VIPs of a lab in which all is well. */
export const masterOf = (topology: Topology): DirectorNode | undefined =>
  Object.values(topology.nodes)
    .filter((node): node is DirectorNode => node.role === "director")
    .sort((a, b) => (b.vrrp?.priority ?? 0) - (a.vrrp?.priority ?? 0))[0];

/** A lab that does everything that its topology says, as `verify` would see it; a test damages one thing of it. */
export function healthyLab(topology: Topology): LabSeen {
  const web = (name: string): WebNode => topology.nodes[name] as WebNode;
  const answer = (name: string): Response => ({
    status: 200,
    body: servedPage(topology, web(name)),
    keepAlive: false,
    ...(web(name).contentFrom === undefined ? {} : { servedBy: name }),
  });
  const throughVip = topology.virtualServers.map(({ vip, port, realServers }) => {
    const names = Object.keys(realServers);
    const answers = Array.from({ length: names.length * 10 }, (_, index) => answer(names[index % names.length] ?? ""));
    return [`${vip}:${port}`, answers] as const;
  });
  const master = masterOf(topology);
  return {
    nodes: Object.fromEntries(Object.values(topology.nodes).map((node) => [node.name, healthyNode(topology, node)])),
    client: {
      arp: Object.fromEntries(
        vipsOf(topology).map((vip) => [vip, master === undefined ? [] : [cardOf(topology, master, vip).mac]]),
      ),
      throughVip: Object.fromEntries(throughVip),
      direct: Object.fromEntries(webServersOf(topology).map(({ name }) => [name, answer(name)])),
    },
  };
}

const cardOf = (topology: Topology, node: Node, vip: string) => {
  const name = interfaceOf(topology, node, vip) ?? "";
  return { name, mac: node.interfaces[name]?.mac ?? "" };
};

function healthyNode(topology: Topology, node: Node): NodeSeen {
  const common: NodeSeen = {
    reachable: true,
    hostname: node.name,
    addresses: Object.entries(node.interfaces).map(([name, { address }]) => ({
      interface: name,
      address,
      prefixLength: 24,
      label: name,
    })),
    sysctls: Object.fromEntries(
      ["all", "default", "lo", ...Object.keys(node.interfaces)].flatMap((at) => [
        [`${at}.send_redirects`, "0"],
        [`${at}.arp_ignore`, "1"],
        [`${at}.arp_announce`, "2"],
      ]),
    ),
    ipvsVersion: "",
    ipvs: [],
    ipvsModules: [],
    units: {},
    packages: [],
    keepalivedConf: "",
    keepalivedBackup: true,
    drops: [],
    routes: [],
  };
  switch (node.role) {
    case "director":
      return { ...common, ...healthyDirector(topology, node, common) };
    case "web": {
      const vips = heldVips(topology, node.name);
      const line = renderFstabLine(topology, node);
      return {
        ...common,
        units: { apache2: on, ...(line === undefined ? {} : { "remote-fs.target": on }) },
        addresses: [
          ...common.addresses,
          ...vips.map((address, index) => ({ interface: "lo", address, prefixLength: 32, label: `lo:${index}` })),
        ],
        routes: vips.map((vip) => `${vip} dev lo scope link`),
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
  }
}

function healthyDirector(topology: Topology, node: DirectorNode, { addresses }: NodeSeen): Partial<NodeSeen> {
  const alone = topology.vrrp === undefined;
  const { tcp = 900, tcpFin = 120, udp = 300 } = topology.ipvsadm?.timeouts ?? {};
  const held = (node === masterOf(topology) ? vipsOf(topology) : []).map((address, index) => {
    const card = cardOf(topology, node, address).name;
    const prefixLength = topology.ipvsadm?.prefixLength ?? 32;
    return { interface: card, address, prefixLength, label: alone ? `${card}:${index}` : card };
  });
  return {
    addresses: [...addresses, ...held],
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
        address: realServerAddress(node, topology.nodes[name] as Node) ?? sshAddress(topology.nodes[name] as Node),
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
      : { keepalivedConf: renderKeepalived(topology, node.name, { authPass: maskedPassword }) }),
  };
}
