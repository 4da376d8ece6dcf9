/** Rules about the IPVS table. */
import { directorsOf, neighbourAddress } from "../members";
import type { Topology } from "../topology";
import type { Problem } from "../error";
import { isPlaced, twice } from "./addresses";

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

/** A virtual server's address is one of the VIPs that VRRP moves. */
export function vipNotVirtual({ vrrp, virtualServers }: Topology): Problem[] {
  if (vrrp === undefined) return [];
  const vips = vrrp.virtualAddresses;
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
}

/** A VIP, port and protocol have one virtual server. */
export function serviceTwice({ virtualServers }: Topology): Problem[] {
  return twice(
    virtualServers.map(({ protocol, vip, port }, index) => ({
      path: `virtualServers[${index}]`,
      value: `${protocol} ${vip}:${port}`,
    })),
    "another VIP, port or protocol",
  );
}

/** A real server is a node that serves pages. */
export function realServerNotWeb(topology: Topology): Problem[] {
  return notWeb(topology, realServersOf(topology));
}

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

/** Only NAT maps ports: DR and TUN leave the packet as it is. */
export function portMapped(topology: Topology): Problem[] {
  return realServersOf(topology)
    .filter(({ server, realServer }) => ["DR", "TUN"].includes(server.forwarding) && realServer.port !== server.port)
    .map(({ path, server, realServer }) => ({
      path: `${path}.port`,
      got: `${realServer.port}`,
      need: `${server.port}, the virtual server's own port`,
      fix: `${server.forwarding} cannot map ports: NAT can`,
    }));
}

/** With DR a real server is a neighbour of every director, because only the destination MAC changes. */
export function realServerFar(topology: Topology): Problem[] {
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
}

/** At least one real server of a virtual server has a weight above 0. If every weight is 0, no request is answered. */
export function weightsNone({ virtualServers }: Topology): Problem[] {
  return virtualServers.flatMap(({ realServers }, index): Problem[] => {
    const weights = Object.values(realServers).map(({ weight }) => weight);
    if (weights.length === 0 || weights.some((weight) => weight !== 0)) return [];
    const fix = "if every weight is 0, no request is answered";
    return [
      { path: `virtualServers[${index}].realServers`, got: "weight 0", need: "weight 1 or more in one of them", fix },
    ];
  });
}

/** A persistence is at least 1 second. Leave the key out for no persistence, like the line in keepalived.conf. */
export const persistenceZero = ({ virtualServers }: Topology): Problem[] =>
  virtualServers
    .map(({ persistence }, index) => ({ persistence, path: `virtualServers[${index}].persistence` }))
    .filter(({ persistence }) => persistence === 0)
    .map(({ path }) => ({
      path,
      got: "0",
      need: "a whole number, 1 to 2678400",
      fix: "keepalived refuses persistence_timeout 0; leave the key out for no persistence",
    }));

/** The keyword is retry: keepalived's parser refuses nb_get_retry. */
export const retryWordOld = ({ virtualServers }: Topology): Problem[] =>
  virtualServers.flatMap(({ check }, index): Problem[] => {
    if (check.retryWord !== "nb_get_retry") return [];
    const fix =
      check.type === "TCP_CHECK"
        ? "TCP_CHECK does not know it"
        : "it is deprecated in HTTP_GET, and keepalived's check refuses it";
    return [{ path: `virtualServers[${index}].check.retryWord`, got: "nb_get_retry", need: "retry", fix }];
  });

/** All sorry pages are the same: a director has one site for them. */
export function sorryPagesDiffer({ virtualServers }: Topology): Problem[] {
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
}

/** Persistence must not hide a scheduler: with one client address all requests go to one real server. */
export function persistenceHidesTurns({ client, virtualServers }: Topology): Problem[] {
  return virtualServers.flatMap(({ persistence, scheduler, realServers }, index): Problem[] => {
    const served = Object.values(realServers).filter(({ weight }) => weight > 0);
    const turns = ["rr", "wrr"].includes(scheduler) && served.length > 1;
    if (!persistence || !turns || client.addresses.length > 1) return [];
    const got = `${persistence} with scheduler ${scheduler} and one client address`;
    const fix = "a single client stays on one real server, which hides the scheduler: add addresses to the client";
    return [{ path: `virtualServers[${index}].persistence`, got, need: "several client.addresses", fix }];
  });
}
