import * as fs from "node:fs";
import * as path from "node:path";
import { defaultPoolPath } from "../../../model/topology/names";
import type { Accelerator, ImageFiles, Platform, PlatformObject, Taken, Template, TemplateSpec } from "../platform";
import type { Programs } from "../programs";
import type { Embedded } from "./embedded";
import { objectsIn, type PoolPath, takeInventory } from "./inventory";
import { seenHere } from "./place";
import { removeObjects } from "./remove";
import { descriptionOf, parseSnapshot } from "./snapshot";
import { systemSockets } from "./sockets";
import { parseStates } from "./states";
import { LibvirtTemplate, templatesIn } from "./template";
import { Virsh } from "./virsh";

/** The system's own libvirt. */
export const SYSTEM_URI = "qemu:///system";

/** The provider's setting for the URI. */
export const SETTING = "libvirt:uri";

/** A libvirt: the system's, one of another machine, or the embedded one. Machines are its domains. */
export class Libvirt implements Platform {
  private readonly virsh: Virsh;
  /** The embedded libvirt's files and daemon; undefined: this is another libvirt. */
  private readonly own: Embedded | undefined;

  constructor(
    private readonly programs: Programs,
    readonly uri: string,
    private readonly accelerate: string,
    own?: Embedded,
  ) {
    this.virsh = new Virsh(programs, uri);
    this.own = own;
  }

  get embedded(): boolean {
    return this.own !== undefined;
  }

  get settings(): Readonly<Record<string, string>> {
    return {
      [SETTING]: this.uri,
      ...(this.own === undefined ? {} : { "lvs-lab:libvirtDir": this.own.libvirtDir }),
    };
  }

  async answers(): Promise<boolean> {
    // Without a socket do not ask: virsh would start a session of its own, or wait.
    if (this.uri === SYSTEM_URI && !systemSockets.some((socket) => fs.existsSync(socket))) return false;
    return this.virsh.answers();
  }

  lastError(): string {
    return this.own?.lastError() ?? "";
  }

  async stopIfIdle(): Promise<void> {
    if (this.own === undefined) return;
    const lists = await Promise.all([
      this.virsh.list("list", "--all", "--name"),
      this.virsh.list("net-list", "--all", "--name"),
    ]);
    if (lists.flat().length === 0) await this.own.stop();
  }

  async accelerator({ kernel, initrd }: Pick<ImageFiles, "kernel" | "initrd">): Promise<Accelerator> {
    if (this.own === undefined && this.uri !== SYSTEM_URI) {
      this.programs.note(
        `KVM on ${this.uri} cannot be tried from here: using TCG (if it has KVM, set lvs-lab:accelerator to kvm)`,
      );
      return "tcg";
    }
    return (await this.programs.run([this.accelerate, kernel, initrd], { show: "errors" })).trim() as Accelerator;
  }

  seenHere(onHypervisor: string): string | undefined {
    if (this.own !== undefined) return seenHere(onHypervisor, this.own.libvirtDir);
    return this.uri === SYSTEM_URI ? onHypervisor : undefined;
  }

  async states(machines: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    const listed = await this.virsh.listing();
    if (listed === undefined) return undefined;
    const states = parseStates(listed);
    for (const machine of machines) {
      if (!states.has(machine) || states.get(machine) === "running") continue;
      const { code, stdout } = await this.virsh.try("domstate", "--reason", machine);
      if (code === 0) states.set(machine, stdout.trim());
    }
    return states;
  }

  async start(machine: string): Promise<void> {
    await this.virsh.try("start", machine);
  }

  async reset(machine: string): Promise<void> {
    await this.virsh.try("reset", machine);
  }

  async powerOff(machine: string): Promise<void> {
    await this.virsh.ask("destroy", machine);
  }

  async setLink(machine: string, mac: string, link: "down" | "up"): Promise<void> {
    await this.virsh.ask("domif-setlink", machine, mac, link);
  }

  paused(): Promise<string[]> {
    return this.virsh.list("list", "--state-paused", "--name");
  }

  async pause(machine: string): Promise<void> {
    await this.virsh.ask("suspend", machine);
  }

  async pauseIfRunning(machine: string): Promise<void> {
    await this.virsh.try("suspend", machine);
  }

