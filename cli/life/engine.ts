import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { consoleLog, defaultConsoleDir, domainName } from "../../infra/model/names";
import { answers, type Hypervisor, lastError } from "../hypervisor";
import type { Opened } from "../lab";
import { namesOf, poolPathOf } from "../naming";
import { note } from "../progress";
import { KILLED, stopIfInterrupted, tryRun } from "../run";
import { readConfig } from "../stack";
import { stateDir } from "../paths";
import { complaintsOf, explain } from "./failure";
import { clear, mend } from "./mend";

/** Seconds between two looks at the libvirt that an engine works with. */
const interval = 5;

/** Watches over a libvirt: the provider waits for ever for one that has ended. */
function watch({ uri }: Hypervisor): { readonly gone: AbortSignal; readonly end: () => void } {
  const control = new AbortController();
  let misses = 0;
  const timer = setInterval(async () => {
    misses = (await answers(uri)) ? 0 : misses + 1;
    if (misses === 2) control.abort();
  }, interval * 1000);
  return { gone: control.signal, end: () => clearInterval(timer) };
}

/** Runs `pulumi up` on what is left of an earlier run; undefined: it succeeded, else why it did not, in one text. */
export async function engineUp(opened: Opened, ...more: readonly string[]): Promise<string | undefined> {
  await mend(opened);
  const { stack, host, env } = opened;
  const { gone, end } = watch(host);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `lvs-lab-${process.pid}-`));
  try {
    const log = path.join(folder, "events");
    const words = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name];
    const { code } = await tryRun(["pulumi", ...words, "--event-log", log, ...more], {
      // The flag is one of those that Pulumi shows on request only.
      env: { ...env, PULUMI_DEBUG_COMMANDS: "true" },
      show: "all",
      stop: gone,
    });
    stopIfInterrupted(`./scripts/lab resume ${stack.lab} goes on from here, destroy takes it away`);
    if (code === 0) return undefined;
    if (gone.aborted || !(await answers(host.uri))) {
      const message = `libvirt at ${host.uri} does not answer any more; its last error: ${lastError(host) || "unknown"}`;
      return explain([{ message }], sceneOf(opened));
    }
    if (code === KILLED) return `pulumi was killed: ./scripts/lab resume ${stack.lab} goes on from here`;
    const complaints = fs.existsSync(log) ? complaintsOf(fs.readFileSync(log, "utf8")) : [];
    return explain(complaints, sceneOf(opened));
  } finally {
    end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
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
