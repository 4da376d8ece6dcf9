import * as pulumi from "@pulumi/pulumi";
import { DEBIAN, type Guest } from "../../../model/topology/guest";
import type { NfsNode, Topology } from "../../../model/topology/topology";
import { guestSteps } from "../../machine/family/steps";
import type { Machine } from "../../machine/machine";
import { composeScript, runScript, type Step } from "../../machine/remote/script";
import { renderPage } from "../web/httpd";
import { renderNfsConf } from "./conf";
import { renderExports } from "./exports";

export type NfsServerArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Name of this NFS server. */
  readonly node: NfsNode;
};

/** An NFS server with the shared content of several web servers. */
export class NfsServer extends pulumi.ComponentResource {
  constructor(name: string, { machine, topology, node }: NfsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:NfsServer", name, {}, opts);

    runScript(
      `${name}-configure`,
      { machine, script: composeScript(nfsSteps(topology, node, machine.guest)) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** The steps that make a machine an NFS server. Content and exports come first, so that clients find them. */
export function nfsSteps(topology: Topology, node: NfsNode, guest: Guest = DEBIAN): Step[] {
  return [
    ...guestSteps(topology, node, guest, ["nfsServer", "rpcbind"]),
    { kind: "file", path: `${node.share}/index.html`, content: renderPage(node) },
    { kind: "file", path: "/etc/nfs.conf.d/lvs-lab.conf", content: renderNfsConf(), events: ["restart:nfs-server"] },
    // exportfs(8) cannot only check a file. If it refuses the file, the reload fails and the server keeps its exports.
    { kind: "file", path: "/etc/exports", content: renderExports(topology, node), events: ["reload:nfs-server"] },
    { kind: "unit", name: "rpcbind", enabled: true, active: true },
    { kind: "unit", name: "nfs-server", enabled: true, active: true },
  ];
}
