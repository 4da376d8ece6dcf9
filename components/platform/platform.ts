/** What executes a machine's instructions: the processor (kvm), or QEMU's emulation (tcg). */
export type Accelerator = "kvm" | "tcg";
