import { preempts, servicesOf } from "../../../infra/model/members";
import type { Session } from "../../session";
import { askAll, holdersNow, moveLimit, stayTime, until } from "../observe";
import type { FailoverSeen, Response } from "../seen";

/** What happened when the proxy of the VIP's holder was stopped and started again: the script is to see it. */
export type ProxyStopSeen = Omit<FailoverSeen, "returnedAfter" | "outage" | "rounds">;

/** Stops the proxy, not keepalived, on the VIP's holder, and starts it again: the script that looks after it has to see both. */
export async function drillProxyStop(session: Session): Promise<ProxyStopSeen | undefined> {
  const { topology, lab } = session;
  const service = servicesOf(topology).find(({ vip }) => vip === lab.vip);
  const [stopped] = await holdersNow(session);
  if (stopped === undefined || service === undefined || topology.proxy === undefined) return undefined;
  const { software } = topology.proxy;
  let holdersAfterStop: string[] = [];
  let servedAfterStop: Response[] = [];
  try {
    await session.ssh(stopped, `systemctl stop ${software}`);
    await until(moveLimit, async () => {
      holdersAfterStop = await holdersNow(session);
      return holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped;
    });
    servedAfterStop = await askAll(session, service);
  } finally {
    await session.ssh(stopped, `systemctl start ${software}`);
  }
  const returns = preempts(topology, stopped);
  let holdersAfterStart: string[] = [];
  await until(returns ? moveLimit : stayTime, async () => {
    holdersAfterStart = await holdersNow(session);
    return returns && holdersAfterStart.length === 1 && holdersAfterStart[0] === stopped;
  });
  return {
    stopped,
    holdersAfterStop,
    servedAfterStop,
    holdersAfterStart,
    servedAfterStart: await askAll(session, service),
  };
}
