/** Rules about proxies (layer 7), and about directors beside proxies. */
import { isSite } from "../own/config";
import { advertPriority, balancersOf, directorsOf, neighbourAddress, proxiesOf } from "../queries";
import type { Topology } from "../topology";
import type { Problem } from "../error";
import { isPlaced } from "./addresses";
import { notWeb } from "./virtualServers";
import type { Rule } from "./rule";

export const balancersMixed: Rule = {
  name: "balancersMixed",
  severity: "error",
  summary: "A lab has directors or proxies, not both: both would need the VIP.",
  reads: ["nodes"],
  reason: "ipvsadm(8): a virtual service takes the VIP's packets before a proxy sees them",
  find(topology) {
    const [directors, proxies] = [directorsOf(topology), proxiesOf(topology)];
    if (directors.length === 0) return [];
    return proxies.map(({ name }) => ({
      path: `nodes.${name}.role`,
      got: "proxy",
      need: "a lab with either directors or proxies",
      fix: `${directors[0]?.name} is a director, and both need the VIP`,
    }));
  },
};

export const virtualServersNone: Rule = {
  name: "virtualServersNone",
  severity: "error",
  summary: "A lab with directors has virtual servers, and a lab without directors has none.",
  reads: ["nodes", "virtualServers"],
  reason: "ipvsadm(8): directors balance the virtual services of their IPVS table; no other role has such a table",
  find(topology) {
    const { virtualServers } = topology;
    const path = "virtualServers";
    // Directors' own configurations hold them.
    if (isSite(topology)) return [];
    if (directorsOf(topology).length > 0)
      return virtualServers.length > 0
        ? []
        : [{ path, got: "none", need: "one or more", fix: "directors balance virtual servers" }];
    if (proxiesOf(topology).length === 0 || virtualServers.length === 0) return [];
    return [
      { path, got: `${virtualServers.length}`, need: "none in a lab with proxies", fix: "use the section proxy" },
    ];
  },
};

export const proxySection: Rule = {
  name: "proxySection",
  severity: "error",
  summary: "A lab with proxies has a proxy section, and a lab without proxies has none.",
  reads: ["nodes", "proxy"],
  reason: "001: haproxy or nginx passes requests on to web servers",
  find(topology) {
    const proxies = proxiesOf(topology);
    if (proxies.length > 0 && topology.proxy === undefined) {
      const need = "a section with software and backends";
      return [{ path: "proxy", got: "nothing", need, fix: `${proxies[0]?.name} is a proxy` }];
    }
    if (proxies.length > 0 || topology.proxy === undefined) return [];
    return [{ path: "proxy", got: "a section", need: "no such section, or nodes with role proxy", fix: "add nodes" }];
  },
};

const backendsOf = ({ proxy }: Topology) =>
  Object.keys(proxy?.backends ?? {}).map((name) => ({ path: `proxy.backends.${name}`, name }));

export const backendNotWeb: Rule = {
  name: "backendNotWeb",
  severity: "error",
  summary: "A backend is a node that serves pages.",
  reads: ["nodes", "proxy"],
  reason: "001: behind the proxies are web servers",
  find: (topology) => notWeb(topology, backendsOf(topology)),
};

export const backendFar: Rule = {
  name: "backendFar",
  severity: "error",
  summary: "A backend is a neighbour of every proxy.",
  reads: ["segments", "nodes", "proxy"],
  reason: "001: proxies and web servers are on one segment",
  find(topology) {
    const proxies = proxiesOf(topology).filter((one) => isPlaced(topology, one));
    return backendsOf(topology).flatMap(({ path, name }): Problem[] => {
      const node = Object.hasOwn(topology.nodes, name) ? topology.nodes[name] : undefined;
      if (node?.role !== "web" || !isPlaced(topology, node)) return [];
      const far = proxies.find((one) => neighbourAddress(one, node) === undefined);
      if (far === undefined) return [];
      return [
        { path, got: name, need: `a web server in a segment of ${far.name}`, fix: "a proxy reaches only neighbours" },
      ];
    });
  },
};

export const backendHeavy: Rule = {
  name: "backendHeavy",
  severity: "error",
  summary: "With haproxy a weight is at most 256; nginx has no such limit.",
  reads: ["proxy"],
  reason: "haproxy's configuration manual 5.2, weight: the maximum is 256",
  find: ({ proxy }) =>
    Object.entries(proxy?.software === "haproxy" ? proxy.backends : {})
      .filter(([, { weight }]) => weight > 256)
      .map(([name, { weight }]) => ({
        path: `proxy.backends.${name}.weight`,
        got: `${weight}`,
        need: "0 to 256 with haproxy",
      })),
};

