import { type DirectorNode } from "../../model/topology/node";
import { type Topology } from "../../model/topology/topology";
import { directorsOf, realServerAddress } from "../../model/topology/queries";
import { table } from "../terminal/table";
import { type Paint, plain } from "../terminal/terminal";
import { endpoint } from "../../model/plan/addresses";
import { virtualServicesOf } from "../../model/topology/virtualServices";
import type { IpvsRealServer, IpvsService } from "../../components/looks/ipvs";
import type { NodeSeen } from "../../components/looks/machine";

/**
 * How a director treats a real server. up: it gets connections; quiet: it gets no new ones (weight 0); down: it is not in the table, because
 * keepalived's check failed; sorry: the director itself serves its sorry page; foreign: it is in the table but not in the topology.
 */
export type Health = "up" | "quiet" | "down" | "sorry" | "foreign";

/** A real server of a virtual server on one director. */
export type RealServerSeen = {
  readonly director: string;
  /** Protocol, address and port of the virtual server, as ipvsadm shows it: "TCP 192.168.10.200:80". */
  readonly service: string;
  /** undefined: the director's kernel does not have this virtual server. */
  readonly scheduler?: string;
  /** The node; undefined: not a node of the topology. */
  readonly name?: string;
  readonly address: string;
  readonly health: Health;
} & Partial<Pick<IpvsRealServer, "forwarding" | "weight" | "connections">>;

/** A virtual server's real servers: what a director must have, and what it has. */
type Expected = {
  readonly service: string;
  readonly servers: readonly { readonly name: string; readonly address: string }[];
};

const expectedOf = (topology: Topology, director: DirectorNode): Expected[] =>
  director.keepalived === undefined ? ofTopology(topology, director) : ofFiles(topology, director);

const ofTopology = (topology: Topology, director: DirectorNode): Expected[] =>
  topology.virtualServers.map(({ protocol, vip, port, realServers }) => ({
    service: `${protocol} ${vip}:${port}`,
    servers: Object.entries(realServers).map(([name, server]) => {
      const node = topology.nodes[name];
      return { name, address: `${node === undefined ? name : realServerAddress(director, node)}:${server.port}` };
    }),
  }));

/** The virtual servers of the keepalived.conf that a director brings. Addresses of a range are shown as the kernel has them. */
const ofFiles = (topology: Topology, director: DirectorNode): Expected[] =>
  virtualServicesOf(topology)
    .filter(({ directors }) => directors.includes(director.name))
    .flatMap(({ protocol = "TCP", endpoints, fwmarks, realServers }) => {
      const serversAt = (port: number) =>
        realServers.map((one) => ({
          name: one.node ?? one.address,
          address: endpoint({ address: one.address, port: one.port === 0 ? port : one.port }),
        }));
      return [
        ...endpoints
          .filter(({ last }) => last === undefined)
          .map((at): Expected => ({ service: `${protocol} ${endpoint(at)}`, servers: serversAt(at.port) })),
        ...fwmarks.map((mark): Expected => ({ service: `FWM ${mark}`, servers: serversAt(0) })),
      ];
    });

const serviceOf = (one: IpvsService): string =>
  one.protocol === "FWM" ? `FWM ${one.address}` : `${one.protocol} ${endpoint(one)}`;

function healthOf(address: string, name: string | undefined, weight: number | undefined): Health {
  if (weight === undefined) return "down";
  if (name === undefined) return address.startsWith("127.") ? "sorry" : "foreign";
  return weight === 0 ? "quiet" : "up";
}

/** The table of one director, compared with the topology. */
function tableOf(topology: Topology, director: DirectorNode, { ipvs }: NodeSeen): RealServerSeen[] {
  const expected = expectedOf(topology, director);
  const others = ipvs.map(serviceOf).filter((one) => !expected.some(({ service }) => service === one));
  return [...expected, ...others.map((service): Expected => ({ service, servers: [] }))].flatMap(
    ({ service, servers }) => {
      const found = ipvs.find((one) => serviceOf(one) === service);
      const seen = new Map((found?.realServers ?? []).map((one) => [endpoint(one), one]));
      const row = (address: string, name: string | undefined): RealServerSeen => {
        const { forwarding, weight, connections } = seen.get(address) ?? {};
        return {
          director: director.name,
          service,
          ...(found === undefined ? {} : { scheduler: found.scheduler }),
          ...(name === undefined ? {} : { name }),
          address,
          health: healthOf(address, name, weight),
          ...(forwarding === undefined ? {} : { forwarding }),
          ...(weight === undefined ? {} : { weight }),
          ...(connections === undefined ? {} : { connections }),
        };
      };
      const foreign = [...seen.keys()].filter((address) => !servers.some((one) => one.address === address));
      return [
        ...servers.map(({ name, address }) => row(address, name)),
        ...foreign.map((address) => row(address, undefined)),
      ];
    },
  );
}

/** The IPVS tables of all directors that answered. */
export const ipvsTables = (topology: Topology, seen: Readonly<Record<string, NodeSeen>>): RealServerSeen[] =>
  directorsOf(topology).flatMap((director) => {
    const node = seen[director.name];
    return node?.reachable ? tableOf(topology, director, node) : [];
  });

const LOOKS = { up: "good", quiet: "weak", down: "bad", sorry: "bad", foreign: "bad" } as const satisfies Record<
  Health,
  Parameters<Paint>[0]
>;

/** The same as a table for people; empty: there is none. */
export function ipvsText(rows: readonly RealServerSeen[], paint: Paint = plain): string {
  if (rows.length === 0) return "";
  const cells = rows.map((row) => [
    row.director,
    `${row.service} ${row.scheduler ?? "(not there)"}`,
    row.name ?? "-",
    row.address,
    row.forwarding ?? "-",
    `${row.weight ?? "-"}`,
    `${row.connections?.active ?? "-"}`,
    `${row.connections?.inactive ?? "-"}`,
    // The last column: painted text needs no padding there.
    paint(LOOKS[row.health], row.health),
  ]);
  return table(
    [
      ["DIRECTOR", "VIRTUAL SERVER", "REAL SERVER", "ADDRESS", "FORWARD", "WEIGHT", "ACTIVE", "INACTIVE", "HEALTH"],
      ...cells,
    ],
    paint,
  );
}
