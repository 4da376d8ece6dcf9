import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../model/limits";
import { TEMPLATE_CMDLINE } from "../../components/platform/libvirt/vm/cmdline";
import { renderForkDomain } from "../../components/platform/libvirt/vm/fork/domain";
import { saveFileOf, savesIn } from "../../components/platform/libvirt/vm/fork/place";
import { parseHead } from "../../components/platform/libvirt/vm/fork/saveFile";
import {
  type Shape,
  shapeName,
  shapeOf,
  templateFolder,
  templatesDir,
} from "../../components/platform/libvirt/vm/fork/shape";
import { SEED_SIZE } from "../../components/platform/libvirt/vm/seed";
import { guestsOf } from "../../model/topology/guests";
import { domainName } from "../../model/topology/names";
import type { Topology } from "../../model/topology/topology";
import { type Hypervisor, tryVirsh, virsh } from "./hypervisor";
import { domainStates, GuestWatch, type Watched } from "./guests";
import { lane, offLane } from "../terminal/lanes";
import { locked } from "./locked";
import { cacheDir, inRoot, stateDir } from "../paths";
import { note } from "../terminal/progress";
import { run, UserError } from "../run";
import { Temporary } from "../temporary";
import { pause } from "../wait";

/** The built guest image, as `image/build` prints it. */
export type ImageFiles = {
  readonly digest: string;
  readonly root: string;
  readonly kernel: string;
  readonly initrd: string;
};

/** What is needed to fork a lab's guests. */
export type Forks = {
  readonly topology: Topology;
  readonly accelerator: Shape["accelerator"];
  readonly image: ImageFiles;
};

/** The folder that the embedded libvirt sees as /var/lib/libvirt (host/libvirtd). */
export const libvirtDir = path.join(stateDir, "libvirt", "lib");

const folderOf = (image: ImageFiles, shape: Shape): string =>
  templateFolder(templatesDir(cacheDir, image.digest), shape);

/** File that says what a template was made with: the output of `host/fork version`. */
const madeWith = (image: ImageFiles, shape: Shape): string => path.join(folderOf(image, shape), "made-with");

/** Line on a template's console when everything runs that every guest needs (image/overlay/usr/lib/lvs-lab/fork). */
const READY = "lvs-lab: the template is ready";
/** Begin of the names of the templates' domains and work folders; the number of the process that makes one follows. */
const templateDomain = "lvs-lab-template-";
const workFolder = "lvs-template-";
/** Seconds that a template's boot may take. An emulated one needs a tenth of it. */
const bootLimit = LIMITS.template.seconds;

/**
 * Makes the templates from which a lab's guests are forked, one for each shape that has none yet: boots a guest without identity and saves its
 * memory. A template from another QEMU, libvirt or processor is made again.
 */