export const backendWeightsNone: Rule = {
  name: "backendWeightsNone",
  severity: "error",
  summary: "At least one backend has a weight above 0. If every weight is 0, no request is answered.",
  reads: ["proxy"],
  reason: "haproxy's configuration manual 5.2, weight: a server with 0 takes no part in load-balancing",
  find({ proxy }) {
    const weights = Object.values(proxy?.backends ?? {}).map(({ weight }) => weight);
    if (weights.length === 0 || weights.some((weight) => weight !== 0)) return [];
    const fix = "if every weight is 0, no request is answered";
    return [{ path: "proxy.backends", got: "weight 0", need: "weight 1 or more in one of them", fix }];
  },
};

export const scriptWithoutProxy: Rule = {
  name: "scriptWithoutProxy",
  severity: "error",
  summary: "Only a lab with proxies has a trackScript, which checks the proxy.",
  reads: ["nodes", "vrrp"],
  reason: "001: chk_nginx checks nginx; a director checks its real servers by health checks (keepalived.conf(5))",
  find(topology) {
    if (topology.vrrp?.trackScript === undefined || proxiesOf(topology).length > 0) return [];
    return [
      {
        path: "vrrp.trackScript",
        got: "a script",
        need: "none in a lab without proxies",
        fix: "it checks whether haproxy or nginx runs",
      },
    ];
  },
};

export const weightTooSmall: Rule = {
  name: "weightTooSmall",
  severity: "error",
  summary:
    "A script's weight reverses the order of the priorities: a node whose script succeeds gets above a node whose script fails.",
  reads: ["nodes", "vrrp"],
  reason:
    "keepalived.conf(5), vrrp_script: the weight is added to the priority, which stays within 1 to 254; the VIP moves only if the order of the priorities changes",
  find(topology) {
    const weight = topology.vrrp?.trackScript?.weight;
    const ranked = balancersOf(topology)
      .flatMap(({ name, vrrp }) => (vrrp === undefined ? [] : [{ name, priority: vrrp.priority }]))
      .sort((a, b) => b.priority - a.priority);
    const [[first, second], last] = [ranked, ranked.at(-1)];
    if (weight === undefined || first === undefined || second === undefined || last === undefined) return [];
    const path = "vrrp.trackScript.weight";
    const failing = advertPriority(first.priority, weight, false);
    const well = advertPriority(last.priority, weight, true);
    const gap = first.priority - last.priority;
    if (failing >= well && Math.abs(weight) <= gap) {
      const need = `a size above ${gap}, the distance from ${first.name}'s ${first.priority} to ${last.name}'s ${last.priority}`;
      const fix = `${first.name} would keep the VIP even if its script fails`;
      return [{ path, got: `${weight}`, need, fix }];
    }
    const fix = "change the priorities, or use a smaller weight";
    if (failing >= well) {
      const got = `${weight}, which makes ${first.name}'s priority ${failing} and ${last.name}'s ${well}`;
      return [{ path, got, need: "priorities that change their order within 1 to 254", fix }];
    }
    const [best, next] = [first, second].map(({ priority }) => advertPriority(priority, weight, true));
    if (weight < 0 || gap === 0 || best !== next) return [];
    const got = `${weight}, which makes ${first.name}'s priority ${best} and ${second.name}'s ${next} while both scripts succeed`;
    return [{ path, got, need: "priorities that still differ within 1 to 254", fix }];
  },
};

export const weightWithNopreempt: Rule = {
  name: "weightWithNopreempt",
  severity: "error",
  summary:
    "A script's weight does not go with nopreempt: a BACKUP with nopreempt never takes the VIP from a MASTER that still sends adverts, however low its priority is.",
  reads: ["nodes", "vrrp"],
  reason:
    "keepalived.conf(5): a node with nopreempt does not take the VIP from a node of lower priority that still sends adverts",
  find(topology) {
    const weight = topology.vrrp?.trackScript?.weight;
    const held = balancersOf(topology).find(({ vrrp }) => vrrp?.nopreempt);
    if (weight === undefined || held === undefined) return [];
    const need = "none with nopreempt";
    const fix = `${held.name} would never take over from a MASTER whose script fails; without a weight that MASTER goes to FAULT`;
    return [{ path: "vrrp.trackScript.weight", got: `${weight}`, need, fix }];
  },
};
