import * as pulumi from "@pulumi/pulumi";
import type { DirectorNode, Topology } from "../../infra/model/topology";
import type { Machine } from "../machine";
import { composeScript, runScript, STAGED, type Step } from "../remote/script";
import { routeSteps } from "../routes";
import { renderHttpdConf, renderPage } from "../web/httpd";
import { renderListen } from "../web/sites";
import { renderKeepalived } from "./keepalived";
import { mailSpoolSteps } from "./mailSpool";
import { renderDirectorSysctl } from "./sysctl";

export type DirectorArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Which of its directors this is. */
  readonly node: DirectorNode;
  /** VRRP password; undefined when the topology has its own or needs none. */
  readonly authPass?: pulumi.Input<string> | undefined;
  /** What must be configured before it. */
  readonly after: readonly pulumi.Resource[];
};

/** A director (DS): the kernel's IPVS table, and keepalived, which owns it together with the VIP. */
export class Director extends pulumi.ComponentResource {
  constructor(
    name: string,
    { machine, topology, node, authPass, after }: DirectorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lvs-lab:index:Director", name, {}, opts);

    const script = pulumi.output(authPass).apply((pass) => composeScript(directorSteps(topology, node, pass)));
    // keepalived.conf holds the VRRP password.
    runScript(`${name}-configure`, { machine, script, secret: true }, { parent: this, dependsOn: [...after] });
    this.registerOutputs({});
  }
}

/** What makes a machine a director, in order. */
export function directorSteps(topology: Topology, node: DirectorNode, authPass?: string): Step[] {
  return [
    { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ip_vs\n" },
    { kind: "module", name: "ip_vs" },
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderDirectorSysctl(topology, node.name) },
    ...routeSteps(topology, node),
    ...sorrySteps(topology),
    ...(topology.vrrp?.notification === undefined ? [] : mailSpoolSteps()),
    // One table, one owner: ipvsadm's unit would load a saved table over keepalived's.
    { kind: "unit", name: "ipvsadm", enabled: false, active: false },
    {
      kind: "file",
      path: "/etc/keepalived/keepalived.conf",
      content: renderKeepalived(topology, node.name, authPass === undefined ? {} : { authPass }),
      mode: "0600",
      // Any exit code but 0 refuses: 4, for example, is "runs after dropping what is wrong".
      check: ["keepalived", "--config-test", `--use-file=${STAGED}`],
      backup: true,
      events: ["reload:keepalived"],
    },
    { kind: "unit", name: "keepalived", enabled: true, active: true },
  ];
}

/** The director's own httpd, which answers while no real server does. One page: it stands for the whole site. */
function sorrySteps({ virtualServers }: Topology): Step[] {
  const sorry = virtualServers.filter(({ sorryPage }) => sorryPage !== undefined);
  const page = sorry[0]?.sorryPage;
  if (page === undefined) return [];
  const events = ["reload:apache2"] as const;
  return [
    { kind: "file", path: "/var/www/html/index.html", content: renderPage({ page }) },
    { kind: "file", path: "/etc/apache2/conf-enabled/lvs-lab.conf", content: renderHttpdConf(), events },
    {
      kind: "file",
      path: "/etc/apache2/conf-enabled/lvs-lab-ports.conf",
      content: renderListen([...new Set(sorry.map(({ port }) => port))]),
      events,
    },
    { kind: "unit", name: "apache2", enabled: true, active: true },
  ];
}
