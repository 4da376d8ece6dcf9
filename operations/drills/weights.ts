/** Weights of real servers in the directors' tables, changed while they run. */
import { parseIpvs } from "../../components/looks/ipvs";
import { balancersOf, directorsOf } from "../../model/topology/queries";
import type { Topology, VirtualServer } from "../../model/topology/topology";
import { UserError } from "../../model/userError";
import type { Session } from "../session/session";
import { type Act, type Hands, performAll } from "./act";
import { addressFor } from "./realServers";

/** ipvsadm's flag for the way of packets (ipvsadm(8)). */
const WAYS: Readonly<Record<VirtualServer["forwarding"], string>> = { DR: "-g", NAT: "-m", TUN: "-i" };

/** Gives a real server a weight in the table of every director, for each virtual server that has it. */
export function weigh(topology: Topology, server: string, weightOf: (configured: number) => number): Act[] {
  return balancersOf(topology).flatMap(({ name }): Act[] => {
    const commands = topology.virtualServers.flatMap(({ vip, port, protocol, forwarding, realServers }) => {
      const own = realServers[server];
      if (own === undefined) return [];
      const at = `${addressFor(topology, name, server)}:${own.port}`;
      const service = `${protocol === "UDP" ? "-u" : "-t"} ${vip}:${port}`;
      return [`ipvsadm -e ${service} -r ${at} ${WAYS[forwarding]} -w ${weightOf(own.weight)}`];
    });
    return commands.length === 0 ? [] : [{ do: "run", node: name, command: commands.join(" && ") }];
  });
}

/** drain: weight 0, no new connection (ipvsadm(8), quiescent); undrain: the topology's own weight. */
export type Weighing = "drain" | "undrain";

export const WEIGHTS: Readonly<Record<Weighing, (configured: number) => number>> = {
  drain: () => 0,
  undrain: (weight) => weight,
};

/** What became of a real server. */
export type Weighed = {
  readonly server: string;
  readonly directors: readonly string[];
  /** Its open connections, all directors together. */
  readonly active: number;
};

/** Drains a real server of a running lab, or ends that. Refuses a machine that no director balances to. */
export async function weighServer(hands: Hands, verb: Weighing, server: string): Promise<Weighed> {
  const { topology } = hands.session;
  const acts = weigh(topology, server, WEIGHTS[verb]);
  if (acts.length === 0) {
    const known = [...new Set(topology.virtualServers.flatMap(({ realServers }) => Object.keys(realServers)))];
    const need = known.length === 0 ? "a lab whose directors have virtual servers" : `one of: ${known.join(", ")}`;
    throw new UserError(`${verb}: got ${known.length === 0 ? `lab ${topology.name}` : server}, need ${need}`);
  }
  await performAll(hands, acts);
  const directors = directorsOf(topology).map(({ name }) => name);
  const counts = await Promise.all(directors.map((director) => activeOn(hands.session, director, server)));
  return { server, directors, active: counts.reduce((sum, count) => sum + count, 0) };
}

/** A real server's open connections, as a director counts them. */
async function activeOn(session: Session, director: string, server: string): Promise<number> {
  const address = addressFor(session.topology, director, server);
  const { stdout } = await session.ssh(director, "cat /proc/net/ip_vs");
  return parseIpvs(stdout, "")
    .flatMap(({ realServers }) => realServers)
    .filter((one) => one.address === address)
    .reduce((sum, { connections }) => sum + (connections?.active ?? 0), 0);
}

/** The same in words. */
export function weighedText(verb: Weighing, { server, directors, active }: Weighed, lab: string): string {
  const on = directors.join(", ");
  return verb === "drain"
    ? `${server} has weight 0 on ${on}: it gets no new connection; open: ${active}\n./scripts/lab undrain ${lab} ${server} gives it its weight again`
    : `${server} has the topology's weight again on ${on}`;
}
