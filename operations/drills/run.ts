/** Runs drills of a deployed lab, one after another. */
import { LIMITS } from "../../model/limits";
import { servicesOf } from "../../model/topology/queries";
import type { Topology } from "../../model/topology/topology";
import { compile } from "../../model/topology/compile";
import { UserError } from "../../model/userError";
import type { DeployedLab } from "../engine/handle";
import type { Stack } from "../engine/stack";
import { readConfig } from "../engine/stackConfig";
import type { Session } from "../session/session";
import { highestPriorityHolds, holdersNow } from "../verify/drills/failover";
import { fetchPage } from "../verify/requests";
import { until } from "../wait";
import { chooseDrills } from ".";
import { type DrillOptions, type DrillRun, runDrill } from "./course";
import type { Drill, Place } from "./drill";
import { leftOf } from "./left";

/** Requests a second that a lab surely answers: an emulated guest is slow. */
export const usualRate = (stack: Stack): number => (readConfig(stack, "lvs-lab:accelerator") === "kvm" ? 50 : 10);

export type DrillsAsked = DrillOptions & {
  /** Names; empty: every drill that the lab can have. */
  readonly names: readonly string[];
  /** The machine that it is done to; undefined: each drill's usual one. */
  readonly target: string | undefined;
};

/** Stands for a password that only the stack knows: it is in no claim. */
const STAND_IN = { authPass: "********" };

/** Refuses a lab whose client cannot send the load. */
function checkClient({ client, name }: Topology): void {
  if (client.kind === "vm")
    throw new UserError(
      `drill: lab ${name} has a client that is a guest (client.kind: vm), need a client that is a network namespace: the load runs on this machine, and no load for guests is built yet`,
    );
}

/** The drills that were asked for. Refuses what cannot be done before anything changes. */
export function drillsAsked(
  topology: Topology,
  { names, target }: Pick<DrillsAsked, "names" | "target">,
): readonly Drill[] {
  checkClient(topology);
  const drills = chooseDrills(topology, names);
  if (target !== undefined && !Object.hasOwn(topology.nodes, target))
    throw new UserError(`--target: got ${target}, need one of: ${Object.keys(topology.nodes).join(", ")}`);
  return drills;
}

/** What a drill can be done to now. */
async function placeOf(session: Session, drill: Drill, target: string | undefined): Promise<Place> {
  const { topology } = session;
  const [holder, second] = await holdersNow(session);
  const service = servicesOf(topology).find(({ vip }) => vip === session.lab.vip);
  if (holder === undefined || second !== undefined || service === undefined)
    throw new UserError(
      `drill ${drill.name}: ${session.lab.vip} is held by ${holder === undefined ? "nobody" : `${holder} and ${second}`}, need one director: ./scripts/lab verify says what is wrong`,
    );
  const known = {
    topology,
    plan: compile(topology, STAND_IN),
    service,
    holder,
    family: (name: string) => session.guest(name).family,
  };
  const targets = drill.targets(known);
  const chosen = target ?? targets[0] ?? holder;
  if (!targets.includes(chosen))
    throw new UserError(`drill ${drill.name} --target: got ${chosen}, need one of: ${targets.join(", ")}`);
  return { ...known, target: chosen };
}

/** Waits until the client is answered: its ARP cache may be older than the last move of the VIP. */
async function answers(session: Session, { service: { vip, port } }: Place): Promise<void> {
  const came = await until(
    LIMITS.drillAnswer.seconds,
    async () => (await fetchPage(session, vip, port)).status === 200,
  );
  if (!came)
    throw new UserError(
      `drill: http://${vip}:${port}/ does not answer the client: ./scripts/lab verify says what is wrong`,
    );
}

/** Does the drills, and tells what came of each as soon as it is known. */
export async function runDrills(
  { stack, host }: DeployedLab,
  session: Session,
  asked: DrillsAsked,
  tell: (run: DrillRun) => void,
): Promise<DrillRun[]> {
  const drills = drillsAsked(session.topology, asked);
  await leftOf(stack).heal({ session, host });
  const runs: DrillRun[] = [];
  for (const drill of drills) {
    // predict begins where all is well: where nobody preempts, another director may have the VIP.
    await highestPriorityHolds(session);
    const place = await placeOf(session, drill, asked.target);
    await answers(session, place);
    const run = await runDrill(stack, { session, host }, drill, place, asked);
    runs.push(run);
    tell(run);
  }
  return runs;
}
