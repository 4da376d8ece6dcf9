import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../model/limits";
import { guestsOf } from "../../model/topology/guests";
import { domainName } from "../../model/topology/names";
import type { Topology } from "../../model/topology/topology";
import { GuestWatch, type Watched } from "./guests";
import { lane, offLane } from "../terminal/lanes";
import { locked } from "./locked";
import { cacheDir, inRoot } from "../paths";
import { note } from "../terminal/progress";
import { run } from "../run";
import { UserError } from "../../model/userError";
import { makerEnded, Temporary } from "../temporary";
import { pause } from "../wait";
import type { Accelerator, ImageFiles, Platform, TemplateSpec } from "../../components/platform/platform";
import { templateFolder, templateName, templatesDir, templateSpecOf } from "../../components/platform/templateSpec";

/** What is needed to fork a lab's guests. */
export type Forks = {
  readonly topology: Topology;
  readonly accelerator: Accelerator;
  readonly image: ImageFiles;
};

const folderOf = (image: ImageFiles, spec: TemplateSpec): string =>
  templateFolder(templatesDir(cacheDir, image.digest), spec);

/** File that says what a template was made with: the output of `host/fork version`. */
const madeWith = (image: ImageFiles, spec: TemplateSpec): string => path.join(folderOf(image, spec), "made-with");

/** Line on a template's console when everything runs that every guest needs (image/overlay/usr/lib/lvs-lab/fork). */
const READY = "lvs-lab: the template is ready";
/** Seconds that a template's boot may take. An emulated one needs a tenth of it. */
const bootLimit = LIMITS.template.seconds;

/**
 * Makes the templates from which a lab's guests are forked, one for each kind of guest that has none yet: boots a guest without identity and
 * saves its memory. A template from another QEMU, libvirt or processor is made again.
 */
export async function ensureTemplates(host: Platform, { topology, accelerator, image }: Forks): Promise<void> {
  const version = await run([inRoot("host", "fork"), "version", accelerator]);
  const specs = new Map(
    Object.values(guestsOf(topology)).map((node) => {
      const spec = templateSpecOf(node, accelerator);
      return [templateName(spec), spec] as const;
    }),
  );
  await host.endTemplates(await deadTemplates(host)); // they may have the same names
  for (const [name, spec] of specs) {
    const stamp = madeWith(image, spec);
    const isThere = () => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === version;
    if (isThere()) continue;
    try {
      await locked(`${folderOf(image, spec)}.lock`, async () => {
        if (isThere()) return; // another `up` has made it meanwhile
        const begin = performance.now();
        await makeTemplate(host, spec, image);
        // Written last: a template that has this file is complete.
        fs.writeFileSync(stamp, version);
        note(`template ${name}: booted and saved in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
      });
    } catch (error) {
      lane()?.stop.throwIfAborted();
      // Without a template the guests boot, whatever the reason was.
      note(
        `template ${name}: not made, guests of this shape will boot: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}

async function makeTemplate(host: Platform, spec: TemplateSpec, image: ImageFiles): Promise<void> {
  const work = new Temporary("template");
  const template = host.template(spec, image, (file) => work.at(file));
  try {
    await template.boot();
    await untilReady(host, { node: `template ${templateName(spec)}`, domain: template.machine, log: template.log });
    await template.save(folderOf(image, spec));
  } finally {
    await offLane(() => template.end());
    work.remove();
  }
}

/** Seconds between two looks at a template that boots. */
const interval = 0.5;

/** Waits until a template is ready, and fails early if it cannot become ready. */
async function untilReady(host: Platform, template: Watched): Promise<void> {
  const watch = new GuestWatch(host, [template]);
  const end = performance.now() + bootLimit * 1000;
  for (;;) {
    lane()?.stop.throwIfAborted();
    const said = fs.existsSync(template.log) ? fs.readFileSync(template.log, "utf8") : "";
    if (said.includes(READY)) return;
    const states = await host.states([template.domain]);
    // The domain is transient: after its end libvirt does not know it.
    if (states?.has(template.domain) === false)
      throw new UserError(`its domain has ended; its console ends: ${said.slice(-500)}`);
    const fallen = states && (await watch.look(states, () => "booting"));
    if (fallen !== undefined) throw new UserError(`${fallen.guest?.cause}; its console ends: ${said.slice(-500)}`);
    if (performance.now() > end) {
      throw new UserError(`not booted after ${bootLimit} s; its console ends: ${said.slice(-500)}`);
    }
    await pause(interval);
  }
}

/** Templates that nobody waits for, because the process that made them has ended. */
export const deadTemplates = async (host: Platform): Promise<string[]> =>
  (await host.templates()).filter(({ disk }) => makerEnded(disk)).map(({ machine }) => machine);

/**
 * Looks for guests whose saved memory was placed but not restored. Reports each of them and the reason, and removes the memory, so that the
 * guest boots. Removes the template too: the next `up` makes another one. Returns false if there are none.
 */
export async function forgetBadMemory(host: Platform, { topology, accelerator, image }: Forks): Promise<boolean> {
  const guests = Object.values(guestsOf(topology));
  const bad = await host.dropUnrestored(guests.map(({ name }) => domainName(topology.name, name)));
  for (const node of guests) {
    const reason = bad.find(({ machine }) => machine === domainName(topology.name, node.name))?.reason;
    if (reason === undefined) continue;
    fs.rmSync(madeWith(image, templateSpecOf(node, accelerator)), { force: true });
    note(`${node.name}: its template's memory was not restored (${reason}): it boots instead`);
  }
  return bad.length > 0;
}
