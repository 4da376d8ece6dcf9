import * as fs from "node:fs";
import * as path from "node:path";
import { cpuOf } from "./qemu";

/** The host's cost of all guests of the bench's lab since their start. */
export type GuestsCost = {
  /** CPU seconds. */
  readonly cpu: number;
  /** Resident MB now. */
  readonly memory: number;
  /** Sum of each guest's peak resident memory, in MB. */
  readonly peak: number;
};

/** Reads every QEMU process of the bench's own libvirt, proc_pid_status(5). */
export function guestsCost(): GuestsCost {
  const folder = path.join("/run", process.env.LVS_LAB_NAMESPACE ?? "", "libvirt", "qemu");
  const pids = fs
    .readdirSync(folder)
    .filter((file) => /^bench-.*\.pid$/.test(file))
    .map((file) => Number(fs.readFileSync(path.join(folder, file), "utf8")));
  const sum = (of: (pid: number) => number): number => pids.reduce((total, pid) => total + of(pid), 0);
  const megabytes = (field: string) => (pid: number) =>
    Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  return { cpu: sum(cpuOf), memory: sum(megabytes("VmRSS")), peak: sum(megabytes("VmHWM")) };
}
