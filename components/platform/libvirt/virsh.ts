import { LIMITS } from "../../../model/limits";
import { UserError } from "../../../model/userError";
import type { Programs, Ran } from "../programs";

/** The virsh commands that read or write a guest's memory or disk. On QEMU's monitor that is loadvm. */
const movesData = [
  "save",
  "restore",
  "create",
  "start",
  "snapshot-create-as",
  "snapshot-revert",
  "snapshot-delete",
  "qemu-monitor-command",
  "vol-upload",
  "vol-download",
];

/** virsh(1) against one libvirt. */
export class Virsh {
  constructor(
    private readonly programs: Programs,
    readonly uri: string,
  ) {}

  private words(args: readonly string[]): string[] {
    return ["virsh", "-q", "-c", this.uri, ...args];
  }

  /** Runs a command that must succeed, and returns what it prints. */
  async ask(...args: readonly string[]): Promise<string> {
    return this.programs.succeeded(this.words(args), await this.try(...args));
  }

  /** The lines of its answer. */
  async list(...args: readonly string[]): Promise<string[]> {
    return (await this.ask(...args)).split("\n").filter(Boolean);
  }

  /** Runs a command that may fail. It is still an error if libvirt does not answer: then the outcome is unknown. */
  async try(...args: readonly string[]): Promise<Ran> {
    const [verb = ""] = args;
    const timeout = (movesData.includes(verb) ? LIMITS.libvirtData : LIMITS.libvirtAnswer).seconds;
    const result = await this.programs.tryRun(this.words(args), { timeout });
    if (result.timedOut !== true) return result;
    throw new UserError(
      `libvirt at ${this.uri} did not answer within ${timeout} s: virsh ${args.join(" ")} (fix: restart that libvirt, or stop the embedded one with ./host/libvirtd stop --force; then run the same again)`,
    );
  }

  /** Whether the libvirt answers. */
  async answers(): Promise<boolean> {
    const { code } = await this.programs.tryRun(["virsh", "-c", this.uri, "uri"], this.briefly);
    return code === 0;
  }

  /** All domains with their states, as `virsh list --all` prints them; undefined: libvirt does not answer. */
  async listing(): Promise<string | undefined> {
    const { code, stdout } = await this.programs.tryRun(this.words(["list", "--all"]), this.briefly);
    return code === 0 ? stdout : undefined;
  }

  private readonly briefly = { timeout: LIMITS.libvirtThere.seconds };
}
