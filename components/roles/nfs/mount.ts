import { contentServer, neighbourAddress } from "../../../model/topology/queries";
import type { WebNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";

/** A web server's document root, on which an NFS share is mounted. */
export const DOCUMENT_ROOT = "/var/www/html";

/** systemd's name of that mount (systemd-escape --path). */
export const MOUNT_UNIT = "var-www-html.mount";

/**
 * Renders the line of fstab(5) that mounts a share on a web server's document root, as in document 002; undefined if
 * the web server serves its own files. _netdev: systemd first waits for the network, without delaying the boot.
 */
export function renderFstabLine(topology: Topology, web: WebNode): string | undefined {
  const server = contentServer(topology, web);
  if (server === undefined) return undefined;
  const address = neighbourAddress(web, server);
  if (address === undefined) throw new Error(`${web.name} cannot reach NFS server ${server.name}`);
  return `${address}:${server.share} ${DOCUMENT_ROOT} nfs defaults,_netdev 0 0`;
}

/**
 * A drop-in of nfsmount.conf(5). While the server boots, it refuses a client, and mount.nfs(8) then tries
 * NFSv3, for which it starts rpcbind and rpc.statd. These keep listening even if it finally mounts another version. With a version and a minor
 * number, it retries only that version until the server answers (nfs-utils, utils/mount/stropts.c: `nfs_autonegotiate`).
 */
export const NFSMOUNT_CONF = {
  path: "/etc/nfsmount.conf.d/lvs-lab.conf",
  content: "[NFSMount_Global_Options]\nNfsvers=4.2\n",
};
