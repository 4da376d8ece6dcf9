import type { DownSeen } from "../../../components/looks/drilled";
import { HTTPD } from "../../../components/roles/web/family";
import { directorsOf, realServerAddress } from "../../../model/topology/queries";
import type { Topology, VirtualServer } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { fetchTimes } from "../requests";
import { parseIpvs } from "../../../components/looks/ipvs";
import type { Response } from "../../../components/looks/page";
import { newMail, realServerMails, spoolSizes } from "./mail";
import { until } from "../../wait";

/** The virtual server whose real servers are stopped: one with a sorry page, else one that others serve on; undefined: there is none. */
export const downServer = ({ vrrp, virtualServers }: Topology): VirtualServer | undefined =>
  // Who has no keepalived checks no health.
  vrrp === undefined
    ? undefined
    : (virtualServers.find(({ sorryPage }) => sorryPage !== undefined) ??
      virtualServers.find((server) => server.protocol === "TCP" && serving(server).length > 1));

/** Real servers that get requests. */
export const serving = ({ realServers }: VirtualServer): string[] =>
  Object.keys(realServers).filter((name) => (realServers[name]?.weight ?? 0) > 0);

/** Seconds for a health check to find out: a round, and every retry, doubled, for guests are emulated. */
const noticeLimit = ({ delayLoop, check }: VirtualServer): number =>
  2 * (delayLoop + (check.retry + 1) * (check.delayBeforeRetry + check.connectTimeout)) + 10;

/** Stops real servers' httpd and starts them again; the client asks in between. */
export async function drillDown(session: Session): Promise<DownSeen | undefined> {
  const { topology } = session;
  const server = downServer(topology);
  const [first, ...others] = server === undefined ? [] : serving(server);
  if (server === undefined || first === undefined) return undefined;
  const directors = directorsOf(topology);
  const servers = topology.virtualServers.filter(({ protocol }) => protocol === "TCP");
  const httpd = (verb: "stop" | "start", names: readonly string[]) =>
    Promise.all(names.map((name) => session.ssh(name, `systemctl ${verb} ${HTTPD[session.guest(name).family].unit}`)));
  const ask = () => fetchTimes(session, 2 * (others.length + 1), { address: server.vip, port: server.port });

  /** Waits until no table has a real server that is down, and every other is where it belongs; names the directors that are not so far. */
  const listed = async (down: readonly string[]): Promise<string[]> => {
    const limit = Math.max(...servers.map(noticeLimit));
    let late: string[] = [];
    await until(limit, async () => {
      const looks = directors.map(async (director) => {
        const table = parseIpvs((await session.ssh(director.name, "cat /proc/net/ip_vs")).stdout, "");
        const right = servers.every(({ vip, port, realServers }) => {
          const row = table.find((one) => one.protocol === "TCP" && one.address === vip && one.port === port);
          const listing = (name: string) => {
            const node = topology.nodes[name];
            return row?.realServers.some(
              ({ address }) => node !== undefined && address === realServerAddress(director, node),
            );
          };
          return Object.keys(realServers).every((name) => listing(name) === !down.includes(name));
        });
        return right ? [] : [director.name];
      });
      late = (await Promise.all(looks)).flat();
      return late.length === 0;
    });
    return late;
  };

  const spools = await spoolSizes(session);
  let unnoticed: readonly string[] = [];
  let withoutFirst: readonly Response[] = [];
  let withoutAll: readonly Response[] | undefined;
  try {
    await httpd("stop", [first]);
    unnoticed = await listed([first]);
    withoutFirst = await ask();
    if (server.sorryPage !== undefined) {
      await httpd("stop", others);
      await listed([first, ...others]);
      withoutAll = await ask();
    }
  } finally {
    await httpd("start", [first, ...others]);
  }
  await listed([]);
  const back = await ask();
  const ups = withoutAll === undefined ? 1 : others.length + 1;
  const mail = await newMail(session, spools, (subjects) => realServerMails(subjects, "UP") >= ups);
  return { first, unnoticed, withoutFirst, ...(withoutAll === undefined ? {} : { withoutAll }), back, mail };
}
