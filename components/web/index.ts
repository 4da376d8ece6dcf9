import * as pulumi from "@pulumi/pulumi";
import { portsOf, tunnelledVips } from "../../infra/model/members";
import type { Topology, WebNode } from "../../infra/model/topology";
import type { Machine } from "../machine";
import { composeScript, runScript, STAGED, type Step } from "../remote/script";
import { routeSteps } from "../routes";
import { renderHttpdConf, renderPage } from "./httpd";
import { OBJECT } from "./object";
import { renderRealServerSysctl, renderVipUnit } from "./realServer";
import { renderListen, renderSites } from "./sites";

export type WebServerArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Which of its web servers this is. */
  readonly node: WebNode;
};

/** The staged file on top of the configuration in place, whose *.conf does not match it. */
const APACHE_CHECK = ["apache2ctl", "-t", "-c", `Include ${STAGED}`];

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
  const tunnelled = tunnelledVips(topology, node.name).length > 0;
  return [
    ...(tunnelled
      ? ([
          { kind: "file", path: "/etc/modules-load.d/lvs-lab.conf", content: "ipip\n" },
          // Makes tunl0, which has settings of its own.
          { kind: "module", name: "ipip" },
        ] as const)
      : ([{ kind: "absent", path: "/etc/modules-load.d/lvs-lab.conf" }] as const)),
    { kind: "sysctl", path: "/etc/sysctl.d/90-lvs-lab.conf", content: renderRealServerSysctl({ tunnelled }) },
    ...routeSteps(topology, node),
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
      check: APACHE_CHECK,
      events: ["reload:apache2"],
    },
    ...siteSteps(topology, node),
    { kind: "made", path: OBJECT.path, sha256: OBJECT.sha256, command: OBJECT.command },
    { kind: "unit", name: "apache2", enabled: true, active: true },
  ];
}

/** Ports and virtual hosts beside port 80's; nothing where the real server is asked there alone. */
function siteSteps(topology: Topology, node: WebNode): Step[] {
  const [listen, sites] = ["/etc/apache2/conf-enabled/lvs-lab-ports.conf", "/etc/apache2/sites-enabled/lvs-lab.conf"];
  const events = ["reload:apache2"] as const;
  const ports = portsOf(topology, node.name);
  const content = renderSites(topology, node.name);
  return [
    ports.length > 1
      ? // Not checked: on top of the same line in place a second Listen is refused.
        { kind: "file", path: listen, content: renderListen(ports), events }
      : { kind: "absent", path: listen, events },
    content.includes("<VirtualHost")
      ? { kind: "file", path: sites, content, check: APACHE_CHECK, events }
      : { kind: "absent", path: sites, events },
  ];
}
