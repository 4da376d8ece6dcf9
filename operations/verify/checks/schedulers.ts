/** Checks of what schedulers do, as the client sees it: who gives the answers. */
import type { Topology, VirtualServer } from "../../../model/topology/topology";
import { servicesOf } from "../../../model/topology/queries";
import { byConnections, share } from "../drills/held";
import { allServed, type Check, describe, type Finding, list, merge, serverOf } from "../../../components/checks/check";
import { staysBySource } from "./client";
import type { LabSeen } from "../../../components/looks/lab";
import type { Response } from "../../../components/looks/page";

const scheduled =
  (...names: readonly VirtualServer["scheduler"][]) =>
  ({ virtualServers }: Topology): VirtualServer[] =>
    virtualServers.filter(({ scheduler, persistence }) => names.includes(scheduler) && persistence === undefined);

/** Virtual servers whose real servers have different weights: only they show proportions. */
const weighted = (topology: Topology): VirtualServer[] =>
  scheduled("wrr")(topology).filter(
    ({ realServers }) => new Set(Object.values(realServers).map(({ weight }) => weight)).size > 1,
  );
const hashed = scheduled("sh", "mh");
/** Virtual servers that choose by destination: dh hashes it, lblc and lblcr remember it. A VIP is one destination. */
const byDestination = scheduled("dh", "lblc", "lblcr");
/** Virtual servers with fo and only one real server of the highest weight. With several the kernel may take any. */
const overflowing = (topology: Topology): VirtualServer[] =>
  scheduled("fo")(topology).filter((server) => heaviest(server).length === 1);

const heaviest = ({ realServers }: VirtualServer): string[] => {
  const most = Math.max(...Object.values(realServers).map(({ weight }) => weight));
  return Object.keys(realServers).filter((name) => realServers[name]?.weight === most);
};

/** Whether a lab is about schedulers: it has more than one. */
const differing = ({ virtualServers }: Topology): boolean =>
  new Set(virtualServers.map(({ scheduler }) => scheduler)).size > 1;

type Counts = Readonly<Record<string, number>>;
const said = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");

/** Judges who answered at each virtual server. An answer that is no real server's page is a problem. */
const judge =
  (
    servers: (topology: Topology) => VirtualServer[],
    problem: (server: VirtualServer, counts: Counts, total: number) => string | undefined,
  ) =>
  (topology: Topology, seen: LabSeen): Finding =>
    merge(
      servers(topology).map((server): Finding => {
        const at = `${server.vip}:${server.port} ${server.scheduler}`;
        const responses: readonly Response[] = seen.client.throughVip[`${server.vip}:${server.port}`] ?? [];
        if (responses.length === 0) return { problems: [`${at}: was not asked`], seen: "" };
        const from = responses.map((response) => serverOf(topology, response));
        const strange = responses.find((_, index) => from[index] === undefined);
        if (strange !== undefined) return { problems: [`${at}: answered ${describe(strange)}`], seen: "" };
        const names = Object.keys(server.realServers);
        const counts = Object.fromEntries(names.map((name) => [name, from.filter((one) => one === name).length]));
        const wrong = problem(server, counts, responses.length);
        return {
          problems: wrong === undefined ? [] : [`${at}: ${wrong} (${said(counts)})`],
          seen: `${at}: ${said(counts)}`,
        };
      }),
    );

/** How many connections a real server may have above or below its share. */
const TOLERATED = 1;

