import { directorsOf, webServersOf } from "../../../infra/model/members";
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
  readonly needs: "nodes" | "client" | "failover" | keyof Drilled;
  readonly applies: (topology: Topology) => boolean;
  readonly judge: (topology: Topology, seen: LabSeen) => Finding;
};

/** Judges each of some nodes alone; a node that did not answer is a problem of every check that needs it. */
export function each<N extends Node>(
  nodes: readonly N[],
  seen: LabSeen,
  judge: (node: N, seen: NodeSeen) => (string | false)[],
  well: string,
): Finding {
  const problems = nodes.flatMap((node) => {
    const one = seen.nodes[node.name];
    if (one === undefined || !one.reachable) return [`${node.name}: does not answer SSH`];
    return judge(node, one)
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

/** Directors that hold a VIP on an interface (not on lo, where real servers have it). */
export const holdersOf = (topology: Topology, seen: LabSeen, vip: string): string[] =>
  directorsOf(topology)
    .map(({ name }) => name)
    .filter((name) => seen.nodes[name]?.addresses.some((one) => one.address === vip && one.interface !== "lo"));

/** Names in a row. */
export const list = (names: readonly string[]): string => (names.length === 0 ? "nobody" : names.join(", "));

/** Which real server gave an answer, by its page; undefined when none has that page. */
export const serverOf = (topology: Topology, response: Response): string | undefined =>
  response.status === 200 ? webServersOf(topology).find((web) => web.page === response.body)?.name : undefined;

/** An answer in a few words. */
export const describe = (response: Response): string =>
  response.status === 0 ? "no answer" : `${response.status} "${response.body.slice(0, 60)}"`;

/** Several findings as one. */
export const merge = (findings: readonly Finding[]): Finding => ({
  problems: findings.flatMap(({ problems }) => problems),
  seen: findings.map(({ seen }) => seen).join("; "),
});
