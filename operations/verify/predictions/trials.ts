/** Brings failures about, one after another, and sees whether what predict says of each comes true. */
import { parseSaved } from "../../../components/looks/savedTable";
import type { InstanceTrial, ServiceTrial, Step, TrialSeen } from "../../../components/looks/drilled";
import { entriesOf } from "../../../components/checks/ownTable";
import { LIMITS } from "../../../model/limits";
import { nameOf } from "../../../model/keepalived/config/servers";
import { bracketed } from "../../../model/plan/addresses";
import type { Cluster } from "../../../model/plan/clusters";
import { type Network, networkOf, settle } from "../../../model/plan/predict/election";
import { failuresOf, type Failure } from "../../../model/plan/predict/failure";
import { type InstanceOutcome, type Scenario, scenarioOf } from "../../../model/plan/predict/scenario";
import type { ServiceOutcome } from "../../../model/plan/predict/services";
import { compile } from "../../../model/topology/compile";
import { domainName } from "../../../model/topology/names";
import { UserError } from "../../../model/userError";
import { STAND_IN } from "../../predict/lab";
import type { Session } from "../../session/session";
import { until } from "../../wait";
import { type Act, type Trial, trialsOf } from "./actions";
import { type Holders, holdersNow, holdersOf, isHeld, statesOf } from "./holders";

/** Seconds beyond half as much again as predict says: guests are emulated, and a look takes its time. */
const slack = LIMITS.trialSlack.seconds;

/** Seconds in which a wrong takeover would have shown: three adverts and the skew, and the looks. */
const stayTime = ({ members }: Cluster, { noticed }: InstanceOutcome): number =>
  noticed.most +
  1 +
  LIMITS.trialStay.seconds +
  Math.max(...members.map(({ instance: { advertInt, downTimerAdverts } }) => advertInt.value * downTimerAdverts.value));

/** Tries every failure of these kinds. Each is healed before the next one, also if it is cut off. */
export async function tryFailures(session: Session, isWanted: (failure: Failure) => boolean): Promise<TrialSeen[]> {
  const { topology } = session;
  const plan = compile(topology, STAND_IN);
  const network = networkOf(plan);
  const failures = failuresOf(plan, network.clusters).filter(isWanted);
  const seen: TrialSeen[] = [];
  for (const trial of trialsOf(topology, plan, failures)) {
    if ("untried" in trial) seen.push({ ...trial, problems: [], instances: [], services: [] });
    else seen.push(await tryOne(session, network, trial));
  }
  return seen;
}

/** The holders without any failure. */
const calmHolders = (network: Network): Holders => {
  const { states } = settle(network, undefined, []);
  const masters = ({ members }: Cluster): string[] =>
    members.filter((member) => states.get(member) === "MASTER").map(({ node }) => node.name);
  return Object.assign({}, ...network.clusters.map((cluster) => holdersOf(cluster, masters(cluster)))) as Holders;
};

/**
 * Brings every VIP back to the machine that has it without any failure. Where nobody preempts, a failure before has left it elsewhere: keepalived
 * is stopped on that machine until the VIP is back. If it does not come, what predict says of the present holders counts.
 */
async function calm(session: Session, network: Network): Promise<Holders> {
  const wanted = calmHolders(network);
  const limit = LIMITS.move.seconds;
  let holders = await holdersNow(session, network);
  const isCalm = async (): Promise<boolean> => {
    holders = await holdersNow(session, network);
    return isHeld(holders, wanted);
  };
  if (await until(slack, isCalm)) return holders;
  const wrong = network.plan.nodes
    .map(({ name }) => name)
    .filter((name) =>
      Object.entries(holders).some(([vip, names]) => names.includes(name) && !wanted[vip]?.includes(name)),
    );
  const everywhere = (verb: "stop" | "start") =>
    Promise.all(wrong.map((name) => session.ssh(name, `systemctl ${verb} keepalived`)));
  try {
    await everywhere("stop");
    await until(limit, isCalm);
  } finally {
    await everywhere("start");
  }
  await until(slack, isCalm);
  return holders;
}

/** Does something to a machine. */
async function perform(session: Session, act: Act): Promise<void> {
  if ("on" in act) {
    const { code, stderr } = await session.ssh(act.on, act.command);
    if (code !== 0)
      throw new UserError(`${act.on}: ${act.command.split("\n")[0]}: ${stderr.trim() || `exit code ${code}`}`);
    return;
  }
  if (session.machines === undefined) throw new UserError(`${act.machine}: its platform is out of reach`);
  const machine = domainName(session.topology.name, act.machine);
  if ("mac" in act) {
    await session.machines.setLink(machine, act.mac, act.link);
    await session.reconnect(act.machine);
  } else if (act.power === "off") {
    await session.machines.powerOff(machine);
    await session.reconnect(act.machine);
  } else {
    await session.machines.start(machine);
    const answers = async (): Promise<boolean> =>
      (await session.ssh(act.machine, "systemctl is-active keepalived", { timeout: LIMITS.sshConnect.seconds }))
        .code === 0;
    if (!(await until(LIMITS.trialBoot.seconds, answers)))
      throw new UserError(
        `${act.machine}: keepalived does not run ${LIMITS.trialBoot.seconds} s after its machine was started`,
      );
  }
}

