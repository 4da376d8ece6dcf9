import type { AnswersSeen, ServiceAnswers } from "../../../components/looks/drilled";
import { type Asked, askedOf, askedVips } from "../../../components/checks/asked";
import { askWords, parseAnswers, type Question, whoAnswered } from "../../../components/roles/server/ask";
import { LIMITS } from "../../../model/limits";
import { clientInterface } from "../../../model/topology/names";
import type { Session } from "../../session/session";

/** The client asks every virtual server until each of its real servers could have answered twice, and every VIP that nothing serves. */
export async function askServices(session: Session): Promise<AnswersSeen> {
  const { topology } = session;
  const services: Record<string, ServiceAnswers> = {};
  // One after another: two askers take turns at one virtual server.
  for (const [name, asked] of Object.entries(askedOf(topology)))
    services[name] = "unasked" in asked ? asked : { names: await askTimes(session, asked) };
  const vips: Record<string, boolean | string> = {};
  for (const [vip, unasked] of Object.entries(askedVips(topology)))
    vips[vip] = unasked ?? (await answers(session, vip));
  return { services, vips };
}

async function askTimes(session: Session, { question, times }: Exclude<Asked, { unasked: string }>): Promise<string[]> {
  const questions: Question[] = Array.from({ length: times }, () => question);
  const { stdout } = await session.client(askWords(questions), {
    timeout: LIMITS.clientCommand.seconds + times * LIMITS.serverAnswer.seconds,
  });
  return parseAnswers(questions, stdout).map(whoAnswered);
}

/** Whether an address answers: a ping, or ARP for a machine that answers no pings. */
async function answers(session: Session, vip: string): Promise<boolean> {
  const card = vip.startsWith("fe80:") ? ["-I", clientInterface] : [];
  const ping = await session.client(["ping", "-c", "1", "-w", String(LIMITS.serverAnswer.seconds), ...card, vip]);
  if (ping.code === 0 || vip.includes(":")) return ping.code === 0;
  return (await session.client(["arping", "-c", "2", "-w", "3", "-I", clientInterface, vip])).code === 0;
}
