import * as fs from "node:fs";
import * as path from "node:path";
import { consoleLog, defaultConsoleDir, domainName } from "../../infra/model/names";
import { answers, type Hypervisor, lastError } from "../hypervisor";
import type { Opened } from "../lab";
import { namesOf, poolPathOf } from "../naming";
import { note } from "../progress";
import { KILLED, stopIfInterrupted, tryRun, UserError } from "../run";
import { readConfig } from "../stack";
import { stateDir } from "../paths";
import { Temporary } from "../temporary";
import { nameOf, type Resource } from "./deployment";
import { type Complaint, complaintsOf, explain, silentNodes } from "./failure";
import { clear, mend } from "./mend";
import { fullFolder } from "./room";

/** Seconds between two looks at what an engine works with. */
const interval = 5;

/**
 * Watches over what an engine needs, and tells when it waits in vain: the provider waits for ever for a libvirt that has ended, and a guest
 * whose disk has no room stands still. The signal's reason says which.
 */
function watch(opened: Opened): { readonly hopeless: AbortSignal; readonly end: () => void } {
  const control = new AbortController();
  let misses = 0;
  const timer = setInterval(async () => {
    const full = fullFolder(opened);
    const why = full === undefined ? await libvirtGone(opened.host) : `${full}: no space left on device`;
    misses = why === undefined ? 0 : misses + 1;
    if (misses === 2) control.abort(why);
  }, interval * 1000);
  return { hopeless: control.signal, end: () => clearInterval(timer) };
}

const libvirtGone = async (host: Hypervisor): Promise<string | undefined> =>
  (await answers(host.uri))
    ? undefined
    : `libvirt at ${host.uri} does not answer any more; its last error: ${lastError(host) || "unknown"}`;

/** Why a run failed, in one text, and which of its nodes have a guest that never answered. */
export type Failure = { readonly text: string; readonly silent: readonly string[] };

/** Runs `pulumi up` on what is left of an earlier run; undefined: it succeeded. */
export async function engineUp(opened: Opened, ...more: readonly string[]): Promise<Failure | undefined> {
  await mend(opened);
  const { stack, host, env } = opened;
  const { hopeless, end } = watch(opened);
  const folder = new Temporary();
  try {
    const log = folder.at("events");
    const words = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name];
    const { code } = await tryRun(["pulumi", ...words, "--event-log", log, ...more], {
      // The flag is one of those that Pulumi shows on request only.
      env: { ...env, PULUMI_DEBUG_COMMANDS: "true" },
      show: "all",
      stop: hopeless,
    });
    stopIfInterrupted(`./scripts/lab resume ${stack.lab} goes on from here, destroy takes it away`);
    if (code === 0) return undefined;
    const why = hopeless.aborted ? String(hopeless.reason) : await libvirtGone(host);
    if (why !== undefined) return failureOf(opened, [{ message: why }]);
    if (code === KILLED)
      return { text: `pulumi was killed: ./scripts/lab resume ${stack.lab} goes on from here`, silent: [] };
    return failureOf(opened, fs.existsSync(log) ? complaintsOf(fs.readFileSync(log, "utf8")) : []);
  } finally {
    end();
    folder.remove();
  }
}

function failureOf(opened: Opened, complaints: readonly Complaint[]): Failure {
  const scene = sceneOf(opened);
  return { text: explain(complaints, scene), silent: silentNodes(complaints, scene) };
}

/**
 * Ends a run that failed, with its error. Nothing half-made stays: no domain that was defined and did not start, and no disk of a guest
 * that never answered, for it would not answer the next time either.
 */
export async function giveUp(opened: Opened, { text, silent }: Failure): Promise<never> {
  const { lab } = namesOf(opened.stack);
  const disks = silent.map((node) => `${lab}-${node}-disk`);
  const isUseless = (resource: Resource): boolean => disks.includes(nameOf(resource));
  await mend(opened, isUseless).catch((error: unknown) =>
    note(`what is half-made stays until the next run: ${String(error)}`),
  );
  throw new UserError(text);
}

function sceneOf({ stack, host }: Opened): Parameters<typeof explain>[1] {
  const { lab, domains } = namesOf(stack);
  const consoleDir = readConfig(stack, "lvs-lab:consoleDir") ?? defaultConsoleDir;
  return {
    lab,
    nodes: domains.map(([node]) => node),
    again: `./scripts/lab up ${stack.lab} goes on from here`,
    console: (node) => path.join(consoleDir, consoleLog(domainName(lab, node))),
    folders: [`${poolPathOf(stack, lab)}${host.embedded ? `, which is in ${stateDir}/libvirt` : ""}`, stateDir],
  };
}

/** Seconds that `pulumi destroy` may take; a lab takes a fifth of it. */
const patience = 45;

/** Takes away all of a lab that is outside of the caches: by Pulumi, and what Pulumi cannot by its names. */
export async function engineDestroy(opened: Opened): Promise<void> {
  const { stack, env } = opened;
  await mend(opened);
  const words = ["destroy", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name];
  const { code } = await tryRun(["pulumi", ...words], { env, show: "all", timeout: patience });
  stopIfInterrupted(`./scripts/lab destroy ${stack.lab} goes on from here`);
  if (code !== 0) note("pulumi destroy failed (see above): removing what bears the lab's mark, and the state");
  if (code === 0) await mend(opened);
  else await clear(opened);
}
