import { directorsOf, realServerAddress } from "../../../infra/model/members";
import type { Topology, VirtualServer } from "../../../infra/model/topology";
import type { Session } from "../../session";
import { observeNode, until } from "../observe";
import { fetchTimes } from "../requests";
import type { Response } from "../seen";

/** What happened when the real servers' httpd was stopped, one first, then all, and started again. */
export type SorrySeen = {
  /** The real server that was stopped alone. */
  readonly first: string;
  /** Answers with that one out of every table. */
  readonly withoutFirst: readonly Response[];
  /** The answer when none was left. */
  readonly withoutAll: readonly Response[];
  /** Answers when all were back in every table. */
  readonly back: readonly Response[];
  /** Each director's mail spool afterwards, mbox; empty: none. */
  readonly mail: Readonly<Record<string, string>>;
};

/** The virtual server with a sorry page; undefined: there is none. */
export const sorryServer = ({ virtualServers }: Topology): VirtualServer | undefined =>
  virtualServers.find(({ sorryPage }) => sorryPage !== undefined);

/** Seconds for a health check to find out: a round, and every retry, doubled, for guests are emulated. */
const noticeLimit = ({ delayLoop, check }: VirtualServer): number =>
  2 * (delayLoop + (check.retry + 1) * (check.delayBeforeRetry + check.connectTimeout)) + 10;

/** Stops the real servers' httpd, one first, then all, and starts them again; the client asks in between. */
export async function drillSorry(session: Session): Promise<SorrySeen | undefined> {
  const { topology } = session;
  const server = sorryServer(topology);
  const [first, ...others] = Object.keys(server?.realServers ?? {});
  if (server === undefined || first === undefined) return undefined;
  const directors = directorsOf(topology);
  const httpd = (verb: "stop" | "start", names: readonly string[]) =>
    Promise.all(names.map((name) => session.ssh(name, `systemctl ${verb} ${session.names(name).httpd.unit}`)));
  const ask = () => fetchTimes(session, 2 * (others.length + 1), { address: server.vip, port: server.port });
  /** Waits until every director's table has exactly these real servers. */
  const listed = (names: readonly string[]) =>
    until(noticeLimit(server), async () => {
      const tables = directors.map(async (director) => {
        const { ipvs } = await observeNode(session, director.name);
        const row = ipvs.find((one) => one.address === server.vip && one.port === server.port);
        const want = names.map((name) => {
          const node = topology.nodes[name];
          return node === undefined ? name : realServerAddress(director, node);
        });
        const got = (row?.realServers ?? []).map(({ address }) => address).filter((address) => address !== "127.0.0.1");
        return got.length === want.length && want.every((address) => got.includes(address));
      });
      return (await Promise.all(tables)).every(Boolean);
    });

  let withoutFirst: readonly Response[] = [];
  let withoutAll: readonly Response[] = [];
  try {
    await httpd("stop", [first]);
    await listed(others);
    withoutFirst = await ask();
    await httpd("stop", others);
    await listed([]);
    withoutAll = await ask();
  } finally {
    await httpd("start", [first, ...others]);
  }
  await listed([first, ...others]);
  const back = await ask();
  const spools = directors.map(
    async ({ name }) => [name, (await session.ssh(name, "cat /var/mail/lvs-lab")).stdout] as const,
  );
  return { first, withoutFirst, withoutAll, back, mail: Object.fromEntries(await Promise.all(spools)) };
}
