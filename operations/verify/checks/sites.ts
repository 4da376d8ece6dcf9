/** Checks of directors that bring their own configurations: keepalived itself, its VIPs, its table, its services, and what predict says of it. */
import { type Check, eachSeen, each, type Finding, list, runs } from "../../../components/checks/check";
import { allVips, type Router, routersOf } from "../../../components/checks/masters";
import { expectedRows, rowsOf, seenRows } from "../../../components/checks/ownTable";
import { areTold, type Asked, askedOf, askedVips, conversationOf } from "../../../components/checks/asked";
import type { DaemonSeen } from "../../../components/looks/daemon";
import type { ServiceAnswers } from "../../../components/looks/drilled";
import type { LabSeen } from "../../../components/looks/lab";
import { checkerFacts, statesIn, vrrpFacts } from "../../../model/plan/understood/dump";
import { expectedFacts } from "../../../model/plan/understood/expected";
import { type Fact, misunderstandings, shown } from "../../../model/plan/understood/fact";
import type { Member } from "../../../model/plan/clusters";
import type { Node as PlanNode, Plan } from "../../../model/plan/plan";
import type { Address } from "../../../model/keepalived/kinds/vip";
import { canonical } from "../../../model/plan/addresses";
import type { VrrpInstance } from "../../../model/keepalived/config/instances";
import { compile } from "../../../model/topology/compile";
import { hasInstances, isSite, ownDirectorsOf } from "../../../model/topology/own/config";
import type { DirectorNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";

/** What a director's plan says, by its name. */
const planNode = ({ nodes }: Plan, { name }: DirectorNode): PlanNode | undefined =>
  nodes.find((one) => one.name === name);

/** A place where a VIP must be. */
type Place = { readonly address: string; readonly prefix: number; readonly card: string | undefined };

/** Where an instance has its VIPs. The daemon chooses the card itself if it makes one (use_vmac). */
function placesOf(instance: VrrpInstance): readonly Place[] {
  const isOwn = instance.useVmac !== undefined || instance.useIpvlan !== undefined;
  const place = ({ address, prefix, dev }: Address): Place => ({
    address: canonical(address),
    prefix,
    card: dev ?? (isOwn ? undefined : instance.interface?.value),
  });
  return [...instance.virtualIpaddress, ...instance.virtualIpaddressExcluded].map(({ value }) => place(value));
}

/** The VIPs of a virtual router where they are, against where they must be. */
function clusterProblems({ members, masters }: Router, seen: LabSeen): readonly string[] {
  return members.flatMap(({ node, instance }) => {
    const held = (seen.nodes[node.name]?.addresses ?? []).filter((one) => one.interface !== "lo");
    return placesOf(instance).flatMap(({ address, prefix, card }): readonly string[] => {
      const at = held.filter((one) => one.address === address);
      const must = masters.includes(node.name);
      const where = `${address} of ${instance.name}`;
      if (!must) return at.length === 0 ? [] : [`${node.name}: holds ${where}, which must be on ${list(masters)}`];
      const [one, other] = at;
      if (one === undefined) return [`${node.name}: does not hold ${where}`];
      return [
        ...(other === undefined ? [] : [`${node.name}: holds ${where} on ${one.interface} and ${other.interface}`]),
        ...(card === undefined || one.interface === card
          ? []
          : [`${node.name}: ${where} is on ${one.interface}, must be on ${card}`]),
        ...(one.prefixLength === prefix ? [] : [`${node.name}: ${where} is /${one.prefixLength}, must be /${prefix}`]),
      ];
    });
  });
}

/** Judges what each director's keepalived says of itself. */
const ofDaemons = (
  topology: Topology,
  { daemons: all = {} }: LabSeen,
  judge: (node: DirectorNode, seen: DaemonSeen) => (string | false)[],
  well: string,
): Finding =>
  eachSeen(
    ownDirectorsOf(topology),
    ({ name }) => {
      const one = all[name];
      return one?.parserCode === undefined ? "does not say what its keepalived does" : one;
    },
    judge,
    well,
  );

/**
 * Lines of a log that tell of a process that ended by itself, or of a file that the daemon does not take. What it said of a file is over
 * once it has read the files again (keepalived/core/main.c says "Reloading ..." first).
 */
const troubleIn = (log: readonly string[]): readonly string[] => [
  ...log.filter((line) => /\b(died|respawning|exited due to signal|exited with permanent error)/i.test(line)),
  ...log.slice(log.lastIndexOf("Reloading ...") + 1).filter((line) => /\bLine \d+\)/.test(line)),
];

/**
 * What keepalived says of a file that it runs as it is meant: vrrp_iptables where it has nftables alone, scripts that run as root without `enable_script_security`, as those of most
 * sites do, and an instance that tracks its own interface, as each does anyway (keepalived/vrrp/vrrp.c, core/main.c).
 */