/** Checks of the schedulers' behaviour. Round robin has its own check. */
export const SCHEDULERS: readonly Check[] = [
  {
    name: "weighted-round-robin",
    title: "wrr gives every real server the share of its weight, with exact counts",
    needs: "client",
    applies: (topology) => weighted(topology).length > 0,
    judge: judge(weighted, ({ realServers }, counts, total) => {
      const sum = Object.values(realServers).reduce((all, { weight }) => all + weight, 0);
      const wrong = Object.entries(realServers).find(([name, { weight }]) => counts[name] !== (total * weight) / sum);
      return wrong && `${wrong[0]} must give ${(total * wrong[1].weight) / sum} of ${total} answers`;
    }),
  },
  {
    name: "source-hash",
    title:
      "sh and mh: each source address stays on one real server, and several source addresses spread over all real servers",
    needs: "client",
    applies: (topology) => hashed(topology).length > 0,
    judge: (topology, seen) => merge(hashed(topology).map((server) => staysBySource(topology, server, seen))),
  },
  {
    name: "destination",
    title: "dh, lblc and lblcr: all requests for one VIP go to the same real server while it is not overloaded",
    needs: "client",
    applies: (topology) => byDestination(topology).length > 0,
    judge: judge(byDestination, (_, counts, total) =>
      Object.values(counts).includes(total) ? undefined : "one VIP must always get the same real server",
    ),
  },
  {
    name: "served",
    title: "every virtual server answers every request with a real server's page, whatever its scheduler",
    needs: "client",
    applies: differing,
    judge: (topology, seen) =>
      merge(
        servicesOf(topology).map(({ vip, port, scheduler }): Finding => {
          const at = `${vip}:${port}`;
          const responses = seen.client.throughVip[at] ?? [];
          return {
            problems: allServed(topology, responses, `through ${at} ${scheduler}`),
            seen: `${scheduler} ${responses.length}`,
          };
        }),
      ),
  },
  {
    name: "weighted-failover",
    title: "fo: the real server with the highest weight gets all requests",
    needs: "client",
    applies: (topology) => overflowing(topology).length > 0,
    judge: judge(overflowing, (server, counts, total) => {
      const [name = ""] = heaviest(server);
      return counts[name] === total ? undefined : `${name} must give all ${total} answers`;
    }),
  },
  {
    name: "least-connection",
    title:
      "open connections: lc spreads them evenly, wlc, sed and nq by weight, also with short connections in between",
    needs: "held",
    applies: (topology) => byConnections(topology).length > 0,
    judge: (topology, seen) =>
      merge(
        byConnections(topology).map((server): Finding => {
          const at = `${server.vip}:${server.port} ${server.scheduler}`;
          const drill = seen.held?.[`${server.vip}:${server.port}`];
          if (drill === undefined) return { problems: [`${at}: no connection was held`], seen: "" };
          const total = Object.values(drill.active).reduce((sum, count) => sum + count, 0);
          // With equal loads either server may get the next connection: allow one more or less.
          const wrong = Object.keys(server.realServers).find(
            (name) => Math.abs((drill.active[name] ?? 0) - drill.held * share(server, name)) > TOLERATED,
          );
          return {
            problems: [
              ...(total === drill.held ? [] : [`${at}: ${total} connections are active, must be ${drill.held}`]),
              ...(wrong === undefined
                ? []
                : [
                    `${at}: ${said(drill.active)} of ${drill.held} open connections, ${wrong} must have ${drill.held * share(server, wrong)}`,
                  ]),
            ],
            seen: `${at}: ${drill.held} open connections, ${said(drill.active)}`,
          };
        }),
      ),
  },
  {
    name: "schedulers",
    title: "the kernel's table has each virtual server's scheduler",
    needs: "nodes",
    applies: differing,
    judge: ({ virtualServers, nodes }, seen) => {
      const directors = Object.values(nodes).filter(({ role }) => role === "director");
      const problems = directors.flatMap(({ name }) =>
        virtualServers.flatMap(({ vip, port, scheduler }) => {
          const row = seen.nodes[name]?.ipvs.find((one) => one.address === vip && one.port === port);
          return row?.scheduler === scheduler
            ? []
            : [`${name}: ${vip}:${port} has scheduler ${row?.scheduler ?? "nothing"}, must be ${scheduler}`];
        }),
      );
      return { problems, seen: list([...new Set(virtualServers.map(({ scheduler }) => scheduler))]) };
    },
  },
];
