import * as crypto from "node:crypto";
import * as fs from "node:fs";
import type { ImageFiles, Template, TemplateSpec } from "../platform";
import type { Programs } from "../programs";
import { renderDomain } from "./domain";
import { parseHead } from "./saveFile";
import type { Virsh } from "./virsh";
import { TEMPLATE_CMDLINE } from "./vm/cmdline";
import { SEED_SIZE } from "./vm/seed";
import { readXml } from "./xml";
import { templateName } from "../templateSpec";

/** Begin of the names of templates' domains. */
const PREFIX = "lvs-lab-template-";

/** A template as a transient domain of a libvirt. */
export class LibvirtTemplate implements Template {
  readonly machine: string;
  readonly log: string;
  private runs = false;

  constructor(
    private readonly programs: Programs,
    private readonly virsh: Virsh,
    private readonly spec: TemplateSpec,
    private readonly image: ImageFiles,
    private readonly work: (file: string) => string,
  ) {
    this.machine = `${PREFIX}${templateName(spec)}`;
    this.log = work("console.log");
  }

  async boot(): Promise<void> {
    const { image, work, spec } = this;
    const overlay = ["-f", "qcow2", "-F", "qcow2", "-b", image.root, work("root.qcow2")];
    await this.programs.run(["qemu-img", "create", "-q", ...overlay]);
    fs.writeFileSync(work("seed"), "\n".repeat(SEED_SIZE));
    const domain = renderDomain({
      ...spec,
      name: this.machine,
      uuid: crypto.randomUUID(),
      generation: crypto.randomUUID(),
      kernel: image.kernel,
      initrd: image.initrd,
      cmdline: TEMPLATE_CMDLINE,
      disk: { file: work("root.qcow2") },
      seed: { file: work("seed") },
      cards: Array.from({ length: spec.cards }, (_, n) => ({
        mac: `52:54:00:00:00:${(n + 1).toString(16).padStart(2, "0")}`,
        source: "nowhere",
      })),
      consoleLog: this.log,
    });
    fs.writeFileSync(work("domain.xml"), domain);
    await this.virsh.ask("create", work("domain.xml"));
    this.runs = true;
  }

  async save(folder: string): Promise<void> {
    const saved = this.work("saved");
    await this.virsh.ask("save", this.machine, saved);
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const { streamAt } = parseHead(fs.readFileSync(saved));
    const cut = 'tail -c "+$1" "$2" >"$3"';
    await this.programs.run(["sh", "-c", cut, "sh", `${streamAt + 1}`, saved, `${folder}/memory`]);
  }

  async end(): Promise<void> {
    // A domain of that name that this process did not start belongs to another process.
    if (this.runs) await this.virsh.try("destroy", this.machine);
  }
}

/** The templates of a libvirt, with the path of their disk. */
export async function templatesIn(virsh: Virsh): Promise<{ machine: string; disk: string }[]> {
  const names = (await virsh.list("list", "--name")).filter((name) => name.startsWith(PREFIX));
  const described = names.map(async (machine) => {
    const { code, stdout } = await virsh.try("dumpxml", machine);
    const [source] = code === 0 ? readXml(stdout).all("domain", "devices", "disk", "source") : [];
    const disk = source?.attribute("file");
    return disk === undefined ? [] : [{ machine, disk }];
  });
  return (await Promise.all(described)).flat();
}
