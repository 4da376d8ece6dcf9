import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { conversationOf } from "../../../components/checks/asked";
import type { SurvivalSeen } from "../../../components/looks/drilled";
import { LIMITS } from "../../../model/limits";
import { endpoint } from "../../../model/plan/addresses";
import { networkOf } from "../../../model/plan/predict/election";
import { compile } from "../../../model/topology/compile";
import { shellQuote } from "../../../model/shellQuote";
import { STAND_IN } from "../../predict/lab";
import type { Session } from "../../session/session";
import { until } from "../../wait";
import { holdersNow } from "../predictions/holders";

const script = fs.readFileSync(path.join(__dirname, "talk.sh"), "utf8");

/** How many connections are held: one that is lost is 5 %. */
const HELD = 20;

/** Holds connections open, stops keepalived on the director that has their VIP, and asks on them when another one has it. */
export async function drillSurvival(session: Session): Promise<SurvivalSeen | undefined> {
  const { topology } = session;
  const talk = conversationOf(topology);
  if (talk === undefined) return undefined;
  const network = networkOf(compile(topology, STAND_IN));
  const holders = async (): Promise<readonly string[]> => (await holdersNow(session, network))[talk.address] ?? [];
  const [stopped, further] = await holders();
  if (stopped === undefined || further !== undefined) return undefined;
  const others = network.plan.nodes.map(({ name }) => name).filter((name) => name !== stopped);
  const listed = `ipvsadm --list --connection --numeric | grep --count --fixed-strings ${shellQuote(` ${endpoint(talk)} `)}`;
  /** How many connections of the service each other director knows, at least. */
  const knownNow = async (): Promise<number> => {
    const counts = others.map(async (name) => Number((await session.ssh(name, listed)).stdout));
    return Math.min(...(await Promise.all(counts)));
  };
  const older = await knownNow();
  const mark = `/tmp/lvs-lab-${crypto.randomUUID()}`;
  const most = LIMITS.told.seconds + LIMITS.move.seconds;
  const words = [`${HELD}`, talk.address, `${talk.port}`, mark, `${most}`];
  const talking = session.client(["bash", "-c", script, "talk", ...words], {
    timeout: most + LIMITS.clientCommand.seconds,
  });
  try {
    let known = 0;
    await until(LIMITS.told.seconds, async () => {
      known = (await knownNow()) - older;
      return known >= HELD;
    });
    await session.ssh(stopped, "systemctl stop keepalived");
    const moved = await until(LIMITS.move.seconds, async () => {
      const [holder, another] = await holders();
      return holder !== undefined && holder !== stopped && another === undefined;
    });
    await session.client(["touch", mark]);
    const [before, after] = (await talking).stdout.trim().split("\n").map(Number);
    return { held: HELD, known, stopped, moved, before: before ?? 0, after: after ?? 0 };
  } finally {
    await session.ssh(stopped, "systemctl start keepalived");
    await until(LIMITS.move.seconds, async () => (await holders()).length === 1);
    await talking.catch(() => undefined);
  }
}
