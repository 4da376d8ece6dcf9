import { balancersOf, type Service, servedPage, servicesOf, webServersOf } from "../../../infra/model/members";
import type { Node, Topology } from "../../../infra/model/topology";
import type { Drilled, LabSeen, NodeSeen, Response } from "../seen";

/** What a check has to say: every way in which the lab differs from its topology, each naming the node and what was seen. */
export type Finding = {
  readonly problems: readonly string[];
  /** What was seen when all is well, one line. */
  readonly seen: string;
};

/** A property of a running lab, judged from what was seen; a pure function, so that it is tested without a lab. */
export type Check = {
  readonly name: string;
  /** What it proves, one line. */
  readonly title: string;
  /** Its numbered point by source document (acceptance list). */
  readonly points: Readonly<Record<string, string>>;
  /** What has to be looked at. */
  readonly needs: "nodes" | "client" | keyof Drilled;
  readonly applies: (topology: Topology) => boolean;
  readonly judge: (topology: Topology, seen: LabSeen) => Finding;
};

/** Judges each of some nodes alone; a node that did not answer is a problem of every check that needs it. */
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

/** The same by any look at a node; one that saw nothing says so. */
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

/** A value that is not what it must be, in words. */
export const differs = (what: string, got: string, want: string): string | false =>
  got !== want && `${what} is ${got || "nothing"}, must be ${want}`;

/** Settings of net.ipv4.conf that a node must have. */
export const sysctls = (node: NodeSeen, names: readonly string[], wanted: Readonly<Record<string, string>>) =>
  names.flatMap((name) =>
    Object.entries(wanted).map(([key, value]) =>
      differs(`net.ipv4.conf.${name}.${key}`, node.sysctls[`${name}.${key}`] ?? "", value),
    ),
  );

/** Balancers that hold a VIP on an interface (not on lo, where real servers have it). */
export const holdersOf = (topology: Topology, seen: Pick<LabSeen, "nodes">, vip: string): string[] =>
  balancersOf(topology)
    .map(({ name }) => name)
    .filter((name) => seen.nodes[name]?.addresses.some((one) => one.address === vip && one.interface !== "lo"));

/** Whose MAC that is. */
export const ownerOf = ({ nodes }: Topology, mac: string): string =>
  Object.values(nodes).find((node) => Object.values(node.interfaces).some((one) => one.mac === mac))?.name ?? mac;

/** Names in a row. */
export const list = (names: readonly string[]): string => (names.length === 0 ? "nobody" : names.join(", "));

/** Which real server gave an answer, by its page and, where it names itself, its header; undefined: none of them did. */
export const serverOf = (topology: Topology, { status, body, servedBy }: Response): string | undefined =>
  webServersOf(topology).find(
    (web) =>
      status === 200 && servedPage(topology, web) === body && (web.contentFrom === undefined || servedBy === web.name),
  )?.name;

/** An answer in a few words. */
export const describe = (response: Response): string =>
  response.status === 0 ? "no answer" : `${response.status} "${response.body.slice(0, 60)}"`;

/** Several findings as one. */
export const merge = (findings: readonly Finding[]): Finding => ({
  problems: findings.flatMap(({ problems }) => problems),
  seen: findings.map(({ seen }) => seen).join("; "),
});

/** A check that judges the failover drill; one that could not be done is a failure. */
export const failover =
  (judge: (topology: Topology, drill: NonNullable<LabSeen["failover"]>) => Finding) =>
  (topology: Topology, seen: LabSeen): Finding =>
    seen.failover === undefined
      ? { problems: ["no director holds the VIP, so there is nothing to fail over"], seen: "" }
      : judge(topology, seen.failover);

/** Whether every server gets the same number of requests, in turn. */
export const plainRoundRobin = (server: Service): boolean => {
  const weights = Object.values(server.realServers).map(({ weight }) => weight);
  return ["rr", "wrr"].includes(server.scheduler) && server.persistence === undefined && new Set(weights).size === 1;
};

/** Every answer must be some real server's page. */
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