/** A failure from its begin to its end. */
async function tryOne(session: Session, network: Network, trial: Trial): Promise<TrialSeen> {
  const start = await calm(session, network);
  const scenario = scenarioOf(network, statesOf(network, start), [trial.predicted]);
  let during: readonly Step[] = [];
  let gone: readonly ServiceTrial[] = [];
  const problems: string[] = [];
  const doing = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(error.message);
    }
  };
  try {
    await doing(async () => {
      for (const act of trial.bring) await perform(session, act);
      [during, gone] = await Promise.all([
        awaited(session, network, scenario, "during", trial.dark),
        awaitedServices(session, network, scenario),
      ]);
    });
  } finally {
    // What one of them cannot put back keeps none of the others.
    for (const act of trial.heal) await doing(() => perform(session, act));
  }
  if (problems.length > 0) return { failure: trial.failure, problems, instances: [], services: [] };
  const after = await awaited(session, network, scenario, "after");
  const services = await Promise.all(
    gone.map(async (one): Promise<ServiceTrial> => {
      const isBack =
        one.isListed || (await until(one.limit, async () => (await tableOf(session, network, one, scenario)).isListed));
      return { ...one, isBack };
    }),
  );
  const instances = scenario.instances.flatMap(({ instance, before }, index): InstanceTrial[] => {
    const [first, second] = [during[index], after[index]];
    return first === undefined || second === undefined ? [] : [{ instance, before, during: first, after: second }];
  });
  return { failure: trial.failure, problems, instances, services };
}

/** Waits until every VIP is where predict says, and for VIPs that stay until a wrong takeover would have shown. */
async function awaited(
  session: Session,
  network: Network,
  scenario: Scenario,
  when: "during" | "after",
  dark?: string,
): Promise<readonly Step[]> {
  const begin = performance.now();
  const passed = (): number => (performance.now() - begin) / 1000;
  const all = network.clusters.map((cluster, index) => {
    const outcome = scenario.instances[index] as InstanceOutcome;
    const from = when === "during" ? outcome.before : outcome.during;
    const moves = from.join() !== outcome[when].join();
    const range = when === "during" ? outcome.moved : outcome.returned;
    const limit = moves ? 1.5 * (range?.most ?? 0) + slack : stayTime(cluster, outcome);
    return { wanted: holdersOf(cluster, outcome[when], dark), moves, range, limit };
  });
  const since: (number | undefined)[] = all.map(() => undefined);
  let holders: Holders = {};
  let looks = 0;
  await until(Math.max(...all.map(({ limit }) => limit)), async () => {
    holders = await holdersNow(session, network, dark);
    for (const [index, { wanted }] of all.entries())
      since[index] = isHeld(holders, wanted) ? (since[index] ?? passed()) : undefined;
    looks++;
    // What moves is seen twice: two machines may have a VIP for a moment.
    return (
      looks > 1 &&
      all.every(({ moves, limit }, index) =>
        moves
          ? since[index] !== undefined && passed() > (since[index] ?? 0) + LIMITS.trialTwice.seconds
          : passed() >= limit,
      )
    );
  });
  return all.map(({ wanted, moves, range, limit }, index): Step => {
    const took = since[index];
    const seen = Object.fromEntries(Object.keys(wanted).map((vip) => [vip, holders[vip] ?? []]));
    return {
      predicted: wanted,
      seen,
      limit,
      ...(moves && took !== undefined ? { took } : {}),
      ...(moves && range !== undefined ? { time: range } : {}),
    };
  });
}

/** Waits until the directors' tables are as predict says of their virtual servers. */
const awaitedServices = (session: Session, network: Network, scenario: Scenario): Promise<readonly ServiceTrial[]> =>
  Promise.all(
    scenario.services.map(async (outcome): Promise<ServiceTrial> => {
      const { node, service, noticed, then: predicted } = outcome;
      const begin = performance.now();
      const limit = 1.5 * (noticed?.most ?? 0) + slack;
      let table = { isListed: true, gives: "served" };
      const isNoticed = noticed !== undefined;
      let took: number | undefined;
      await until(limit, async () => {
        table = await tableOf(session, network, outcome, scenario);
        if (!table.isListed) took ??= (performance.now() - begin) / 1000;
        return isNoticed && !table.isListed;
      });
      return {
        node,
        service,
        isNoticed,
        isListed: table.isListed,
        predicted,
        seen: table.gives,
        limit,
        ...(took === undefined ? {} : { took }),
        isBack: false,
      };
    }),
  );

/** Whether a director's table gives connections to the real servers that are gone, and what it gives to new ones. */
async function tableOf(
  session: Session,
  { plan }: Network,
  { node, service }: Pick<ServiceOutcome, "node" | "service">,
  { failures }: Scenario,
): Promise<{ readonly isListed: boolean; readonly gives: string }> {
  const { stdout } = await session.ssh(node, "ipvsadm --save --numeric");
  const table = parseSaved(stdout.split("\n").filter(Boolean));
  const config = plan.nodes.find(({ name }) => name === node)?.config;
  const vs = config?.virtualServers.find(
    (one) => [nameOf(one), ...(one.protocol ? [one.protocol.value] : [])].join(" ") === service,
  );
  const gone = failures.flatMap((failure) => (failure.kind === "server" ? [failure.address] : []));
  const entries = vs === undefined ? [] : entriesOf(vs);
  const rows = table.filter((row) => entries.some((entry) => entry.service === row.service));
  const live = rows.flatMap(({ realServers }) => realServers.filter(({ weight }) => weight > 0));
  const isListed = live.some(({ at }) => gone.some((address) => at.startsWith(`${bracketed(address)}:`)));
  const isSorry =
    vs?.sorryServer !== undefined &&
    live.some(({ at }) => at.startsWith(`${bracketed(vs.sorryServer?.value.address ?? "")}:`));
  const gives = isListed ? "no answer" : live.length === 0 ? "refused" : isSorry ? "sorry server" : "served";
  return { isListed, gives };
}
