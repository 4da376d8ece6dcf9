import { contentServer, neighbourAddress } from "../../infra/model/members";
import type { Topology, WebNode } from "../../infra/model/topology";

/** Where a web server's pages are, and an NFS share is mounted over them. */
export const DOCUMENT_ROOT = "/var/www/html";

/** systemd's name of that mount (systemd-escape --path). */
export const MOUNT_UNIT = "var-www-html.mount";

/**
 * Renders the line of fstab(5) that mounts a share on a web server's document root, as document 002 writes it; undefined where
 * the web server serves its own files. _netdev: systemd waits for the network first, and does not keep the boot waiting.
 */
export function renderFstabLine(topology: Topology, web: WebNode): string | undefined {
  const server = contentServer(topology, web);
  if (server === undefined) return undefined;
  const address = neighbourAddress(web, server);
  if (address === undefined) throw new Error(`${web.name} cannot reach NFS server ${server.name}`);
  return `${address}:${server.share} ${DOCUMENT_ROOT} nfs defaults,_netdev 0 0`;
}

/**
 * nfsmount.conf(5) beside the package's own. Of a server that boots at the same time a client is refused at first, and mount.nfs(8) then tries
 * NFSv3, for which it starts rpcbind and rpc.statd: listeners that stay, whatever version it mounts in the end. Told a version with its minor
 * number, it asks for that one again until the server is there (nfs-utils, utils/mount/stropts.c: `nfs_autonegotiate`).
 */
export const NFSMOUNT_CONF = {
  path: "/etc/nfsmount.conf.d/lvs-lab.conf",
  content: "[NFSMount_Global_Options]\nNfsvers=4.2\n",
};
