import { guestsOf } from "../../model/topology/guests";
import type { Topology } from "../../model/topology/topology";

/** What a lab needs of a hypervisor. */
export type Footprint = {
  readonly guests: number;
  readonly vcpus: number;
  /** MiB. */
  readonly memory: number;
  /** MB: the image once, and what each guest writes until it is configured. */
  readonly disk: number;
  /** Seconds of `pulumi up` on an emulated host with two cores, image and toolchain there already. */
  readonly seconds: number;
};

/** Measured with dr-keepalived on the machine of the quick start's table: 42 s for four guests, which boot and are configured at once. */
const SECONDS = { once: 10, guest: 16, cores: 2 };
/** MB, measured there with `du`: the image's three volumes, and a guest's overlay with its seed once it is configured. */
const DISK = { image: 310, guest: 3 };

/** What a topology needs of the hypervisor. */
export function footprintOf(topology: Pick<Topology, "nodes" | "client">): Footprint {
  const all = Object.values(guestsOf(topology));
  const sum = (of: (node: (typeof all)[number]) => number): number => all.reduce((total, node) => total + of(node), 0);
  return {
    guests: all.length,
    vcpus: sum(({ vcpus }) => vcpus),
    memory: sum(({ memory }) => memory),
    disk: DISK.image + DISK.guest * all.length,
    seconds: SECONDS.once + Math.ceil((SECONDS.guest * all.length) / SECONDS.cores),
  };
}

/** The same in one line. */
export const footprintText = ({ guests, vcpus, memory, disk, seconds }: Footprint): string =>
  `${guests} guests, ${vcpus} vCPU, ${memory} MiB of memory, about ${disk} MB of disk, about ${seconds} s to come up (emulated, ${SECONDS.cores} cores)`;
