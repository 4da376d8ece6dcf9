import { defaultNetns } from "./model/names";

/** Where the system's own libvirt listens: its one daemon, or that of its QEMU driver alone. */
export const systemSockets = ["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"];

/** Where the embedded libvirt listens (host/libvirtd). */
export const embeddedSocket = ({ LVS_LAB_NAMESPACE: name = defaultNetns }: NodeJS.ProcessEnv): string =>
  `/run/${name}/libvirt/libvirt-sock`;