const HARMLESS = [
  /^SECURITY VIOLATION - [a-z/ ]*scripts are being executed but script_security not enabled/,
  /^WARNING - default user 'keepalived_script'/,
  /^\(.*\) Ignoring track_interface \S+ since own interface$/,
  /iptables not supported, using nftables instead/,
];
const isHarmless = (line: string): boolean => HARMLESS.some((one) => one.test(line));

/** Where the file differs from what the daemon goes by, with the place in the file. */
const factsIn = ({ vrrp, checker }: DaemonSeen): readonly Fact[] => [...vrrpFacts(vrrp), ...checkerFacts(checker)];

/** Judges the answers of one virtual server. */
function answerProblems(name: string, wanted: Asked | undefined, seen: ServiceAnswers | undefined): readonly string[] {
  if (wanted === undefined || "unasked" in wanted) return [];
  if (seen === undefined || "unasked" in seen || seen.names.length === 0) return [`${name}: was not asked`];
  const strange = seen.names.find((one) => !wanted.from.includes(one));
  const silent = wanted.takesTurns ? wanted.from.filter((one) => !seen.names.includes(one)) : [];
  return [
    ...(strange === undefined ? [] : [`${name}: got ${strange}, must be one of ${list(wanted.from)}`]),
    ...(strange === undefined && silent.length > 0
      ? [`${name}: ${list(silent)} gave none of ${seen.names.length} answers, though its scheduler gives each its turn`]
      : []),
  ];
}

/** The part of the connections that must go on: 99 %. */
const SURVIVE = 0.99;

/** Persistent services of which the client got several servers. */
function strays(
  wanted: readonly (readonly [string, Asked])[],
  services: Readonly<Record<string, ServiceAnswers>>,
): readonly string[] {
  const got = new Map<string, Set<string>>();
  for (const [name, one] of wanted) {
    const seen = services[name];
    if ("unasked" in one || one.staysIn === undefined || seen === undefined || "unasked" in seen) continue;
    const known = got.get(one.staysIn) ?? new Set();
    got.set(one.staysIn, new Set([...known, ...seen.names.filter((server) => one.from.includes(server))]));
  }
  return [...got].flatMap(([of, names]) =>
    names.size < 2 ? [] : [`${of}: got ${list([...names])}, though it is persistent`],
  );
}

