import type * as libvirt from "@pulumi/libvirt";
import type * as pulumi from "@pulumi/pulumi";
import type { DomainDescription } from "../domain";
import type { Segment } from "../segment";
import { renderDomainXslt } from "./xslt";

/** The resources that a domain uses. */
export type DomainResources = {
  /** Ids of the root disk and the seed disk. */
  readonly disks: readonly pulumi.Input<string>[];
  /** Connections of the cards, in their order. */
  readonly plugs: readonly Segment["plug"][];
  /** Ids of the kernel and the initrd that QEMU starts; undefined: the disk has a bootloader. */
  readonly boot?: { readonly kernel: pulumi.Input<string>; readonly initrd: pulumi.Input<string> } | undefined;
};

/** A domain as inputs of the provider. */
export const domainArgs = (
  { name, uuid, accelerator, memory, vcpus, cmdline, cards, consoleLog }: DomainDescription,
  { disks, plugs, boot }: DomainResources,
): libvirt.DomainArgs => ({
  name,
  type: accelerator === "kvm" ? "kvm" : "qemu",
  // TCG's default model boots. "maximum" did not, because of its five-level page tables.
  ...(accelerator === "kvm" ? { cpu: { mode: "host-passthrough" } } : {}),
  memory,
  vcpu: vcpus,
  ...(boot === undefined ? {} : { ...boot, cmdlines: [...(cmdline ?? [])] }),
  disks: disks.map((volumeId) => ({ volumeId })),
  // MACs are in libvirt's form.
  networkInterfaces: cards.map(({ mac }, index) => ({ ...plugs[index], mac: mac.toUpperCase() })),
  running: true,
  xml: { xslt: renderDomainXslt({ consoleLog, uuid, ...(accelerator === "tcg" ? { emulated: vcpus } : {}) }) },
});
