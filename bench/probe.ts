import { UserError } from "../model/userError";
import type { Session } from "../operations/session/session";
import { verify } from "../operations/verify";
import { fetchPage } from "../operations/verify/requests";
import { parseIpvs } from "../components/looks/ipvs";
import { directorsOf, sshAddress } from "../model/topology/queries";
import { until } from "../operations/wait";

/** Seconds within which a lab must serve. */
const limit = 300;

/**
 * Waits until the lab serves, with the same condition for every peer: each director's kernel lists all real servers of every
 * virtual server, and the client got the page of each through the VIP.
 */
export async function awaitService(session: Session): Promise<void> {
  let missing: readonly string[] = [];
  const served = await until(limit, async () => {
    missing = await lacks(session);
    return missing.length === 0;
  });
  if (!served) throw new UserError(`no service after ${limit} s: ${missing.join("; ")}`);
}

async function lacks(session: Session): Promise<string[]> {
  const { topology } = session;
  const servers = topology.virtualServers;
  const address = (name: string): string => {
    const node = topology.nodes[name];
    if (node === undefined) throw new Error(`no node ${name}`);
    return sshAddress(node);
  };
  const tables = directorsOf(topology).map(async ({ name }) => {
    const services = parseIpvs((await session.ssh(name, "cat /proc/net/ip_vs")).stdout, "");
    return servers.flatMap(({ vip, port, realServers }) => {
      const listed = services.find((one) => one.address === vip && one.port === port)?.realServers ?? [];
      const absent = Object.keys(realServers).filter((one) => !listed.some((at) => at.address === address(one)));
      return absent.map((one) => `${name} does not list ${one}`);
    });
  });
  const incomplete = (await Promise.all(tables)).flat();
  if (incomplete.length > 0) return incomplete;
  const pages = new Set<string>();
  for (const { vip, port, realServers } of servers)
    for (const _ of Object.keys(realServers)) pages.add((await fetchPage(session, vip, port)).body.trim());
  return Object.values(topology.nodes).flatMap((node) =>
    node.role === "web" && !pages.has(node.page) ? [`no page of ${node.name} through the VIP`] : [],
  );
}

/** All checks of `lab verify`, including a failover. */
export async function prove(session: Session): Promise<void> {
  const { results } = await verify(session, { only: [], settle: 60 });
  const failed = results.filter(({ ok }) => !ok).map(({ id, name }) => `${id} ${name}`);
  if (failed.length > 0) throw new UserError(`verify: ${failed.join(", ")} failed`);
}
