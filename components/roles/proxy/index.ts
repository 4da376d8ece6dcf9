import * as pulumi from "@pulumi/pulumi";
import { DEBIAN, type Guest } from "../../../model/topology/guest";
import type { Proxy, ProxyNode, Topology } from "../../../model/topology/topology";
import { keepalivedSteps } from "../director/keepalivedSteps";
import { NAMES, type Names } from "../../machine/family";
import { guestSteps } from "../../machine/family/steps";
import type { Machine } from "../../machine/machine";
import { composeScript, runScript, STAGED, type Step } from "../../machine/remote/script";
import { type Backend, backendsOf } from "./backends";
import { checkScriptPath, renderCheckScript } from "./checkScript";
import { renderHaproxy } from "./haproxy";
import { renderNginx } from "./nginx";

export type ProxyServerArgs = {
  /** The machine to configure. */
  readonly machine: Machine;
  /** The lab. */
  readonly topology: Topology;
  /** Name of this proxy. */
  readonly node: ProxyNode;
  /** VRRP password; undefined: the topology has one or needs none. */
  readonly authPass?: pulumi.Input<string> | undefined;
  /** Resources that must be configured before it. */
  readonly after: readonly pulumi.Resource[];
};

/** A proxy (layer 7): haproxy or nginx in front of the web servers, and keepalived, which moves the VIP. */
export class ProxyServer extends pulumi.ComponentResource {
  constructor(
    name: string,
    { machine, topology, node, authPass, after }: ProxyServerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("lvs-lab:index:ProxyServer", name, {}, opts);

    const script = pulumi
      .output(authPass)
      .apply((pass) => composeScript(proxySteps(topology, node, pass, machine.guest)));
    // keepalived.conf holds the VRRP password.
    runScript(`${name}-configure`, { machine, script, secret: true }, { parent: this, dependsOn: [...after] });
    this.registerOutputs({});
  }
}

/** The configuration of each proxy, and the parser that checks it. */
const SOFTWARE: Readonly<
  Record<
    Proxy["software"],
    {
      path: string;
      render: (args: { readonly port: number; readonly backends: readonly Backend[] }, names: Names) => string;
      check: readonly string[];
    }
  >
> = {
  haproxy: { path: "/etc/haproxy/haproxy.cfg", render: renderHaproxy, check: ["haproxy", "-c", "-q", "-f", STAGED] },
  nginx: { path: "/etc/nginx/nginx.conf", render: renderNginx, check: ["nginx", "-t", "-q", "-c", STAGED] },
};

/** The steps that make a machine a proxy. It must serve before keepalived may give it the VIP. */
export function proxySteps(topology: Topology, node: ProxyNode, authPass?: string, guest: Guest = DEBIAN): Step[] {
  const { proxy, vrrp } = topology;
  if (proxy === undefined) throw new Error(`lab ${topology.name} has no proxy section`);
  const { path, render, check } = SOFTWARE[proxy.software];
  const other = proxy.software === "haproxy" ? "nginx" : "haproxy";
  return [
    ...guestSteps(topology, node, guest, [proxy.software, "keepalived"]),
    // It would use the port.
    { kind: "unit", name: other, enabled: false, active: false },
    {
      kind: "file",
      path,
      content: render({ port: proxy.port, backends: backendsOf(topology, node.name) }, NAMES[guest.family]),
      check,
      backup: true,
      events: [`reload:${proxy.software}`],
    },
    { kind: "unit", name: proxy.software, enabled: true, active: true },
    ...(vrrp?.trackScript === undefined
      ? []
      : ([
          {
            kind: "file",
            path: checkScriptPath(proxy.software),
            content: renderCheckScript(proxy.software),
            mode: "0755",
          },
        ] as const)),
    ...keepalivedSteps(topology, node.name, authPass),
  ];
}
