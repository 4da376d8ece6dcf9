import * as pulumi from "@pulumi/pulumi";
import type { Topology, WebNode } from "../../infra/model/topology";
import type { Machine } from "../machine";
import { composeScript, runScript, STAGED, type Step } from "../remote/script";
import { renderHttpdConf, renderPage } from "./httpd";
import { renderRealServerSysctl, renderVipUnit } from "./realServer";

export type WebServerArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Which of its web servers this is. */
  readonly node: WebNode;
};

/** A web server (RS): httpd with its page, and the VIP on lo without an ARP answer, as direct routing needs it. */
export class WebServer extends pulumi.ComponentResource {
  constructor(name: string, { machine, topology, node }: WebServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("lvs-lab:index:WebServer", name, {}, opts);

    runScript(
      `${name}-configure`,
      { machine, script: composeScript(webServerSteps(topology, node)) },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** What makes a machine a web server, in order: it must be silent about the VIP before it has it. */
export function webServerSteps(topology: Topology, node: WebNode): Step[] {
  return [
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderRealServerSysctl() },
    {
      kind: "file",
      path: "/etc/systemd/system/lvs-lab-vip.service",
      content: renderVipUnit(topology, node.name),
      events: ["restart:lvs-lab-vip"],
    },
    { kind: "unit", name: "lvs-lab-vip", enabled: true, active: true },
    { kind: "file", path: "/var/www/html/index.html", content: renderPage(node) },
    {
      kind: "file",
      path: "/etc/apache2/conf-enabled/lvs-lab.conf",
      content: renderHttpdConf(),
      // The staged file on top of the configuration in place, whose *.conf does not match it.
      check: ["apache2ctl", "-t", "-c", `Include ${STAGED}`],
      events: ["reload:apache2"],
    },
    { kind: "unit", name: "apache2", enabled: true, active: true },
  ];
}
