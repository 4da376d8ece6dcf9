import type { StartSeen } from "../../../components/looks/drilled";
import { balancersOf } from "../../../model/topology/queries";
import type { BalancerNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { holdersNow, moveLimit, returnLimit } from "./failover";
import { until } from "../../wait";

/** Balancers by priority, the highest first. */
export const byPriority = (topology: Topology): BalancerNode[] =>
  [...balancersOf(topology)].sort((a, b) => (b.vrrp?.priority ?? 0) - (a.vrrp?.priority ?? 0));

/** Stops keepalived everywhere, starts it where the priority is lowest, then where it is highest. */
export async function drillStart(session: Session): Promise<StartSeen | undefined> {
  const { topology } = session;
  const names = byPriority(topology).map(({ name }) => name);
  const [second, first] = [names[0], names.at(-1)];
  if (first === undefined || second === undefined || first === second) return undefined;
  const everywhere = (verb: "stop" | "start") =>
    Promise.all(names.map((name) => session.ssh(name, `systemctl ${verb} keepalived`)));
  let holdersAlone: string[] = [];
  let holdersTogether: string[] = [];
  try {
    await everywhere("stop");
    await session.ssh(first, "systemctl start keepalived");
    await until(moveLimit, async () => {
      holdersAlone = await holdersNow(session);
      return holdersAlone.length > 0;
    });
    await session.ssh(second, "systemctl start keepalived");
    await until(returnLimit(topology, second), async () => {
      holdersTogether = await holdersNow(session);
      return holdersTogether.includes(second);
    });
  } finally {
    await everywhere("start");
  }
  return { first, holdersAlone, second, holdersTogether };
}
