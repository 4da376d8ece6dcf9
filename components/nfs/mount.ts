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
