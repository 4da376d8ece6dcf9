import * as fs from "node:fs";
import * as path from "node:path";
import type { HeldSeen } from "../../../components/looks/drilled";
import { isDeepStrictEqual } from "node:util";
import { LIMITS } from "../../../model/limits";
import { directorsOf, realServerAddress } from "../../../model/topology/queries";
import type { Topology, VirtualServer } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { until } from "../../wait";

/** The virtual servers that go by the number of open connections: lc by it alone, the others by weight. */
export const byConnections = ({ virtualServers }: Topology): VirtualServer[] =>
  virtualServers.filter(
    ({ scheduler, persistence }) => ["lc", "wlc", "sed", "nq"].includes(scheduler) && persistence === undefined,
  );

/** Which part of the open connections a real server is to have. */
export function share({ scheduler, realServers }: VirtualServer, name: string): number {
  const weights = Object.entries(realServers).map(([of, { weight }]) => [of, scheduler === "lc" ? 1 : weight] as const);
  const own = weights.find(([of]) => of === name)?.[1] ?? 0;
  return own / weights.reduce((sum, [, weight]) => sum + weight, 0);
}

const script = fs.readFileSync(path.join(__dirname, "hold.sh"), "utf8");

/** Seconds that the connections stay open: a look at the table takes a tenth of it. */
const holdTime = LIMITS.held.seconds;

/**
 * Holds connections open, two for each unit of weight, and asks for a page after each: a scheduler that takes turns (rr) would give all
 * that are held to the same one.
 */
export async function drillHeld(session: Session): Promise<Record<string, HeldSeen>> {
  const { topology } = session;
  const drills = byConnections(topology).map(async (server) => {
    const held = 2 * Math.round(1 / Math.min(...Object.keys(server.realServers).map((name) => share(server, name))));
    const words = [`${held}`, server.vip, `${server.port}`, `${holdTime}`];
    const holding = session.client(["bash", "-c", script, "hold", ...words]);
    let active: Record<string, number> = {};
    await until(holdTime, async () => {
      const before = active;
      const tables = directorsOf(topology).map(async (director) => {
        const { stdout } = await session.ssh(director.name, "ipvsadm --list --numeric");
        return Object.keys(server.realServers).map((name) => {
          const node = topology.nodes[name];
          const address = node === undefined ? name : realServerAddress(director, node);
          return [name, parseActive(stdout, server, address)] as const;
        });
      });
      const rows = (await Promise.all(tables)).flat();
      active = Object.fromEntries(
        Object.keys(server.realServers).map((name) => [
          name,
          rows.filter(([of]) => of === name).reduce((sum, [, count]) => sum + count, 0),
        ]),
      );
      // A short one on its way counts as active too: it is gone when the next look sees the same.
      const total = Object.values(active).reduce((sum, count) => sum + count, 0);
      return total === held && isDeepStrictEqual(active, before);
    });
    await holding;
    return [`${server.vip}:${server.port}`, { held, active }] as const;
  });
  return Object.fromEntries(await Promise.all(drills));
}

/** ActiveConn of a real server in `ipvsadm --list --numeric`; 0 where it is not listed. */
export function parseActive(
  text: string,
  { vip, port, realServers }: Pick<VirtualServer, "vip" | "port" | "realServers">,
  address: string,
): number {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith("TCP") && line.split(/\s+/)[1] === `${vip}:${port}`);
  const rows = start < 0 ? [] : lines.slice(start + 1, start + 1 + Object.keys(realServers).length);
  const row = rows
    .map((line) => line.trim().split(/\s+/))
    .find(([arrow, at]) => arrow === "->" && at?.split(":")[0] === address);
  return Number(row?.[4] ?? 0);
}
