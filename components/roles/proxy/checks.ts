/** Checks of proxies (layer 7). */
import { advertPriority, advertSource, preempts, proxiesOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";
import { type Check, each, list, servedByAll, runs } from "../../checks/check";
import { checkScriptPath, renderCheckScript } from "./checkScript";

const hasProxies = (topology: Topology): boolean => proxiesOf(topology).length > 0;

/** The priority in a node's adverts while its script fails (keepalived.conf(5), track_script); undefined: it sends none (FAULT). */
function loweredPriority({ nodes, vrrp }: Topology, name: string): number | undefined {
  const node = nodes[name];
  const base = node?.role === "proxy" ? (node.vrrp?.priority ?? 0) : 0;
  const weight = vrrp?.trackScript?.weight ?? 0;
  return weight === 0 ? undefined : advertPriority(base, weight, false);
}

export const PROXY: readonly Check[] = [
  {
    name: "proxies",
    title: "every proxy runs its software and keepalived, now and at boot",
    needs: "nodes",
    applies: hasProxies,
    judge: (topology, seen) => {
      const software = topology.proxy?.software ?? "haproxy";
      const other = software === "haproxy" ? "nginx" : "haproxy";
      return each(
        proxiesOf(topology),
        seen,
        (_, { units }) => [
          ...[software, "keepalived"].flatMap((unit) => runs(units, unit)),
          units[other]?.active === "active" && `${other}.service is active: it would hold the port`,
        ],
        `${software} and keepalived active and enabled on ${list(proxiesOf(topology).map(({ name }) => name))}`,
      );
    },
  },
  {
    name: "check-script",
    title: "the script that checks the proxy is the lab's",
    needs: "nodes",
    applies: (topology) => hasProxies(topology) && topology.vrrp?.trackScript !== undefined,
    judge: (topology, seen) => {
      const software = topology.proxy?.software ?? "haproxy";
      const { interval, weight } = topology.vrrp?.trackScript ?? {};
      return each(
        proxiesOf(topology),
        seen,
        (_, { proxy, deployed }) => [
          proxy?.script !== (deployed?.[checkScriptPath(software)] ?? renderCheckScript(software)) &&
            `${checkScriptPath(software)} is not the lab's`,
        ],
        `${checkScriptPath(software)} every ${interval} s, weight ${weight ?? "none (FAULT)"}`,
      );
    },
  },
  {
    name: "track-script",
    title:
      "with the proxy stopped on the MASTER its priority falls by the weight, and the VIP moves to a node whose proxy runs",
    needs: "proxyStop",
    applies: (topology) =>
      proxiesOf(topology).length > 1 && topology.proxy !== undefined && topology.vrrp?.trackScript !== undefined,
    judge: (topology, { proxyStop }) => {
      const software = topology.proxy?.software ?? "";
      if (proxyStop === undefined) return { problems: ["no proxy holds the VIP"], seen: "" };
      const { stopped, holdersAfterStop, servedAfterStop, holdersAfterStart, servedAfterStart, adverts } = proxyStop;
      const returns = preempts(topology, stopped);
      const moved = holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped;
      const right = holdersAfterStart.length === 1 && (holdersAfterStart[0] === stopped) === returns;
      const lowered = loweredPriority(topology, stopped);
      const node = proxiesOf(topology).find(({ name }) => name === stopped);
      const own = node && advertSource(topology, node);
      const sent = [...new Set(adverts.filter(({ source }) => source === own).map(({ priority }) => priority))];
      return {
        problems: [
          ...(moved ? [] : [`with ${software} stopped on ${stopped} the VIP is held by ${list(holdersAfterStop)}`]),
          ...(lowered === undefined || sent.includes(lowered)
            ? []
            : [
                `${stopped}: its adverts had priority ${sent.join(", ") || "none"} without ${software}, must be ${lowered}`,
              ]),
          ...servedByAll(topology, servedAfterStop, `with ${software} stopped on ${stopped}`),
          ...(right
            ? []
            : [
                `${software} is back on ${stopped} and the VIP is held by ${list(holdersAfterStart)}, must ${returns ? `return to ${stopped}` : "stay where it was"}`,
              ]),
          ...servedByAll(topology, servedAfterStart, `with ${software} back on ${stopped}`),
        ],
        seen: `from ${stopped}${lowered === undefined ? "" : ` (priority ${lowered})`} to ${list(holdersAfterStop)}, with ${software} back: ${list(holdersAfterStart)}`,
      };
    },
  },
];
