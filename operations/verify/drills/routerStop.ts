import type { RoutingSeen } from "../../../components/looks/drilled";
import { LIMITS } from "../../../model/limits";
import { directorsOf, routersOf, sshAddress } from "../../../model/topology/queries";
import { CLIENT, pathTo } from "../../../model/topology/packetPaths";
import type { Topology, VirtualServer } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { serverOf } from "../../../components/checks/check";
import { fetchTimes } from "../requests";
import type { Response } from "../../../components/looks/page";
import { COUNTERS, parseCounters } from "../../../components/looks/walk";
import { until } from "../../wait";

/** The virtual server whose answers need a router, and the real servers behind it; undefined: there is none. */
export function routedServer(
  topology: Topology,
): { readonly server: VirtualServer; readonly behind: readonly string[] } | undefined {
  const routers = new Set(routersOf(topology).map(({ name }) => name));
  const [client = ""] = topology.client.addresses;
  return topology.virtualServers
    .filter(({ forwarding }) => forwarding !== "NAT")
    .map((server) => ({
      server,
      behind: Object.keys(server.realServers).filter((name) =>
        pathTo(topology, name, client)?.some(({ taker }) => routers.has(taker)),
      ),
    }))
    .find(({ behind }) => behind.length > 0);
}

/** Seconds for a lost request: the answer would come within milliseconds. */
const lostAfter = 1;
/** Seconds that IPVS may take to count, and the way back to be open again. */
const limit = LIMITS.routing.seconds;

/** Switches forwarding off on every router, asks, switches it on again, asks again (document 004's negative step). */
export async function drillRouting(session: Session): Promise<RoutingSeen | undefined> {
  const { topology } = session;
  const routed = routedServer(topology);
  if (routed === undefined) return undefined;
  const { server, behind } = routed;
  const [client = ""] = topology.client.addresses;
  const forward = (value: 0 | 1) =>
    Promise.all(routersOf(topology).map(({ name }) => session.ssh(name, `sysctl -qw net.ipv4.ip_forward=${value}`)));
  const connections = async () => {
    const counts = directorsOf(topology).map(({ name }) => session.ssh(name, COUNTERS));
    return (await Promise.all(counts)).reduce((sum, { stdout }) => sum + parseCounters(stdout).connections, 0);
  };
  const asked = { address: server.vip, port: server.port, limit: lostAfter };
  const ask = () => fetchTimes(session, 2 * Object.keys(server.realServers).length, asked);

  const pings = behind
    .filter((name) => pathTo(topology, CLIENT, sshAddress(session.topology.nodes[name] ?? never(name))) !== undefined)
    .map(async (name) => [name, (await session.ssh(name, `ping -c 2 -W 3 ${client}`)).code === 0] as const);
  const pinged = Object.fromEntries(await Promise.all(pings));

  const before = await connections();
  let without: readonly Response[] = [];
  let counted = 0;
  try {
    await forward(0);
    without = await ask();
    await until(limit, async () => {
      counted = (await connections()) - before;
      return counted >= without.length;
    });
  } finally {
    await forward(1);
  }
  // A health check that goes by the router may have taken a real server out: it comes back with its next round.
  await until(limit + server.delayLoop, async () => {
    const from = (await ask()).map((response) => serverOf(topology, response));
    return !from.includes(undefined) && behind.every((name) => from.includes(name));
  });
  return { counted, without, restored: await ask(), pings: pinged };
}

const never = (name: string): never => {
  throw new Error(`no node ${name}`);
};
