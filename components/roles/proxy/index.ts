import type { Family } from "../../../model/topology/guest";
import type { ProxyNode } from "../../../model/topology/node";
import type { Proxy, Topology } from "../../../model/topology/topology";
import { advert } from "../../looks/advert";
import { STAGED } from "../../machine/remote/script";
import { KEEPALIVED } from "../director/family";
import { keepalivedSteps } from "../director/keepalivedSteps";
import { vrrpOpenings } from "../director/openings";
import type { Role } from "../role";
import { type Backend, backendsOf } from "./backends";
import { PROXY } from "./checks";
import { checkScriptPath, renderCheckScript } from "./checkScript";
import { NGINX_USER, PROXIES } from "./family";
import { script, scriptMode } from "./look";
import { renderHaproxy } from "./haproxy";
import { renderNginx } from "./nginx";

/** The configuration of each proxy, and the parser that checks it. */
const SOFTWARE: Readonly<
  Record<
    Proxy["software"],
    {
      path: string;
      render: (args: { readonly port: number; readonly backends: readonly Backend[] }, family: Family) => string;
      check: readonly string[];
    }
  >
> = {
  haproxy: { path: "/etc/haproxy/haproxy.cfg", render: renderHaproxy, check: ["haproxy", "-c", "-q", "-f", STAGED] },
  nginx: {
    path: "/etc/nginx/nginx.conf",
    render: (args, family) => renderNginx(args, NGINX_USER[family]),
    check: ["nginx", "-t", "-q", "-c", STAGED],
  },
};

/** A proxy (layer 7): haproxy or nginx in front of the web servers, and keepalived, which moves the VIP. */
export const proxy: Role<ProxyNode> = {
  component: "ProxyServer",
  after: ["web"],
  secret: true,
  group: "proxies",
  drawn: { label: "proxy (layer 7)", pill: "L7", short: "proxy", colour: "proxy" },
  software: (topology) => [PROXIES[sectionOf(topology).software], KEEPALIVED],
  // It must serve before keepalived may give it the VIP.
  steps(topology, node, { family, authPass }) {
    const { software, port } = sectionOf(topology);
    const { path, render, check } = SOFTWARE[software];
    const other = software === "haproxy" ? "nginx" : "haproxy";
    return [
      // It would use the port.
      { kind: "unit", name: other, enabled: false, active: false },
      {
        kind: "file",
        path,
        content: render({ port, backends: backendsOf(topology, node.name) }, family),
        check,
        backup: true,
        events: [`reload:${software}`],
      },
      { kind: "unit", name: software, enabled: true, active: true },
      ...(topology.vrrp?.trackScript === undefined
        ? []
        : ([
            {
              kind: "file",
              path: checkScriptPath(software),
              content: renderCheckScript(software),
              mode: "0755",
            },
          ] as const)),
      ...keepalivedSteps(topology, node.name, authPass),
    ];
  },
  openings: (topology, node) => [
    ...vrrpOpenings(topology, node),
    { name: "proxy", what: { transport: "tcp", ports: [sectionOf(topology).port] } },
  ],
  listeners: (topology) => [{ transport: "tcp", ports: [sectionOf(topology).port] }],
  units: () => ({ keepalived: "keepalived", haproxy: "haproxy", nginx: "nginx" }),
  // The advert comes last: its end waits for a packet, while the others run.
  looks: [script, advert],
  exposes: [scriptMode],
  checks: PROXY,
};

/** What every proxy of the lab does. */
function sectionOf({ name, proxy: section }: Topology): Proxy {
  if (section === undefined) throw new Error(`lab ${name} has no proxy section`);
  return section;
}
