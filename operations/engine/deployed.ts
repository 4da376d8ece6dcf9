/** Finds what exists of a lab, and makes nothing: for verbs that only look. */
import * as fs from "node:fs";
import type { Platform } from "../../components/platform/platform";
import { platforms, platformUri } from "../platforms";
import { embeddedNetns } from "../paths";
import { UserError } from "../../model/userError";
import { Session } from "../session/session";
import type { Stack } from "./stack";
import { presentToolchain, type Toolchain } from "./toolchain";
import { environment } from "./backend";
import { outputs } from "./pulumi";
import type { DeployedLab, LabHandle } from "./handle";

/** A stack without a lab. */
export const nothingIn = ({ name, lab }: Stack): UserError =>
  new UserError(`stack ${name} holds no lab: run ./scripts/lab up ${lab} first`);

/** Refuses to go on with a lab that was never begun. `up` mends what was cut off too, but also starts new labs. */
export function refuseNewLab(stack: Stack): void {
  if (!fs.existsSync(stack.configFile)) throw nothingIn(stack);
}

/** The libvirt that a stack was set up for; undefined: the stack was not set up. */
export async function libvirtOf(stack: Stack): Promise<Platform | undefined> {
  const uri = platformUri(stack);
  return uri === undefined ? undefined : platforms.at(uri);
}

/** The environment in which pulumi serves an existing stack, and the stack's libvirt, which may have ended. */
export async function findStack(stack: Stack): Promise<LabHandle & { readonly tools: Toolchain }> {
  const host = await libvirtOf(stack);
  if (host === undefined)
    throw new UserError(
      `stack ${stack.name} is not set up (fix: run ./scripts/lab init ${stack.lab}, or up, which also deploys the lab)`,
    );
  const tools = await presentToolchain();
  return { stack, host, tools, env: environment(stack, tools, host.embedded) };
}

async function findDeployed(stack: Stack): Promise<DeployedLab> {
  if (platformUri(stack) === undefined) throw nothingIn(stack);
  const found = await findStack(stack);
  const lab = await outputs(found.env);
  if (lab === undefined) throw nothingIn(stack);
  return { ...found, lab };
}

/** A lab that is deployed, and a libvirt that answers. */
export async function findLab(stack: Stack): Promise<DeployedLab> {
  const found = await findDeployed(stack);
  if (!(await found.host.answers())) throw standsStill(found);
  return found;
}

/** Words that enter the network namespace in which a lab's guests can be reached, and the environment for plain pulumi there. */
export async function findNamespace(stack: Stack): Promise<{ enter: string[]; env: LabHandle["env"] }> {
  const found = await findStack(stack);
  if (!found.host.embedded) return { enter: [], env: found.env };
  if (!fs.existsSync(embeddedNetns)) throw standsStill(found);
  return { enter: ["nsenter", `--net=${embeddedNetns}`, "--"], env: found.env };
}

const standsStill = ({ stack, host }: LabHandle): UserError =>
  new UserError(
    `libvirt at ${host.uri} does not answer (fix: ./scripts/lab resume ${stack.lab}, which starts the lab again)`,
  );

/** Opens a session into a deployed lab, does the work, and closes the session. */
export async function inSession<T>(found: DeployedLab, work: (session: Session) => Promise<T>): Promise<T> {
  if (found.host.embedded && !fs.existsSync(embeddedNetns)) throw standsStill(found);
  const session = new Session(found.lab, found.host.embedded, found.host);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** The same for a stack. */
export const withSession = async <T>(stack: Stack, work: (session: Session) => Promise<T>): Promise<T> =>
  inSession(await findDeployed(stack), work);
