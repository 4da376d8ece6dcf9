import { defaultNetns } from "../../../model/topology/names";

/** The sockets of the system's own libvirt: the single daemon, or the separate daemon of the QEMU driver. */
export const systemSockets = ["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"];

/** The socket of the embedded libvirt (host/libvirtd). */
export const embeddedSocket = ({ LVS_LAB_NAMESPACE: name = defaultNetns }: NodeJS.ProcessEnv): string =>
  `/run/${name}/libvirt/libvirt-sock`;