  async resume(machine: string): Promise<void> {
    await this.virsh.ask("resume", machine);
  }

  async tryResume(machine: string): Promise<string | undefined> {
    const { code, stderr } = await this.virsh.try("resume", machine);
    return code === 0 ? undefined : stderr.trim();
  }

  removeLogs(machines: readonly string[]): void {
    for (const machine of machines) if (this.own !== undefined) fs.rmSync(this.own.qemuLog(machine), { force: true });
  }

  async objects(poolPath?: PoolPath): Promise<PlatformObject[]> {
    return objectsIn(await takeInventory(this.virsh), poolPath);
  }

  waitingMemory(objects: readonly PlatformObject[]): PlatformObject[] {
    if (this.own === undefined || !fs.existsSync(this.own.savesDir)) return [];
    const { savesDir } = this.own;
    return fs.readdirSync(savesDir).flatMap((file): PlatformObject[] => {
      const name = /^(.+)\.save(\.part)?$/.exec(file)?.[1];
      if (name === undefined || objects.some((one) => one.kind === "domain" && one.name === name)) return [];
      return [{ kind: "memory", name, id: path.join(savesDir, file), active: true }];
    });
  }

  remove(objects: readonly Omit<PlatformObject, "active">[]): Promise<void> {
    return removeObjects(this.virsh, this.own, objects);
  }

  async startPool(id: string): Promise<void> {
    await this.virsh.try("pool-start", id);
  }

  async adoptFolder(lab: string): Promise<void> {
    if ((await this.virsh.try("pool-info", lab)).code === 0) return;
    if ((await this.virsh.try("pool-define-as", lab, "dir", "--target", defaultPoolPath(lab))).code !== 0) return;
    if ((await this.virsh.try("pool-start", lab)).code !== 0) await this.virsh.try("pool-undefine", lab);
  }

  snapshotNames(machine: string): Promise<string[]> {
    return this.virsh.list("snapshot-list", machine, "--name");
  }

  async describeSnapshot(machine: string, name: string): Promise<Taken | undefined> {
    return parseSnapshot(await this.virsh.ask("snapshot-dumpxml", machine, name));
  }

  async takeSnapshot(machine: string, name: string, deployment: string): Promise<void> {
    // The seed disk is read-only and cannot hold a snapshot.
    const disks = ["--diskspec", "vda,snapshot=internal", "--diskspec", "vdb,snapshot=no"];
    await this.virsh.ask("snapshot-create-as", machine, name, descriptionOf(deployment), ...disks);
  }

  async removeSnapshot(machine: string, name: string): Promise<void> {
    await this.virsh.try("snapshot-delete", machine, name);
  }

  /**
   * Goes back within the QEMU process, by QEMU's monitor (loadvm prints nothing if it succeeds). libvirt's snapshot-revert would start
   * another process, which takes twice the time under TCG. It is used for a domain that has no process.
   */
  async revert(machine: string, name: string): Promise<void> {
    const { code, stdout } = await this.virsh.try("qemu-monitor-command", machine, "--hmp", `loadvm ${name}`);
    if (code !== 0 || stdout.trim() !== "") await this.virsh.ask("snapshot-revert", machine, name, "--paused");
  }

  template(spec: TemplateSpec, image: ImageFiles, work: (file: string) => string): Template {
    return new LibvirtTemplate(this.programs, this.virsh, spec, image, work);
  }

  templates(): Promise<{ machine: string; disk: string }[]> {
    return templatesIn(this.virsh);
  }

  async endTemplates(machines: readonly string[]): Promise<void> {
    // Their domains are transient, so nothing is left to undefine.
    await Promise.all(machines.map((machine) => this.virsh.try("destroy", machine)));
  }

  async dropUnrestored(machines: readonly string[]): Promise<{ machine: string; reason: string }[]> {
    const { own } = this;
    if (own === undefined) return [];
    // libvirt removes the file after a restore, and a domain that was never started is not defined.
    const defined = await this.virsh.list("list", "--all", "--name");
    const bad = machines.filter((machine) => defined.includes(machine) && fs.existsSync(own.savedMemory(machine)));
    for (const machine of bad) fs.rmSync(own.savedMemory(machine));
    return bad.map((machine) => ({ machine, reason: own.lastWords(machine) }));
  }
}
