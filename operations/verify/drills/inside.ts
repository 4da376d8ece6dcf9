import type { InsideSeen } from "../../../components/looks/drilled";
import { HTTPD } from "../../../components/roles/web/family";
import { directorsOf, realServerAddress } from "../../../model/topology/queries";
import type { Session } from "../../session/session";
import { fetchFrom } from "../observe";

/** keepalived's User-Agent in HTTP_GET (check_http.c). */
const AGENT = "KeepAliveClient";

/** Asks every real server from every director, and looks for health checks in the logs. */
export async function lookInside(session: Session): Promise<InsideSeen> {
  const { topology } = session;
  const asked = new Map(
    topology.virtualServers.flatMap(({ realServers }) =>
      Object.entries(realServers).map(([name, { port }]) => [name, port] as const),
    ),
  );
  const backends = directorsOf(topology).flatMap((director) =>
    [...asked].map(async ([name, port]) => {
      const node = topology.nodes[name];
      const address = node === undefined ? name : realServerAddress(director, node);
      return [`${director.name} > ${name}`, await fetchFrom(session, director.name, address, port)] as const;
    }),
  );
  const answers = Object.fromEntries(await Promise.all(backends));
  const logs = [...asked.keys()].map(async (name) => {
    const { stdout } = await session.ssh(
      name,
      `cd ${HTTPD[session.guest(name).family].logFolder}; grep -c ${AGENT} access.log health.log; grep -vc ${AGENT} access.log`,
    );
    const count = (what: string): number => Number(new RegExp(`^${what}(\\d+)$`, "m").exec(stdout)?.[1] ?? 0);
    return [name, { access: count("access.log:"), health: count("health.log:"), visitors: count("") }] as const;
  });
  return {
    backends: answers,
    logs: Object.fromEntries(await Promise.all(logs)),
  };
}