export async function ensureTemplates(host: Hypervisor, { topology, accelerator, image }: Forks): Promise<void> {
  const version = await run([inRoot("host", "fork"), "version", accelerator]);
  const shapes = new Map(
    Object.values(guestsOf(topology)).map((node) => {
      const shape = shapeOf(node, accelerator);
      return [shapeName(shape), shape] as const;
    }),
  );
  await endTemplates(host, await deadTemplates(host)); // they may have the same names
  for (const [name, shape] of shapes) {
    const stamp = madeWith(image, shape);
    const isThere = () => fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === version;
    if (isThere()) continue;
    try {
      await locked(`${folderOf(image, shape)}.lock`, async () => {
        if (isThere()) return; // another `up` has made it meanwhile
        const begin = performance.now();
        await makeTemplate(host, shape, image);
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

async function makeTemplate(host: Hypervisor, shape: Shape, image: ImageFiles): Promise<void> {
  const folder = folderOf(image, shape);
  const work = new Temporary("template");
  const inWork = (file: string): string => work.at(file);
  let running = false;
  const name = `${templateDomain}${shapeName(shape)}`;
  const virshHere = (...args: readonly string[]) => virsh(host.uri, ...args);
  try {
    const overlay = ["-f", "qcow2", "-F", "qcow2", "-b", image.root, inWork("root.qcow2")];
    await run(["qemu-img", "create", "-q", ...overlay]);
    fs.writeFileSync(inWork("seed"), "\n".repeat(SEED_SIZE));
    const domain = renderForkDomain({
      ...shape,
      name,
      uuid: crypto.randomUUID(),
      generation: crypto.randomUUID(),
      kernel: image.kernel,
      initrd: image.initrd,
      cmdline: TEMPLATE_CMDLINE,
      disk: { file: inWork("root.qcow2") },
      seed: { file: inWork("seed") },
      cards: Array.from({ length: shape.cards }, (_, n) => ({
        mac: `52:54:00:00:00:${(n + 1).toString(16).padStart(2, "0")}`,
        source: "nowhere",
      })),
      consoleLog: inWork("console.log"),
    });
    fs.writeFileSync(inWork("domain.xml"), domain);
    await virshHere("create", inWork("domain.xml"));
    running = true;
    await untilReady(host, { node: `template ${shapeName(shape)}`, domain: name, log: inWork("console.log") });
    await virshHere("save", name, inWork("saved"));

    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const { streamAt } = parseHead(fs.readFileSync(inWork("saved")));
    await run(["sh", "-c", 'tail -c "+$1" "$2" >"$3"', "sh", `${streamAt + 1}`, inWork("saved"), `${folder}/memory`]);
  } finally {
    // A domain of that name that this process did not start belongs to another process.
    if (running) await offLane(() => tryVirsh(host.uri, "destroy", name));
    work.remove();
  }
}

/** Seconds between two looks at a template that boots. */
const interval = 0.5;

/** Waits until a template is ready, and fails early if it cannot become ready. */
async function untilReady({ uri }: Hypervisor, template: Watched): Promise<void> {
  const watch = new GuestWatch({ uri }, [template]);
  const end = performance.now() + bootLimit * 1000;
  for (;;) {
    lane()?.stop.throwIfAborted();
    const said = fs.existsSync(template.log) ? fs.readFileSync(template.log, "utf8") : "";
    if (said.includes(READY)) return;
    const states = await domainStates(uri, [template.domain]);
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
export async function deadTemplates({ uri }: Hypervisor): Promise<string[]> {
  const names = (await virsh(uri, "list", "--name")).split("\n").filter((name) => name.startsWith(templateDomain));
  const made = names.map(async (name) => {
    const { stdout } = await tryVirsh(uri, "dumpxml", name);
    const maker = new RegExp(`/${workFolder}(\\d+)-`).exec(stdout)?.[1];
    return maker !== undefined && !fs.existsSync(`/proc/${maker}`) ? [name] : [];
  });
  return (await Promise.all(made)).flat();
}

/** Ends templates. Their domains are transient, so nothing is left to undefine. */
export const endTemplates = async ({ uri }: Hypervisor, names: readonly string[]): Promise<unknown> =>
  Promise.all(names.map((name) => tryVirsh(uri, "destroy", name)));

/** The embedded libvirt's folder for saved domains. */
export const savesDir = savesIn(libvirtDir);
/** The file in it from which a domain starts. */
export const savedMemory = (domain: string): string => saveFileOf(libvirtDir, domain);

/**
 * Looks for guests whose saved memory was placed but not restored. libvirt removes the file after a restore, and a guest that was never started
 * is not defined. Reports each of them and the reason, and removes the file, so that the guest boots. Removes the template too: the next `up`
 * makes another one. Returns false if there are none.
 */
export async function forgetBadMemory(host: Hypervisor, { topology, accelerator, image }: Forks): Promise<boolean> {
  const defined = (await virsh(host.uri, "list", "--all", "--name")).split("\n");
  const bad = Object.values(guestsOf(topology)).filter(({ name }) => {
    const domain = domainName(topology.name, name);
    return defined.includes(domain) && fs.existsSync(savedMemory(domain));
  });
  for (const node of bad) {
    const domain = domainName(topology.name, node.name);
    fs.rmSync(savedMemory(domain));
    fs.rmSync(madeWith(image, shapeOf(node, accelerator)), { force: true });
    note(`${node.name}: its template's memory was not restored (${lastWords(domain)}): it boots instead`);
  }
  return bad.length > 0;
}

/** QEMU's log of a domain of the embedded libvirt. */
export const qemuLog = (domain: string): string => path.join(libvirtDir, "..", "log", "qemu", `${domain}.log`);

/** QEMU's last error. */
function lastWords(domain: string): string {
  const log = qemuLog(domain);
  const lines = fs.existsSync(log) ? fs.readFileSync(log, "utf8").split("\n") : [];
  return lines.reverse().find((line) => line.includes("qemu-system")) ?? `see ${log}`;
}
