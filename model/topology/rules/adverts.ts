/** Rules about the way of adverts, and about what goes with them. */
import type { Problem } from "../error";
import { advertPeers, balancersOf, hasPair, vrrpInterface } from "../queries";
import { toldName } from "../told";
import type { BalancerNode } from "../node";
import type { Topology } from "../topology";
import type { Rule } from "./rule";

/** The segment of a node's adverts. */
const segmentOf = (topology: Topology, node: BalancerNode): string | undefined =>
  node.interfaces[vrrpInterface(topology, node) ?? ""]?.segment;

export const multicastNotCarried: Rule = {
  name: "multicastNotCarried",
  severity: "error",
  summary: "In a segment without multicast adverts go by unicast.",
  reads: ["segments", "nodes", "vrrp"],
  reason:
    "RFC 3768 5.2.2: adverts go to a multicast group; keepalived.conf(5), unicast_peer: to the peers' own addresses instead",
  find(topology) {
    const { vrrp, segments } = topology;
    if (vrrp === undefined || vrrp.unicast === true || !hasPair(topology)) return [];
    const [silent] = balancersOf(topology)
      .flatMap((node) => segmentOf(topology, node) ?? [])
      .filter((name) => segments[name]?.multicast === false);
    if (silent === undefined) return [];
    const names = balancersOf(topology).map(({ name }) => name);
    return [
      {
        path: "vrrp.unicast",
        got: `adverts by multicast, which segment ${silent} does not carry`,
        need: "unicast: true",
        fix: `no advert would arrive, so ${names.join(" and ")} would all be MASTER`,
      },
    ];
  },
};

export const strictRefuses: Rule = {
  name: "strictRefuses",
  severity: "error",
  summary:
    "With strict there is no authentication, unicast, preemptDelay, state MASTER or lowerPrio setting of garp: keepalived refuses them.",
  reads: ["nodes", "vrrp"],
  reason:
    "keepalived.conf(5), vrrp_strict: strict compliance with the RFCs; besides, a VIP then takes no packet (RFC 5798 6.1, Accept_Mode)",
  find(topology) {
    const { vrrp } = topology;
    if (vrrp?.strict !== true) return [];
    const refused = (path: string, got: string, fix: string): Problem => ({
      path,
      got: `${got} with strict`,
      need: "no strict, or none of it",
      fix: `keepalived refuses it: ${fix}`,
    });
    const { lowerPrioDelay, lowerPrioRepeat } = vrrp.garp ?? {};
    return [
      ...(vrrp.authentication === undefined
        ? []
        : [refused("vrrp.authentication", "authentication", "the RFCs have none")]),
      ...(vrrp.unicast === true ? [refused("vrrp.unicast", "true", "the RFCs have multicast alone")] : []),
      ...(lowerPrioDelay ? [refused("vrrp.garp.lowerPrioDelay", String(lowerPrioDelay), "it uses 0")] : []),
      ...(lowerPrioRepeat ? [refused("vrrp.garp.lowerPrioRepeat", String(lowerPrioRepeat), "it uses 0")] : []),
      ...balancersOf(topology).flatMap(({ name, vrrp: part }): Problem[] => [
        ...(part?.state === "MASTER"
          ? [refused(`nodes.${name}.vrrp.state`, "MASTER", "only the owner of the VIP starts as MASTER")]
          : []),
        ...(part !== undefined && part.preemptDelay > 0
          ? [refused(`nodes.${name}.vrrp.preemptDelay`, String(part.preemptDelay), "the RFCs have no delay")]
          : []),
      ]),
    ];
  },
};

export const firewallDropsVrrp: Rule = {
  name: "firewallDropsVrrp",
  severity: "warning",
  summary: "No firewall drops the adverts of a peer: a BACKUP that hears none becomes MASTER as well.",
  reads: ["nodes", "vrrp"],
  reason:
    "RFC 3768 6.4.2: a BACKUP that hears no advert becomes MASTER; VRRP is protocol 112, which a firewall must accept",
  find(topology) {
    return balancersOf(topology).flatMap((node): Problem[] => {
      if (node.firewall?.drop.includes("vrrp") !== true || advertPeers(topology, node).length === 0) return [];
      const others = balancersOf(topology).filter(({ name }) => name !== node.name);
      const fix = `${node.name} hears no advert of ${others.map(({ name }) => name).join(", ")}, so two nodes are MASTER and both answer for the VIP`;
      return [
        { path: `nodes.${node.name}.firewall.drop`, got: "vrrp", need: "protocol 112 accepted from the peers", fix },
      ];
    });
  },
};

/** Interfaces of the directors that the vrrp section names. */
const named = ({ vrrp }: Topology) => [
  ...(vrrp?.trackInterfaces ?? []).map((name, index) => ({ path: `vrrp.trackInterfaces[${index}]`, name })),
  ...(vrrp?.syncDaemon ? [{ path: "vrrp.syncDaemon.interface", name: vrrp.syncDaemon.interface }] : []),
];

export const namedInterfaceMissing: Rule = {
  name: "namedInterfaceMissing",
  severity: "error",
  summary: "Every director has the interfaces that are tracked, and that of the synchronisation.",
  reads: ["nodes", "vrrp"],
  reason:
    "keepalived.conf(5), track_interface: an instance is in FAULT while an interface that it tracks does not exist",
  find(topology) {
    const cards = balancersOf(topology).flatMap(({ interfaces }) => Object.keys(interfaces));
    return named(topology).flatMap(({ path, name }): Problem[] => {
      const without = balancersOf(topology).find(({ interfaces }) => !Object.hasOwn(interfaces, name));
      if (without === undefined) return [];
      const need = `an interface that every director has; ${without.name} has ${Object.keys(without.interfaces).join(", ")}`;
      return [{ path, got: toldName(name, cards), need }];
    });
  },
};

export const syncWithoutTable: Rule = {
  name: "syncWithoutTable",
  severity: "error",
  summary: "Only directors synchronise connections, and there are at least two.",
  reads: ["nodes", "vrrp"],
  reason:
    "ipvsadm(8), --start-daemon: the kernel of one director tells another's of its connections; a proxy has no IPVS table",
  find(topology) {
    const balancers = balancersOf(topology);
    if (topology.vrrp?.syncDaemon === undefined) return [];
    if (balancers.length > 1 && balancers.every(({ role }) => role === "director")) return [];
    const got = balancers.some(({ role }) => role === "proxy") ? "a lab with proxies" : "a lab with one director";
    return [{ path: "vrrp.syncDaemon", got, need: "two directors", fix: "remove it" }];
  },
};

/** Users that people write, which is no secret. */
const USERS = ["root", "nobody", "keepalived_script", "keepalived", "haproxy", "nginx", "www-data", "apache", "daemon"];

export const scriptUserOther: Rule = {
  name: "scriptUserOther",
  severity: "error",
  summary: "The script that checks the proxy runs as root.",
  reads: ["vrrp"],
  reason:
    "kill(2): a user may ask only for processes of its own; keepalived.conf(5), enable_script_security: a script whose user does not exist is ignored",
  find({ vrrp }) {
    const user = vrrp?.trackScript?.user;
    if (user === undefined || user === "root") return [];
    const fix =
      "the script asks for the proxy's process, which is root's: as another user it fails at each run, and as one that does not exist keepalived ignores it, so that nothing looks after the proxy";
    return [{ path: "vrrp.trackScript.user", got: toldName(user, USERS), need: "root, or no user", fix }];
  },
};