export const SITES: readonly Check[] = [
  {
    name: "own-runs",
    title:
      "keepalived runs on every director, now and at boot, has not fallen since its start, and its parser takes the files",
    needs: "daemons",
    applies: isSite,
    judge: (topology, seen) => {
      const plan = compile(topology);
      return ofDaemons(
        topology,
        seen,
        (node, { parserCode, parserLines, restarts, log }) => {
          // What the reader of these files knows the parser to refuse was told before the lab was made.
          const findings = planNode(plan, node)?.findings ?? [];
          const said = parserLines.filter((line) => !isHarmless(line));
          const isKnown = findings.some(({ refused }) => refused) || (said.length === 0 && parserLines.length > 0);
          const isFound = (line: string): boolean => findings.some((one) => line.includes(`Line ${one.line})`));
          return [
            ...runs(seen.nodes[node.name]?.units ?? {}, "keepalived"),
            restarts > 0 && `systemd started keepalived again ${restarts} times`,
            ...troubleIn(log)
              .filter((line) => !isFound(line) && !isHarmless(line))
              .map((line) => `its log says: ${line}`),
            ...(parserCode === 0 || isKnown
              ? []
              : (said.length === 0 ? [`exit code ${parserCode}`] : said).map(
                  (line) => `keepalived --config-test: ${line}`,
                )),
          ];
        },
        "active and enabled, never restarted, the parser takes every file",
      );
    },
  },
  {
    name: "states",
    title: "every director's keepalived says the state of each instance that predict says",
    needs: "daemons",
    applies: hasInstances,
    judge: (topology, seen) => {
      const says = ({ node, instance }: Member): boolean =>
        statesIn(seen.daemons?.[node.name]?.vrrp ?? "")[instance.name] === "MASTER";
      const routers = routersOf(topology, seen.nodes, says);
      return ofDaemons(
        topology,
        seen,
        ({ name }, { vrrp }) => {
          const states = statesIn(vrrp);
          return routers.flatMap(({ members, masters }) =>
            members
              .filter(({ node }) => node.name === name)
              .map(({ instance }) => {
                const state = states[instance.name] ?? "nothing";
                const isMaster = masters.includes(name);
                const must = isMaster ? "MASTER" : "BACKUP";
                return (state === "MASTER") !== isMaster && `${instance.name} is ${state}, must be ${must}`;
              }),
          );
        },
        routers.map((router) => `${router.name} MASTER on ${list(router.masters)}`).join("; "),
      );
    },
  },
  {
    name: "understood",
    title: "what keepalived understood (SIGUSR1) is what its files say, value by value",
    needs: "daemons",
    applies: isSite,
    judge: (topology, seen) => {
      const plan = compile(topology);
      const written = (node: DirectorNode): readonly Fact[] => {
        const config = planNode(plan, node)?.config;
        return config === undefined ? [] : expectedFacts(config);
      };
      return ofDaemons(
        topology,
        seen,
        (node, daemon) => misunderstandings(written(node), factsIn(daemon)).map(shown),
        ownDirectorsOf(topology)
          .map((node) => `${node.name} ${written(node).length} values`)
          .join(", "),
      );
    },
  },
  {
    name: "one-holder",
    title: "every VIP of every instance is on the machine that predict names, on its card, with its prefix",
    needs: "nodes",
    applies: hasInstances,
    judge: (topology, seen) => {
      const routers = routersOf(topology, seen.nodes);
      const silent = ownDirectorsOf(topology).filter(({ name }) => seen.nodes[name]?.reachable !== true);
      return {
        problems:
          silent.length > 0
            ? silent.map(({ name }) => `${name}: does not answer SSH`)
            : routers.flatMap((router) => clusterProblems(router, seen)),
        seen: routers
          .map(
            (router) =>
              `${router.name} on ${list(router.masters)}: ${list([...new Set(router.members.flatMap(allVips))])}`,
          )
          .join("; "),
      };
    },
  },
  {
    name: "own-table",
    title:
      "each director's IPVS table has the virtual servers of its configuration, with scheduler, flags, persistence, real servers and weights",
    needs: "nodes",
    applies: (topology) =>
      isSite(topology) && compile(topology).nodes.some(({ config }) => config.virtualServers.length > 0),
    judge: (topology, seen) =>
      each(
        ownDirectorsOf(topology),
        seen,
        (node, { savedTable = [] }) => {
          const [want, got] = [expectedRows(topology, node.name), seenRows(topology, node.name, savedTable)];
          return [
            ...want.filter((row) => !got.includes(row)).map((row) => `the IPVS table lacks ${row}`),
            ...got
              .filter((row) => !want.includes(row))
              .map((row) => `the IPVS table has ${row}, which is not in its configuration`),
          ];
        },
        ownDirectorsOf(topology)
          .map((node) => `${node.name} ${rowsOf(seen.nodes[node.name]?.savedTable ?? []).length} rows`)
          .join(", "),
      ),
  },
  {
    name: "services-answer",
    title:
      "the client asks every virtual server in its own protocol: one of its real servers answers, with rr and wrr all of them in turn, one alone if it is persistent",
    needs: "answers",
    applies: (topology) => isSite(topology) && Object.keys(askedOf(topology)).length > 0,
    judge: (topology, { answers }) => {
      const wanted = Object.entries(askedOf(topology));
      const services = answers?.services ?? {};
      const told = wanted.map(([name, one]) => {
        const seen = services[name];
        const names = seen === undefined || "unasked" in seen ? [] : seen.names;
        return "unasked" in one ? `${name}: not asked, ${one.unasked}` : `${name}: ${list([...new Set(names)])}`;
      });
      return {
        problems: [
          ...wanted.flatMap(([name, one]) => answerProblems(name, one, services[name])),
          ...strays(wanted, services),
        ],
        seen: told.join("; "),
      };
    },
  },
  {
    name: "vips-answer",
    title: "the client gets an answer from every VIP that no virtual server has: a ping, or ARP",
    needs: "answers",
    applies: (topology) => isSite(topology) && Object.keys(askedVips(topology)).length > 0,
    judge: (topology, { answers }) => {
      const wanted = Object.entries(askedVips(topology));
      const silent = wanted.flatMap(([vip, unasked]) =>
        unasked === undefined && answers?.vips[vip] !== true ? [vip] : [],
      );
      return {
        problems: silent.map((vip) => `client: ${vip} does not answer`),
        seen: wanted
          .map(([vip, unasked]) => `${vip}${unasked === undefined ? "" : `: not asked, ${unasked}`}`)
          .join("; "),
      };
    },
  },
  {
    name: "connections-survive",
    title:
      "connections that are open when keepalived stops go on on the other director: the sync daemon has told it of them",
    needs: "survival",
    applies: (topology) => isSite(topology) && areTold(topology) && conversationOf(topology) !== undefined,
    judge: (_, { survival }) => {
      if (survival === undefined) return { problems: ["no director had the VIP alone, so none was stopped"], seen: "" };
      const { held, known, stopped, moved, before, after } = survival;
      const stop = `keepalived stopped on ${stopped}`;
      const lost = after < SURVIVE * held;
      return {
        problems: [
          before < held && `client: ${before} of ${held} connections answered before it`,
          !moved && `${stop}: no other director got the VIP`,
          moved && lost && `${stop}: ${after} of ${held} connections went on; the other director knew ${known} of them`,
        ].filter((problem) => problem !== false),
        seen: `${stop}: ${after} of ${held} connections went on`,
      };
    },
  },
];
