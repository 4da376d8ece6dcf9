import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import { run, tryRun } from "../operations/run";
import { UserError } from "../model/userError";
import { SEED_SERIAL } from "../components/platform/libvirt/vm/xslt";
import { inWork } from "./work";

/** The files and settings with which a machine starts. */
export type Start = {
  /** Root disk. The machine writes to an overlay on it. */
  readonly disk: string;
  readonly kernel: string;
  readonly initrd: string;
  /** The kernel's command line. */
  readonly cmdline: string;
  /** File with its identity. */
  readonly seed: string;
};

/** Card, address and key of the only machine, in QEMU's private user network. */
export const card = {
  name: "ens3",
  mac: "52:54:00:00:00:01",
  address: "10.0.2.15",
  prefixLength: 24,
  gateway: "10.0.2.2",
};

const memory = 512;
const clockTicks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
/** Seconds to wait for a silent machine. */
const limit = 300;

/** CPU seconds of a process, proc(5): fields 14 and 15, counted from the last parenthesis. */
export function cpuOf(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / clockTicks;
}

/** A plain QEMU process, emulated, with one processor and 512 MB. */
export class Machine {
  private constructor(
    private readonly name: string,
    private readonly pid: number,
    private readonly port: number,
  ) {}

  static async start(name: string, start: Start): Promise<Machine> {
    const [overlay, pidFile] = [inWork(`${name}.qcow2`), inWork(`${name}.pid`)];
    fs.rmSync(overlay, { force: true });
    await run(["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", start.disk, overlay]);
    const port = await freePort();
    const child = spawn(
      "qemu-system-x86_64",
      [
        ...["-accel", "tcg", "-smp", "1", "-m", String(memory), "-nodefaults", "-display", "none", "-no-reboot"],
        ...["-serial", `file:${inWork(`${name}.log`)}`, "-pidfile", pidFile],
        ...["-kernel", start.kernel, "-initrd", start.initrd],
        ...["-append", start.cmdline],
        ...["-drive", `if=none,id=root,file=${overlay},cache=unsafe`, "-device", "virtio-blk-pci,drive=root"],
        ...["-drive", `if=none,id=seed,file=${start.seed},format=raw,readonly=on`],
        ...["-device", `virtio-blk-pci,drive=seed,serial=${SEED_SERIAL}`],
        ...["-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${port}-:22`],
        ...["-device", `virtio-net-pci,netdev=net,mac=${card.mac},romfile=`, "-device", "virtio-rng-pci"],
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    if (child.pid === undefined) throw new Error("qemu-system-x86_64 does not start");
    return new Machine(name, child.pid, port);
  }

  /** Waits for sshd's banner. */
  async banner(): Promise<void> {
    const end = performance.now() + limit * 1000;
    while (!(await greets(this.port))) {
      if (performance.now() > end || !fs.existsSync(`/proc/${this.pid}`))
        throw new UserError(`${this.name}: no SSH after ${limit} s; its console:\n${this.console()}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private console(): string {
    return fs
      .readFileSync(inWork(`${this.name}.log`), "utf8")
      .split("\n")
      .slice(-20)
      .join("\n");
  }

  cpu(): number {
    return cpuOf(this.pid);
  }

  /** MB of memory in use after the boot: total minus available. */
  async memoryUsed(key: string): Promise<number> {
    const ask = "systemctl is-system-running --wait >/dev/null; cat /proc/meminfo";
    const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=30"];
    const flags = options.flatMap((option) => ["-o", option]);
    const words = ["ssh", "-F", "none", "-i", key, "-p", String(this.port), ...flags, "root@127.0.0.1", ask];
    const { stdout, stderr } = await tryRun(words, { timeout: limit });
    const kib = (name: string): number => Number(new RegExp(`^${name}: +(\\d+)`, "m").exec(stdout)?.[1]);
    const used = (kib("MemTotal") - kib("MemAvailable")) / 1024;
    if (Number.isNaN(used)) throw new Error(`${this.name} does not tell its memory: ${stderr}`);
    return used;
  }

  /** Stops the process and removes its files. */
  async stop(): Promise<void> {
    if (fs.existsSync(`/proc/${this.pid}`)) process.kill(this.pid);
    while (fs.existsSync(`/proc/${this.pid}`)) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const suffix of ["qcow2", "pid", "log"]) fs.rmSync(inWork(`${this.name}.${suffix}`), { force: true });
  }
}

/** A free port. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Whether an SSH server answers. QEMU accepts connections long before that. */
const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1");
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => end(false));
    socket.on("data", (data) => end(data.toString().startsWith("SSH-")));
    socket.on("error", () => end(false));
    socket.on("close", () => end(false));
  });
