import { contentServer, neighbourAddress, webServersOf } from "../../../model/topology/queries";
import type { NfsNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import type { Opening, Ports } from "../../machine/firewall/opening";
import type { Role } from "../role";
import { renderPage } from "../web/httpd";
import { MOUNTD_PORT, renderNfsConf } from "./conf";
import { renderExports } from "./exports";
import { NFS_SERVER, RPCBIND } from "./family";
import { rpc, share } from "./look";

/** NFS, with rpcbind and mountd for `showmount` and NFS version 3. */
const PORTS: readonly Ports[] = [
  { transport: "tcp", ports: [111, 2049, MOUNTD_PORT] },
  { transport: "udp", ports: [111, MOUNTD_PORT] },
];

/** An NFS server with the shared content of several web servers. */
export const nfs: Role<NfsNode> = {
  component: "NfsServer",
  after: [],
  secret: false,
  group: "nfs_servers",
  drawn: { label: "NFS server", pill: "NFS", short: "NFS server", colour: "nfs" },
  software: () => [NFS_SERVER, RPCBIND],
  // Content and exports come first, so that clients find them.
  steps: (topology, node) => [
    { kind: "file", path: `${node.share}/index.html`, content: renderPage(node) },
    { kind: "file", path: "/etc/nfs.conf.d/lvs-lab.conf", content: renderNfsConf(), events: ["restart:nfs-server"] },
    // exportfs(8) cannot only check a file. If it refuses the file, the reload fails and the server keeps its exports.
    { kind: "file", path: "/etc/exports", content: renderExports(topology, node), events: ["reload:nfs-server"] },
    { kind: "unit", name: "rpcbind", enabled: true, active: true },
    { kind: "unit", name: "nfs-server", enabled: true, active: true },
  ],
  openings: shareOpenings,
  listeners: () => [...PORTS],
  units: () => ({ rpcbind: "rpcbind", "nfs-server": "nfs-server" }),
  looks: [share],
  exposes: [rpc],
  running(topology, node, { share: seen }) {
    // exports(5) has folder and hosts with their options; showmount shows no options.
    const hosts = [...renderExports(topology, node).matchAll(/ (\S+)\(/g)].map(([, host = ""]) => host);
    const shown = (seen?.shown ?? []).map((one) => one.replace(/\s+/, " "));
    return [["exports", `${node.share} ${hosts.join(",")}`, shown.join("; ")]];
  },
};

/** For the web servers that mount from here. */
function shareOpenings(topology: Topology, node: NfsNode): Opening[] {
  const from = webServersOf(topology)
    .filter((web) => contentServer(topology, web)?.name === node.name)
    .flatMap((web) => neighbourAddress(node, web) ?? []);
  return from.length === 0 ? [] : PORTS.map((what) => ({ name: "NFS of the web servers", what, from }));
}
