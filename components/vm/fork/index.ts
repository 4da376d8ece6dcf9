import { local } from "@pulumi/command";
import type * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { type ForkDomain, renderForkDomain } from "./domain";
import { saveFileOf, seenHere } from "./place";
import { renderHead } from "./saveFile";
import { type Shape, templateFolder } from "./shape";

/** Where guests that are forked come from and go to; undefined where the hypervisor's files cannot be reached. */
export type ForkPlace = {
  /** Folder that the hypervisor knows as /var/lib/libvirt, as this machine sees it. */
  readonly libvirtDir: string;
  /** Folder of the image's templates. */
  readonly templates: string;
};

export type ForkArgs = ForkPlace & {
  readonly shape: Shape;
  /** The guest as it shall run; the generation is put in when the memory is placed. */
  readonly domain: Omit<ForkDomain, "generation">;
  /** Its root disk, and that disk's path on the hypervisor. */
  readonly disk: libvirt.Volume;
  readonly diskPath: string;
};

/** Stands for the generation, until host/fork puts a fresh one in. */
const NO_GENERATION = "00000000-0000-0000-0000-000000000000";

/**
 * Saved memory for a guest that does not exist yet, where libvirt looks for it when it starts the guest: instead of booting, the
 * guest goes on from where its shape's template was saved, and takes its own identity from its seed disk. Without a
 * template that fits, nothing is placed, and the guest boots. Goes with the disk: memory fits only a disk that was never used.
 */
export function placeMemory(name: string, args: ForkArgs, opts: pulumi.CustomResourceOptions): local.Command {
  const { libvirtDir, templates, shape, domain, disk, diskPath } = args;
  const head = renderHead({ xml: renderForkDomain({ ...domain, generation: NO_GENERATION }) });
  return new local.Command(
    name,
    {
      create: "exec ./host/fork place",
      delete: 'rm -f "$SAVE"',
      stdin: head.toString("base64"),
      environment: {
        ACCELERATOR: shape.accelerator,
        TEMPLATE: templateFolder(templates, shape),
        DISK: seenHere(diskPath, libvirtDir),
        SAVE: saveFileOf(libvirtDir, domain.name),
      },
      addPreviousOutputInEnv: false,
    },
    pulumi.mergeOptions(opts, { dependsOn: disk, replaceWith: [disk], deleteBeforeReplace: true }),
  );
}
