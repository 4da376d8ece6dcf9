import type { FailoverSeen } from "../../../components/looks/drilled";
import { LIMITS } from "../../../model/limits";
import { balancersOf, highestPriority, preempts, type Service, servicesOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { watchOutage } from "../outage";
import { fetchPage, fetchTimes } from "../requests";
import { parseAddresses } from "../../../components/looks/addresses";
import type { Response } from "../../../components/looks/page";
import { newMail, spoolSizes } from "./mail";
import { until } from "../../wait";

/** Nobody waits longer for the VIP to move: three adverts and the skew are 4 s, an emulated guest may take several times that. */
export const moveLimit = LIMITS.move.seconds;
/** Seconds after which a director that may not preempt is believed: twice the time in which one that may has done it. */
export const stayTime = LIMITS.stay.seconds;
/** A takeover that takes longer than this is tried again: the claim is that it can be faster (000-16). */
const fastTakeover = 1;
const maxRounds = 3;

/** How long a balancer that is back is watched: until it has the VIP, or is believed to leave it. */
export const returnLimit = (topology: Topology, name: string): number =>
  preempts(topology, name)
    ? moveLimit + (balancersOf(topology).find((one) => one.name === name)?.vrrp?.preemptDelay ?? 0)
    : stayTime;

/** Stops keepalived on the VIP's holder, watches the VIP move while the client asks on, and starts it again. */
export async function drillFailover(session: Session): Promise<FailoverSeen | undefined> {
  await highestPriorityHolds(session);
  let best: FailoverSeen | undefined;
  for (let round = 1; round <= maxRounds; round++) {
    const seen = await failoverOnce(session, round);
    if (seen === undefined) return best;
    if (best === undefined || seen.outage < best.outage || seen.holdersAfterStop.length !== 1) best = seen;
    best = { ...best, rounds: round };
    // A client that nobody served is not served sooner in another round, and who does not preempt holds no VIP to stop it on.
    if (best.outage < fastTakeover || best.outage > moveLimit || seen.holdersAfterStop.length !== 1) break;
    await highestPriorityHolds(session);
  }
  return best;
}

/**
 * Where nobody preempts the VIP may be on any balancer. That it stays when its old holder is back says something only if that one has
 * the highest priority: it could have taken it. So it gets the VIP first.
 */
export async function highestPriorityHolds(session: Session): Promise<void> {
  const { topology } = session;
  const best = highestPriority(topology)?.name ?? "";
  const [holder] = await holdersNow(session);
  if (holder === undefined || holder === best || preempts(topology, best)) return;
  try {
    await handOver(session, holder, best);
  } finally {
    await session.ssh(holder, "systemctl start keepalived");
  }
}

/** Stops keepalived on the VIP's holder, and waits until another director, or this one, has it; undefined: nobody had it in time. */
export async function handOver(session: Session, holder: string, to?: string): Promise<string | undefined> {
  await session.ssh(holder, "systemctl stop keepalived");
  let next: string | undefined;
  await until(moveLimit, async () => {
    next = (await holdersNow(session)).find((one) => (to === undefined ? one !== holder : one === to));
    return next !== undefined;
  });
  return next;
}

/** Balancers that hold the first VIP now. Only the addresses are read, only theirs: this is asked again and again while it moves. */
export async function holdersNow(session: Session): Promise<string[]> {
  const { vip } = session.lab;
  const addresses = balancersOf(session.topology).map(async ({ name }) => {
    const { stdout } = await session.ssh(name, "ip -json -4 address");
    return parseAddresses(stdout.trim()).some((one) => one.address === vip && one.interface !== "lo") ? [name] : [];
  });
  return (await Promise.all(addresses)).flat();
}

/** Asks through the first VIP until each server could have answered twice. */
export const askAll = (session: Session, { port, realServers }: Service): Promise<Response[]> =>
  fetchTimes(session, Object.keys(realServers).length * 2, { address: session.lab.vip, port });

/** How often the balancers became MASTER since they booted, all together. */
async function timesMaster(session: Session): Promise<number> {
  const counts = balancersOf(session.topology).map(async ({ name }) => {
    const { stdout } = await session.ssh(
      name,
      "journalctl --unit keepalived --output cat --grep 'Entering MASTER STATE' | wc -l",
    );
    return Number(stdout);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function failoverOnce(session: Session, rounds: number): Promise<FailoverSeen | undefined> {
  const { topology } = session;
  const server = servicesOf(topology).find(({ vip }) => vip === session.lab.vip);
  const [stopped] = await holdersNow(session);
  const other = balancersOf(topology).find(({ name }) => name !== stopped);
  if (stopped === undefined || other === undefined || server === undefined) return undefined;

  const [times, spools] = await Promise.all([timesMaster(session), spoolSizes(session)]);
  // The way to the client is open before anything stops.
  await fetchPage(session, session.lab.vip, server.port);
  const probe = watchOutage(session, `http://${session.lab.vip}:${server.port}/`, moveLimit);
  let holdersAfterStop: string[] = [];
  let servedAfterStop: Response[] = [];
  let outage = Number.POSITIVE_INFINITY;
  try {
    await session.ssh(stopped, "systemctl stop keepalived");
    await until(moveLimit, async () => {
      holdersAfterStop = await holdersNow(session);
      return holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped;
    });
    // One asker at a time: two of them take turns, and with round robin each would see only one real server.
    outage = await probe();
    servedAfterStop = await askAll(session, server);
  } finally {
    await probe();
    await session.ssh(stopped, "systemctl start keepalived");
  }

  const returns = preempts(topology, stopped);
  const started = performance.now();
  let returnedAfter: number | undefined;
  let holdersAfterStart: string[] = [];
  await until(returnLimit(topology, stopped), async () => {
    holdersAfterStart = await holdersNow(session);
    if (holdersAfterStart.includes(stopped)) returnedAfter ??= (performance.now() - started) / 1000;
    return returns && holdersAfterStart.length === 1 && holdersAfterStart[0] === stopped;
  });
  const servedAfterStart = await askAll(session, server);
  return {
    stopped,
    holdersAfterStop,
    servedAfterStop,
    holdersAfterStart,
    servedAfterStart,
    ...(returnedAfter === undefined ? {} : { returnedAfter }),
    moves: (await timesMaster(session)) - times,
    mail: await newMail(
      session,
      spools,
      (subjects, director) =>
        ![...holdersAfterStop, ...holdersAfterStart].includes(director) ||
        subjects.some((one) => one.endsWith("Entering MASTER state")),
    ),
    outage,
    rounds,
  };
}
