import { ConfigError, type Problem, problemText } from "../../../model/topology/error";
import { parseTopology } from "../../../documents/load";
import type { Topology } from "../../../model/topology/topology";
import type { VirtualServer } from "../../../model/keepalived/config/servers";
import { byPosition, isSamePosition, type Position } from "../../../model/keepalived/finding";
import type { Reading } from "../../../model/keepalived/read";
import { type Cluster, clustersOf, type Member, vipsOf } from "../../../model/plan/clusters";
import { planOf, readingOf } from "../../../model/plan/site";
import type { Input } from "../../audit/input";
import { cardOfMember } from "../cards";
import { addressesOf } from "./cards";
import { compareWith } from "./compare";
import type { Unsaid } from "./unsaid";
import type { WrittenTopology } from "./data";
import { namesInComments } from "../names";
import { labelOf } from "./services";
import { type Made, topologyOf, type Wanted } from "./topology";
import { type Variant, variantsOf } from "./variants";

/** The result for a site: a topology and what it does not say, or the reason why there is none. */
export interface Imported {
  /** whole: the topology says all that the files say. */
  readonly verdict: "whole" | "partial" | "none";
  readonly data?: WrittenTopology;
  readonly topology?: Topology;
  readonly unsaid: readonly Unsaid[];
  /** Assumptions about what the files do not say, each a sentence. */
  readonly assumed: readonly string[];
  /** The number of things that the files say. */
  readonly all: number;
}

export interface ImportOptions {
  /** The lab's name. */
  readonly name: string;
  readonly hasPassword: boolean;
}

const none = (at: Position, what: string, reason: string): Imported => ({
  verdict: "none",
  unsaid: [{ at, what, reason }],
  assumed: [],
  all: 0,
});

/** The virtual router of the lab: the one with the most virtual servers, or among equals with the most machines. */
function chosen(clusters: readonly Cluster[]): readonly Member[] {
  const weigh = ({ members: [first, ...others] }: Cluster): number => {
    if (!first || first.instance.family !== "inet" || !first.instance.virtualRouterId) return -1;
    if (addressesOf(first.instance, cardOfMember(first)).vips.length === 0) return -1;
    const vips = vipsOf(first.instance);
    const served = first.node.config.virtualServers.filter(
      ({ service }) => service.kind === "address" && vips.includes(service.address),
    );
    return served.length * 100 + others.length;
  };
  const ranked = [...clusters].sort((a, b) => weigh(b) - weigh(a));
  const [best] = ranked;
  if (!best || weigh(best) < 0) return [];
  // If a machine has two instances of it, the first one counts.
  return best.members.filter(({ node }, index, all) => all.findIndex((other) => other.node === node) === index);
}

/** The first variant that `lab check` accepts, or the problems of the plain one. */
function taken(data: WrittenTopology): { topology: Topology; variant: Variant } | readonly Problem[] {
  let problems: readonly Problem[] = [];
  for (const variant of variantsOf(data))
    try {
      return { topology: parseTopology(variant.data, "the topology"), variant };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // Report the problems of the last variant: they remain after everything possible was done.
      problems = error.problems;
    }
  return problems;
}

/** The virtual server of a problem. */
const serverOf = ({ path }: Problem, { services }: Made): VirtualServer | undefined =>
  services[Number(/^virtualServers\[(\d+)\]/.exec(path)?.[1] ?? Number.NaN)]?.from;

/** Makes a topology from a site's keepalived.conf files, and compares it with them. */
export function importSite({ machines, facts }: Input, { name, hasPassword }: ImportOptions): Imported {
  const plan = planOf(machines, facts);
  const readings = new Map(machines.map((machine) => [machine.name, readingOf(machine, facts)]));
  const start: Position = { file: plan.nodes[0]?.config.file ?? "", line: 1, column: 1 };
  const [first, ...others] = chosen(clustersOf(plan));
  if (!first)
    return none(
      plan.nodes.flatMap(({ config }) => config.instances)[0]?.at ?? start,
      "vrrp_instance",
      "no instance has a virtual_router_id and a VIP of IPv4, and a lab with keepalived has one",
    );
  const called = new Map([...readings.values()].flatMap(({ tree }) => [...namesInComments(tree.sources)]));
  const base = { name, plan, members: [first, ...others], called, hasPassword } satisfies Omit<Wanted, "without">;
  const without = new Map<VirtualServer, string>();
  for (;;) {
    const made = topologyOf({ ...base, without: new Set(without.keys()) });
    // Without virtual servers it would be a lab with proxies, which is not what these files say.
    if (made.services.length === 0 && first.node.config.virtualServers.length > 0)
      return { verdict: "none", unsaid: refusedOf(made, without), assumed: [], all: 0 };
    const found = taken(made.data);
    if ("topology" in found) return judged(base, made, found, without, readings);
    const faulty = found.flatMap((problem) => {
      const server = serverOf(problem, made);
      return server ? [{ server, reason: problemText(problem) }] : [];
    });
    if (faulty.length === 0) {
      const refused = found.map((problem) => ({
        at: serverOf(problem, made)?.at ?? first.instance.at,
        what: serverOf(problem, made) ? "virtual_server" : "vrrp_instance",
        reason: `the topology would be refused: ${problemText(problem)}`,
      }));
      return { verdict: "none", unsaid: refused, assumed: [], all: 0 };
    }
    for (const { server, reason } of faulty) without.set(server, reason);
  }
}

/** The virtual servers that the topology does not have, and why. */
const refusedOf = ({ refused }: Made, without: ReadonlyMap<VirtualServer, string>): readonly Unsaid[] =>
  [...without, ...refused.map(({ server, reason }) => [server, reason] as const)].map(([server, reason]) => ({
    at: server.at,
    what: labelOf(server),
    reason,
  }));

function judged(
  { members, plan }: Omit<Wanted, "without">,
  made: Made,
  { topology, variant }: { topology: Topology; variant: Variant },
  without: ReadonlyMap<VirtualServer, string>,
  readings: ReadonlyMap<string, Reading>,
): Imported {
  const [first] = members;
  const pass = first.instance.authentication?.pass.value.reveal();
  const refused = refusedOf(made, without);
  let all = 0;
  const unsaid: Unsaid[] = [];
  for (const node of plan.nodes) {
    const member = members.find((one) => one.node === node);
    const host = made.directors.get(node.name);
    if (!member || host === undefined) {
      const at = { file: node.config.file, line: 1, column: 1 };
      unsaid.push({ at, what: node.name, reason: "the machine has no part in the instance of the lab" });
      continue;
    }
    const script = member.instance.trackScript
      .map(({ value }) => value.name)
      .find((one) => node.config.scripts.some((known) => known.name === one));
    const statements = readings.get(node.name)?.tree.statements ?? [];
    const side = {
      statements,
      config: node.config,
      instance: member.instance.name,
      card: cardOfMember(member),
      script,
    };
    const compared = compareWith(side, topology, host, topology.vrrp?.authentication && pass);
    all += compared.all;
    const found = compared.unsaid.map((one) => {
      const known = refused.find(({ at }) => isSamePosition(at, one.at));
      return known ? { ...one, reason: known.reason } : one;
    });
    const order = ({ at }: Unsaid): number => node.config.files.indexOf(at.file);
    unsaid.push(...found.sort((a, b) => order(a) - order(b) || byPosition(a.at, b.at)));
  }
  return {
    verdict: unsaid.length === 0 ? "whole" : "partial",
    data: variant.data,
    topology,
    unsaid,
    assumed: [...made.assumed, ...variant.assumed],
    all,
  };
}
