/** Rules about the IPVS table. */
import { directorsOf, vrrpVips, neighbourAddress } from "../queries";
import type { Topology } from "../topology";
import type { Problem } from "../error";
import { isPlaced, twice } from "./addresses";
import type { Rule } from "./rule";

/** Every real server of every virtual server, with its path. */
const realServersOf = ({ virtualServers }: Topology) =>
  virtualServers.flatMap((server, index) =>
    Object.entries(server.realServers).map(([name, realServer]) => ({
      path: `virtualServers[${index}].realServers.${name}`,
      name,
      server,
      realServer,
    })),
  );

export const vipNotVirtual: Rule = {
  name: "vipNotVirtual",
  severity: "error",
  summary: "A virtual server's address is one of the VIPs that VRRP moves.",
  reads: ["vrrp", "virtualServers"],
  reason: "keepalived.conf(5), virtual_ipaddress: only these addresses move; no node would hold another one",
  find({ vrrp, virtualServers }) {
    if (vrrp === undefined) return [];
    const vips = vrrpVips(vrrp);
    return virtualServers.flatMap(({ vip }, index): Problem[] =>
      vips.includes(vip)
        ? []
        : [
            {
              path: `virtualServers[${index}].vip`,
              got: vip,
              need: vips.length === 1 ? `the VIP ${vips[0]}` : `one of the VIPs ${vips.join(", ")}`,
              fix: "or add it to vrrp.virtualAddresses",
            },
          ],
    );
  },
};

export const serviceTwice: Rule = {
  name: "serviceTwice",
  severity: "error",
  summary: "A VIP, port and protocol have one virtual server.",
  reads: ["virtualServers"],
  reason: "ipvsadm(8): protocol, address and port identify a virtual service",
  find({ virtualServers }) {
    return twice(
      virtualServers.map(({ protocol, vip, port }, index) => ({
        path: `virtualServers[${index}]`,
        value: `${protocol} ${vip}:${port}`,
      })),
      "another VIP, port or protocol",
    );
  },
};

export const directorIsRealServer: Rule = {
  name: "directorIsRealServer",
  severity: "error",
  summary:
    "A director is no real server: with DR and TUN the BACKUP balances the MASTER's packets again, unless a mark tells them apart.",
  reads: ["nodes", "virtualServers"],
  reason:
    "keepalived.conf(5), virtual_server fwmark: only packets with the mark, those that come from no director, are balanced",
  find(topology) {
    const directors = directorsOf(topology).map(({ name }) => name);
    const webs = Object.values(topology.nodes).filter(({ role }) => role === "web");
    return realServersOf(topology)
      .filter(({ name }) => directors.includes(name))
      .map(({ path, name, server }) => ({
        path,
        got: `${name}, which is a director`,
        need: `one of the nodes with role web: ${webs.map((web) => web.name).join(", ") || "there is none"}`,
        fix:
          server.forwarding === "NAT"
            ? "with NAT the answer must pass the director, which would ask itself"
            : `the BACKUP has the virtual server too, so it balances what the MASTER sends it once more, and packets go round: two boxes need a firewall mark (virtual_server fwmark) that packets from the other director do not get, or notify scripts that clear the BACKUP's table; a keepalived.conf of your own can have both`,
      }));
  },
};

export const realServerNotWeb: Rule = {
  name: "realServerNotWeb",
  severity: "error",
  summary: "A real server is a node that serves pages.",
  reads: ["nodes", "virtualServers"],
  reason: "000, 002, 003, 004: real servers (RS) are web servers",
  find(topology) {
    const directors = directorsOf(topology).map(({ name }) => name);
    return notWeb(
      topology,
      realServersOf(topology).filter(({ name }) => !directors.includes(name)),
    );
  },
};

/** Places that name a node that is not a web server. */
export function notWeb(
  { nodes }: Topology,
  places: readonly { readonly path: string; readonly name: string }[],
): Problem[] {
  const webs = Object.entries(nodes).filter(([, { role }]) => role === "web");
  const need = `one of the nodes with role web: ${webs.map(([name]) => name).join(", ") || "there is none"}`;
  return places.flatMap(({ path, name }): Problem[] => {
    const role = Object.hasOwn(nodes, name) ? nodes[name]?.role : undefined;
    if (role === "web") return [];
    return [{ path, got: role === undefined ? `${name}, which is not a node` : `${name}, which is a ${role}`, need }];
  });
}

export const portMapped: Rule = {
  name: "portMapped",
  severity: "error",
  summary: "Only NAT maps ports: DR and TUN leave the packet as it is.",
  reads: ["virtualServers"],
  reason: "003: only NAT maps ports; DR and TUN do not change the port",
  find(topology) {
    return realServersOf(topology)
      .filter(({ server, realServer }) => ["DR", "TUN"].includes(server.forwarding) && realServer.port !== server.port)
      .map(({ path, server, realServer }) => ({
        path: `${path}.port`,
        got: `${realServer.port}`,
        need: `${server.port}, the virtual server's own port`,
        fix: `${server.forwarding} cannot map ports: NAT can`,
      }));
  },
};

