/** The MASTER hands over on purpose, and takes the VIP back: for work on a director. */
import { balancersOf, hasPair, highestPriority, preempts } from "../../model/topology/queries";
import { UserError } from "../../model/userError";
import type { Session } from "../session/session";
import { handOver, holdersNow, moveLimit, returnLimit } from "../verify/drills/failover";
import { until } from "../wait";

/** What came of a handover. */
export type HandedOver = {
  readonly vip: string;
  readonly from: string;
  readonly to: string;
  /** Seconds until the other one was seen to have it. */
  readonly seconds: number;
  /** Whether keepalived stays stopped on the old MASTER, for it would take the VIP back. */
  readonly stopped: boolean;
};

/** What came of the return. */
export type HandedBack = { readonly vip: string; readonly started: readonly string[]; readonly holder: string };

function checkPair({ topology }: Session): void {
  if (!hasPair(topology))
    throw new UserError(`failover: got lab ${topology.name}, need a lab whose directors share a VIP`);
}

/** Balancers on which keepalived does not run. */
async function stoppedOn(session: Session): Promise<string[]> {
  const each = balancersOf(session.topology).map(async ({ name }) =>
    (await session.ssh(name, "systemctl is-active --quiet keepalived")).code === 0 ? [] : [name],
  );
  return (await Promise.all(each)).flat();
}

/**
 * Stops keepalived on the MASTER: it says farewell, and its successor waits for the skew time only. Where nobody preempts it is started again.
 * `name` is the lab's for commands.
 */
export async function failOver(session: Session, name: string): Promise<HandedOver> {
  checkPair(session);
  const { topology, lab } = session;
  const [holders, stopped] = await Promise.all([holdersNow(session), stoppedOn(session)]);
  const [from] = holders;
  if (from === undefined || holders.length > 1)
    throw new UserError(
      `failover: ${lab.vip} is held by ${holders.join(" and ") || "nobody"}, need one director: ./scripts/lab verify says what is wrong`,
    );
  if (balancersOf(topology).every((one) => one.name === from || stopped.includes(one.name)))
    throw new UserError(
      `failover: keepalived runs on ${from} alone, need another one that takes ${lab.vip} (fix: ./scripts/lab failover ${name} --back, which starts it on ${stopped.join(", ")})`,
    );
  const begun = performance.now();
  const to = await handOver(session, from);
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const stays = to !== undefined && preempts(topology, from);
  if (!stays) await session.ssh(from, "systemctl start keepalived");
  if (to === undefined)
    throw new UserError(
      `failover: nobody had ${lab.vip} ${moveLimit} s after keepalived was stopped on ${from}; it is started again: ./scripts/lab verify says what is wrong`,
    );
  return { vip: lab.vip, from, to, seconds, stopped: stays };
}

/** Starts keepalived where it does not run, and waits until the one that must have the VIP has it. */
export async function failBack(session: Session): Promise<HandedBack> {
  checkPair(session);
  const { topology, lab } = session;
  const started = await stoppedOn(session);
  for (const name of started) await session.ssh(name, "systemctl start keepalived");
  const best = highestPriority(topology)?.name ?? "";
  const returns = preempts(topology, best);
  let holders: readonly string[] = [];
  await until(returnLimit(topology, best), async () => {
    holders = await holdersNow(session);
    return holders.length === 1 && (!returns || holders[0] === best);
  });
  const [holder, second] = holders;
  if (holder === undefined || second !== undefined || (returns && holder !== best))
    throw new UserError(
      `failover --back: ${lab.vip} is held by ${holders.join(" and ") || "nobody"}, need ${returns ? best : "one director"}: ./scripts/lab verify says what is wrong`,
    );
  return { vip: lab.vip, started, holder };
}

/** Both in words. */
export const handedOverText = ({ vip, from, to, seconds, stopped }: HandedOver, lab: string): string =>
  [
    `${from} has handed ${vip} over: ${to} has it now, seen after ${seconds} s`,
    stopped
      ? `keepalived stays stopped on ${from}, for it would take the VIP back: ./scripts/lab failover ${lab} --back starts it`
      : `keepalived runs again on ${from}, which leaves the VIP where it is`,
  ].join("\n");

export const handedBackText = ({ vip, started, holder }: HandedBack): string =>
  `keepalived ${started.length === 0 ? "ran everywhere" : `is started on ${started.join(", ")}`}: ${holder} has ${vip}`;
