/** Paths of a hypervisor's files that this machine sees elsewhere. Pure. */

/** This machine's path of a file on the hypervisor. libvirtDir: this machine's path of the hypervisor's /var/lib/libvirt. */
export const seenHere = (onHypervisor: string, libvirtDir: string): string =>
  onHypervisor.replace(/^\/var\/lib\/libvirt(?=\/)/, libvirtDir);

/** Folder in which libvirt looks for saved memory when it starts a domain. */
export const savesIn = (libvirtDir: string): string => `${libvirtDir}/qemu/save`;

/** A domain's file in that folder. */
export const saveFileOf = (libvirtDir: string, domain: string): string => `${savesIn(libvirtDir)}/${domain}.save`;