export const realServerFar: Rule = {
  name: "realServerFar",
  severity: "error",
  summary: "With DR a real server is a neighbour of every director, because only the destination MAC changes.",
  reads: ["segments", "nodes", "virtualServers"],
  reason: "003: DR rewrites only the destination MAC, so director and real servers must share a segment",
  find(topology) {
    const directors = directorsOf(topology);
    return realServersOf(topology).flatMap(({ path, name, server }): Problem[] => {
      const node = Object.hasOwn(topology.nodes, name) ? topology.nodes[name] : undefined;
      if (node?.role !== "web" || server.forwarding !== "DR" || !isPlaced(topology, node)) return [];
      const far = directors.find((one) => isPlaced(topology, one) && neighbourAddress(one, node) === undefined);
      if (far === undefined) return [];
      const where = [...new Set(Object.values(node.interfaces).map(({ segment }) => segment))].join(", ");
      const segments = [...new Set(Object.values(far.interfaces).map(({ segment }) => segment))].join(", ");
      return [
        {
          path,
          got: `${name}, which is in segment ${where}`,
          need: `a real server in a segment of ${far.name}: ${segments}`,
          fix: "DR reaches only neighbours",
        },
      ];
    });
  },
};

export const weightsNone: Rule = {
  name: "weightsNone",
  severity: "error",
  summary:
    "At least one real server of a virtual server has a weight above 0. If every weight is 0, no request is answered.",
  reads: ["virtualServers"],
  reason:
    "keepalived.conf(5), quorum: a virtual server is up while its real servers' weights add up to 1 or more; the parser refuses one that can never be up",
  find({ virtualServers }) {
    return virtualServers.flatMap(({ realServers }, index): Problem[] => {
      const weights = Object.values(realServers).map(({ weight }) => weight);
      if (weights.length === 0 || weights.some((weight) => weight !== 0)) return [];
      const fix = "if every weight is 0, no request is answered";
      return [
        { path: `virtualServers[${index}].realServers`, got: "weight 0", need: "weight 1 or more in one of them", fix },
      ];
    });
  },
};

export const persistenceZero: Rule = {
  name: "persistenceZero",
  severity: "error",
  summary:
    "A persistence is at least 1 second. Leave the key out for no persistence, like the line in keepalived.conf.",
  reads: ["virtualServers"],
  reason: "keepalived.conf(5), persistence_timeout: leave the line out for no persistence",
  find: ({ virtualServers }) =>
    virtualServers
      .map(({ persistence }, index) => ({ persistence, path: `virtualServers[${index}].persistence` }))
      .filter(({ persistence }) => persistence === 0)
      .map(({ path }) => ({
        path,
        got: "0",
        need: "a whole number, 1 to 2678400",
        fix: "keepalived refuses persistence_timeout 0; leave the key out for no persistence",
      })),
};

export const retryWordOld: Rule = {
  name: "retryWordOld",
  severity: "error",
  summary: "The keyword is retry: keepalived's parser refuses nb_get_retry.",
  reads: ["virtualServers"],
  reason: "keepalived.conf(5): every check uses the keyword retry",
  find: ({ virtualServers }) =>
    virtualServers.flatMap(({ check }, index): Problem[] => {
      if (check.retryWord !== "nb_get_retry") return [];
      const fix =
        check.type === "TCP_CHECK"
          ? "TCP_CHECK does not know it"
          : "it is deprecated in HTTP_GET, and keepalived's check refuses it";
      return [{ path: `virtualServers[${index}].check.retryWord`, got: "nb_get_retry", need: "retry", fix }];
    }),
};

export const sorryPagesDiffer: Rule = {
  name: "sorryPagesDiffer",
  severity: "error",
  summary: "All sorry pages are the same: a director has one site for them.",
  reads: ["virtualServers"],
  reason: "004: sorry_server 127.0.0.1 80 is one web server on the director for all virtual servers",
  find({ virtualServers }) {
    const pages = virtualServers.flatMap(({ sorryPage }, index) =>
      sorryPage === undefined ? [] : [{ path: `virtualServers[${index}].sorryPage`, sorryPage }],
    );
    const [first] = pages;
    return pages
      .filter(({ sorryPage }) => sorryPage !== first?.sorryPage)
      .map(({ path }) => ({
        path,
        got: "another page",
        need: `the page of ${first?.path}`,
        fix: "a director has one page for all virtual servers",
      }));
  },
};

export const persistenceHidesTurns: Rule = {
  name: "persistenceHidesTurns",
  severity: "error",
  summary: "Persistence must not hide a scheduler: with one client address all requests go to one real server.",
  reads: ["client", "virtualServers"],
  reason:
    "ipvsadm(8), --persistent: later connections of a client go to the same real server; 003 shows -p 20 with a single client",
  find({ client, virtualServers }) {
    return virtualServers.flatMap(({ persistence, scheduler, realServers }, index): Problem[] => {
      const served = Object.values(realServers).filter(({ weight }) => weight > 0);
      const turns = ["rr", "wrr"].includes(scheduler) && served.length > 1;
      if (!persistence || !turns || client.addresses.length > 1) return [];
      const got = `${persistence} with scheduler ${scheduler} and one client address`;
      const fix = "a single client stays on one real server, which hides the scheduler: add addresses to the client";
      return [{ path: `virtualServers[${index}].persistence`, got, need: "several client.addresses", fix }];
    });
  },
};
