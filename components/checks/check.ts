import {
  balancersOf,
  highestPriority,
  type Service,
  servedPage,
  servicesOf,
  webServersOf,
} from "../../model/topology/queries";
import type { Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import type { Drilled } from "../looks/drilled";
import type { LabSeen } from "../looks/lab";
import type { NodeSeen } from "../looks/machine";
import type { Response } from "../looks/page";
import type { UnitsSeen } from "../looks/units";

/** The result of a check: every difference between the lab and its topology. Each names the node and what was seen. */
export type Finding = {
  readonly problems: readonly string[];
  /** What was seen if the check passes, in one line. */
  readonly seen: string;
  /** A table of all that was seen, with its heading; undefined: the line says it. */
  readonly rows?: readonly (readonly string[])[];
};

/** A property of a running lab, judged from what was seen. It is a pure function, so it can be tested without a lab. */
export type Check = {
  readonly name: string;
  /** What it proves, in one line. */
  readonly title: string;
  /** What has to be looked at. */
  readonly needs: "nodes" | "client" | keyof Drilled;
  readonly applies: (topology: Topology) => boolean;
  /** Whether it runs only in a lab whose document has a point for it, because it disturbs more than others. Default: no. */
  readonly onlyWithPoint?: boolean;
  /** Whether it runs only with `verify --predictions`, or by its name, because it takes minutes. Default: no. */
  readonly onlyWhenAsked?: boolean;
  readonly judge: (topology: Topology, seen: LabSeen) => Finding;
};

/** Judges each node alone. A node that did not answer is a problem of every check that needs it. */
export const each = <N extends Node>(
  nodes: readonly N[],
  seen: LabSeen,
  judge: (node: N, seen: NodeSeen) => (string | false)[],
  well: string,
): Finding =>
  eachSeen(
    nodes,
    (node) => {
      const one = seen.nodes[node.name];
      return one?.reachable ? one : "does not answer SSH";
    },
    judge,
    well,
  );

/** The same for any look at a node. A look that saw nothing returns the reason. */
export function eachSeen<N extends Node, Seen extends object>(
  nodes: readonly N[],
  look: (node: N) => Seen | string,
  judge: (node: N, seen: Seen) => (string | false)[],
  well: string,
): Finding {
  const problems = nodes.flatMap((node) => {
    const seen = look(node);
    return (typeof seen === "string" ? [seen] : judge(node, seen))
      .filter((problem) => problem !== false)
      .map((problem) => `${node.name}: ${problem}`);
  });
  return { problems, seen: well };
}

/** The problem text for a wrong value; false: the value is right. */
export const differs = (what: string, got: string, want: string): string | false =>
  got !== want && `${what} is ${got || "nothing"}, must be ${want}`;

/** Problems with a unit that must run, now and at boot. `name` is what messages call it. */
export const runs = (units: UnitsSeen, unit: string, name = `${unit}.service`): (string | false)[] => [
  differs(name, units[unit]?.active ?? "", "active"),
  differs(`${name} at boot`, units[unit]?.enabled ?? "", "enabled"),
];

/** Problems with the net.ipv4.conf settings of a node. */
export const sysctls = (node: NodeSeen, names: readonly string[], wanted: Readonly<Record<string, string>>) =>
  names.flatMap((name) =>
    Object.entries(wanted).map(([key, value]) =>
      differs(`net.ipv4.conf.${name}.${key}`, node.sysctls[`${name}.${key}`] ?? "", value),
    ),
  );

/** Balancers that hold a VIP on an interface other than lo, where real servers have it. */
export const holdersOf = (topology: Topology, seen: Pick<LabSeen, "nodes">, vip: string): string[] =>
  balancersOf(topology)
    .map(({ name }) => name)
    .filter((name) => seen.nodes[name]?.addresses.some((one) => one.address === vip && one.interface !== "lo"));

/** The node that must hold the VIP: the one with the highest priority. Undefined: preemption is off, and the node that started first keeps it. */
export const expectedMaster = (topology: Topology): string | undefined =>
  balancersOf(topology).some(({ vrrp }) => vrrp?.nopreempt) ? undefined : highestPriority(topology)?.name;

/** The owner of a MAC. */
export const ownerOf = ({ nodes }: Topology, mac: string): string =>
  Object.values(nodes).find((node) => Object.values(node.interfaces).some((one) => one.mac === mac))?.name ?? mac;

/** Names as one text. */
export const list = (names: readonly string[]): string => (names.length === 0 ? "nobody" : names.join(", "));

/** The real server that gave an answer, by its page and, if present, its X-Served-By header; undefined: none of them. */
export const serverOf = (topology: Topology, { status, body, servedBy }: Response): string | undefined =>
  webServersOf(topology).find(
    (web) =>
      status === 200 && servedPage(topology, web) === body && (web.contentFrom === undefined || servedBy === web.name),
  )?.name;

/** A short description of an answer. */
export const describe = (response: Response): string =>
  response.status === 0 ? "no answer" : `${response.status} "${response.body.slice(0, 60)}"`;

/** Joins several findings into one. */
export const merge = (findings: readonly Finding[]): Finding => ({
  problems: findings.flatMap(({ problems }) => problems),
  seen: findings.map(({ seen }) => seen).join("; "),
});

/** Judges the failover drill. If the drill could not be done, the check fails. */
export const failover =
  (judge: (topology: Topology, drill: NonNullable<LabSeen["failover"]>) => Finding) =>
  (topology: Topology, seen: LabSeen): Finding =>
    seen.failover === undefined
      ? { problems: ["no director holds the VIP, so there is nothing to fail over"], seen: "" }
      : judge(topology, seen.failover);

/** Whether every real server must get the same number of requests, in turn. */
export const plainRoundRobin = (server: Service): boolean => {
  const weights = Object.values(server.realServers).map(({ weight }) => weight);
  return ["rr", "wrr"].includes(server.scheduler) && server.persistence === undefined && new Set(weights).size === 1;
};

/** Every answer must be a real server's page. */
export const allServed = (topology: Topology, responses: readonly Response[], when: string): string[] => {
  const lost = responses.find((response) => serverOf(topology, response) === undefined);
  if (responses.length === 0) return [`client: was not asked ${when}`];
  return lost === undefined ? [] : [`client: got ${describe(lost)} ${when}`];
};

/** Every real server must be among the answers. */
export const servedByAll = (topology: Topology, responses: readonly Response[], when: string): string[] => {
  const server = servicesOf(topology)[0];
  const from = responses.map((response) => serverOf(topology, response));
  const lost = responses.filter((_, index) => from[index] === undefined);
  if (lost[0] !== undefined)
    return [`client: ${lost.length} of ${responses.length} requests ${when} got ${describe(lost[0])}`];
  if (responses.length === 0) return [`client: was not served ${when}`];
  return server !== undefined && plainRoundRobin(server)
    ? Object.keys(server.realServers)
        .filter((name) => !from.includes(name))
        .map((name) => `${name}: gave no answer ${when}`)
    : [];
};
