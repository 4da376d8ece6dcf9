/** What schedulers do, seen from the client: who gives the answers. */
import type { Topology, VirtualServer } from "../../../infra/model/topology";
import { servicesOf } from "../../../infra/model/members";
import { byConnections, share } from "../drills/held";
import { allServed, type Check, describe, type Finding, list, merge, serverOf } from "./check";
import { staysBySource } from "./client";
import type { LabSeen, Response } from "../seen";

const scheduled =
  (...names: readonly VirtualServer["scheduler"][]) =>
  ({ virtualServers }: Topology): VirtualServer[] =>
    virtualServers.filter(({ scheduler, persistence }) => names.includes(scheduler) && persistence === undefined);

/** Real servers whose weights differ: the proportion is what there is to see. */
const weighted = (topology: Topology): VirtualServer[] =>
  scheduled("wrr")(topology).filter(
    ({ realServers }) => new Set(Object.values(realServers).map(({ weight }) => weight)).size > 1,
  );
const hashed = scheduled("sh", "mh");
/** A VIP is one destination: dh's hash of it, and what lblc and lblcr remember for it. */
const byDestination = scheduled("dh", "lblc", "lblcr");
/** With fo, one real server of the highest weight; with several the kernel may take any. */
const overflowing = (topology: Topology): VirtualServer[] =>
  scheduled("fo")(topology).filter((server) => heaviest(server).length === 1);

const heaviest = ({ realServers }: VirtualServer): string[] => {
  const most = Math.max(...Object.values(realServers).map(({ weight }) => weight));
  return Object.keys(realServers).filter((name) => realServers[name]?.weight === most);
};

/** Labs that are about schedulers: they have more than one. */
const differing = ({ virtualServers }: Topology): boolean =>
  new Set(virtualServers.map(({ scheduler }) => scheduler)).size > 1;

type Counts = Readonly<Record<string, number>>;
const said = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");

/** Judges who answered at each of some virtual servers; an answer that is nobody's page is a problem by itself. */
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

/** Connections that a real server may have more or less than its share. */
const TOLERATED = 1;

/** Checks of the schedulers' behaviour; round robin has its own. */
export const SCHEDULERS: readonly Check[] = [
  {
    name: "weighted-round-robin",
    title: "wrr gives every real server its weight's share, counts exact",
    points: { "003": "003-9" },
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
    title: "sh and mh: each source address stays on one real server, and several of them spread over all",
    points: { "003": "003-9" },
    needs: "client",
    applies: (topology) => hashed(topology).length > 0,
    judge: (topology, seen) => merge(hashed(topology).map((server) => staysBySource(topology, server, seen))),
  },
  {
    name: "destination",
    title: "dh, lblc and lblcr: requests for one VIP get the same real server, as long as it is not overloaded",
    points: { "003": "003-9" },
    needs: "client",
    applies: (topology) => byDestination(topology).length > 0,
    judge: judge(byDestination, (_, counts, total) =>
      Object.values(counts).includes(total) ? undefined : "one VIP must always get the same real server",
    ),
  },
  {
    name: "served",
    title: "every virtual server answers every request with a real server's page, whatever its scheduler",
    points: { "003": "003-9" },
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
    title: "fo: the real server of the highest weight gets everything",
    points: { "003": "003-9" },
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
      "connections that stay open: lc spreads them evenly, wlc, sed and nq by weight, whatever short ones come in between",
    points: { "003": "003-9" },
    needs: "held",
    applies: (topology) => byConnections(topology).length > 0,
    judge: (topology, seen) =>
      merge(
        byConnections(topology).map((server): Finding => {
          const at = `${server.vip}:${server.port} ${server.scheduler}`;
          const drill = seen.held?.[`${server.vip}:${server.port}`];
          if (drill === undefined) return { problems: [`${at}: no connection was held`], seen: "" };
          const total = Object.values(drill.active).reduce((sum, count) => sum + count, 0);
          // Equal loads may be broken either way: one connection more or less.
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
    points: { "003": "003-9" },
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
