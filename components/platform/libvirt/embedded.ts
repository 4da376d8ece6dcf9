import * as fs from "node:fs";
import * as path from "node:path";
import type { Programs } from "../programs";
import { saveFileOf, savesIn } from "./place";

/** The host's part of a libvirt: scripts of host/, and the state folder. */
export type Host = {
  /** Path of a script of host/. */
  readonly script: (name: string) => string;
  /** Folder with the embedded libvirt's files in `libvirt/`. */
  readonly stateDir: string;
};

/** The files and the daemon of the private libvirt that host/libvirtd runs in a network namespace of its own. */
export class Embedded {
  private readonly folder: string;
  private readonly libvirtd: string;
  private address: Promise<string> | undefined;

  constructor(
    private readonly programs: Programs,
    host: Host,
  ) {
    this.folder = path.join(host.stateDir, "libvirt");
    this.libvirtd = host.script("libvirtd");
  }

  /** Its address, whether it runs or not. */
  async uri(): Promise<string> {
    this.address ??= this.programs.run([this.libvirtd, "uri"]);
    return (await this.address).trim();
  }

  async start(): Promise<void> {
    await this.programs.run([this.libvirtd, "start"], { show: "errors" });
  }

  async stop(): Promise<void> {
    await this.programs.run([this.libvirtd, "stop"], { show: "errors" });
  }

  /** Whether it has files from an earlier run. */
  isThere(): boolean {
    return fs.existsSync(this.folder);
  }

  /** The folder that it sees as /var/lib/libvirt. */
  get libvirtDir(): string {
    return path.join(this.folder, "lib");
  }

  /** Its folder for saved domains. */
  get savesDir(): string {
    return savesIn(this.libvirtDir);
  }

  /** The file from which a domain starts. */
  savedMemory(domain: string): string {
    return saveFileOf(this.libvirtDir, domain);
  }

  /** QEMU's log of a domain. */
  qemuLog(domain: string): string {
    return path.join(this.folder, "log", "qemu", `${domain}.log`);
  }

  /** QEMU's last error about a domain. */
  lastWords(domain: string): string {
    const log = this.qemuLog(domain);
    const lines = fs.existsSync(log) ? fs.readFileSync(log, "utf8").split("\n") : [];
    return lines.reverse().find((line) => line.includes("qemu-system")) ?? `see ${log}`;
  }

  /** The daemon's last error; empty: none. */
  lastError(): string {
    const log = path.join(this.folder, "log", "libvirtd.log");
    if (!fs.existsSync(log)) return "";
    const errors = fs
      .readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => / error : /.test(line));
    return errors.at(-1)?.replace(/^.* error : /, "") ?? "";
  }
}
