/** Where files of a hypervisor are that this machine sees under another path. Pure. */

/** A path on the hypervisor as this machine sees it; libvirtDir: the folder that the hypervisor knows as /var/lib/libvirt. */
export const seenHere = (onHypervisor: string, libvirtDir: string): string =>
  onHypervisor.replace(/^\/var\/lib\/libvirt(?=\/)/, libvirtDir);

/** Folder in which libvirt looks for the saved memory of a domain that it starts. */
export const savesIn = (libvirtDir: string): string => `${libvirtDir}/qemu/save`;

/** A domain's file in it. */
export const saveFileOf = (libvirtDir: string, domain: string): string => `${savesIn(libvirtDir)}/${domain}.save`;
