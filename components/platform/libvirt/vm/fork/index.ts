import { local } from "@pulumi/command";
import type * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import type { TemplateSpec } from "../../../platform";
import { renderHead } from "../../saveFile";
import { saveFileOf, seenHere } from "../../place";
import { type DomainDescription, type DomainFiles, renderDomain } from "../../domain";
import { templateFolder } from "../../../templateSpec";

/** Where templates are and forks go; undefined: the hypervisor's files are unreachable. */
export type ForkPlace = {
  /** This machine's path of the hypervisor's /var/lib/libvirt. */
  readonly libvirtDir: string;
  /** Folder of the image's templates. */
  readonly templates: string;
};

export type ForkArgs = ForkPlace & {
  readonly spec: TemplateSpec;
  /** The guest's domain. Its generation is set when the memory is placed. */
  readonly domain: DomainDescription & Omit<DomainFiles, "generation">;
  /** Its root disk, with the disk's path on the hypervisor. */
  readonly disk: libvirt.Volume;
  readonly diskPath: string;
};

/** Placeholder for the generation. host/fork replaces it by a new one. */
const NO_GENERATION = "00000000-0000-0000-0000-000000000000";

/**
 * Saved memory for a guest that does not exist yet, at the place where libvirt looks when it starts the guest. Instead of booting, the
 * guest continues from the saved template of its kind, and takes its own identity from its seed disk. Without a
 * matching template nothing is placed, and the guest boots. It is replaced with the disk, because memory fits only an unused disk.
 */
export function placeMemory(name: string, args: ForkArgs, opts: pulumi.CustomResourceOptions): local.Command {
  const { libvirtDir, templates, spec, domain, disk, diskPath } = args;
  const head = renderHead({ xml: renderDomain({ ...domain, generation: NO_GENERATION }) });
  return new local.Command(
    name,
    {
      create: "exec ./host/fork place",
      delete: 'rm -f "$SAVE"',
      stdin: head.toString("base64"),
      environment: {
        ACCELERATOR: spec.accelerator,
        TEMPLATE: templateFolder(templates, spec),
        DISK: seenHere(diskPath, libvirtDir),
        SAVE: saveFileOf(libvirtDir, domain.name),
      },
      addPreviousOutputInEnv: false,
    },
    pulumi.mergeOptions(opts, { dependsOn: disk, replaceWith: [disk], deleteBeforeReplace: true }),
  );
}
