/** Checks of proxies (layer 7). */
import { checkScriptPath, renderCheckScript } from "../../../components/proxy/checkScript";
import { balancersOf, preempts, proxiesOf, vipsOf } from "../../../infra/model/members";
import type { Topology } from "../../../infra/model/topology";
import { type Check, differs, each, holdersOf, list, servedByAll } from "./check";

const hasProxies = (topology: Topology): boolean => proxiesOf(topology).length > 0;

export const PROXY: readonly Check[] = [
  {
    name: "proxies",
    title: "every proxy runs its software and keepalived, and will at boot",
    points: { "001": "001-1" },
    needs: "nodes",
    applies: hasProxies,
    judge: (topology, seen) => {
      const software = topology.proxy?.software ?? "haproxy";
      const other = software === "haproxy" ? "nginx" : "haproxy";
      return each(
        proxiesOf(topology),
        seen,
        (_, { units }) => [
          ...[software, "keepalived"].flatMap((unit) => [
            differs(`${unit}.service`, units[unit]?.active ?? "", "active"),
            differs(`${unit}.service at boot`, units[unit]?.enabled ?? "", "enabled"),
          ]),
          units[other]?.active === "active" && `${other}.service is active: it would hold the port`,
        ],
        `${software} and keepalived active and enabled on ${list(proxiesOf(topology).map(({ name }) => name))}`,
      );
    },
  },
  {
    name: "check-script",
    title: "the script that looks after the proxy is the lab's",
    points: { "001": "001-6" },
    needs: "nodes",
    applies: (topology) => hasProxies(topology) && topology.vrrp?.trackScript !== undefined,
    judge: (topology, seen) => {
      const software = topology.proxy?.software ?? "haproxy";
      const { interval, weight } = topology.vrrp?.trackScript ?? {};
      return each(
        proxiesOf(topology),
        seen,
        (_, { proxy }) => [
          proxy?.script !== renderCheckScript(software) && `${checkScriptPath(software)} is not the lab's`,
        ],
        `${checkScriptPath(software)} every ${interval} s, weight ${weight ?? "none (FAULT)"}`,
      );
    },
  },
  {
    name: "adverts",
    title: "adverts on the wire: source, virtual router id, priority and every VIP are the MASTER's",
    points: { "001": "001-7" },
    needs: "nodes",
    applies: (topology) => hasProxies(topology) && topology.vrrp !== undefined,
    judge: (topology, seen) => {
      const { vrrp } = topology;
      const [vip = ""] = vipsOf(topology);
      const master = balancersOf(topology).find(({ name }) => holdersOf(topology, seen, vip).includes(name));
      const own = master?.interfaces[vrrp?.interface ?? ""]?.address ?? "";
      const base = master?.vrrp?.priority ?? 0;
      const weight = vrrp?.trackScript?.weight ?? 0;
      // A weight above 0 counts while the script succeeds, and now it does.
      const priority = weight > 0 ? base + weight : base;
      return each(
        proxiesOf(topology),
        seen,
        (_, { proxy }) => {
          if (proxy?.advert === undefined) return ["saw no advert"];
          const { source, virtualRouterId, priority: sent, addresses } = proxy.advert;
          return [
            differs("the adverts' source", source, own),
            differs("the adverts' virtual router id", String(virtualRouterId), String(vrrp?.virtualRouterId)),
            differs("the adverts' priority", String(sent), String(priority)),
            differs("the adverts' VIPs", [...addresses].sort().join(","), [...vipsOf(topology)].sort().join(",")),
          ];
        },
        `from ${own}: vrid ${vrrp?.virtualRouterId}, priority ${priority}, ${vipsOf(topology).join(", ")}`,
      );
    },
  },
  {
    name: "track-script",
    title: "the proxy stopped on the MASTER, not keepalived: the VIP goes where a proxy runs",
    points: { "001": "001-6" },
    needs: "proxyStop",
    applies: (topology) =>
      proxiesOf(topology).length > 1 && topology.proxy !== undefined && topology.vrrp?.trackScript !== undefined,
    judge: (topology, { proxyStop }) => {
      const software = topology.proxy?.software ?? "";
      if (proxyStop === undefined) return { problems: ["no proxy holds the VIP"], seen: "" };
      const { stopped, holdersAfterStop, servedAfterStop, holdersAfterStart, servedAfterStart } = proxyStop;
      const returns = preempts(topology, stopped);
      const moved = holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped;
      const right = holdersAfterStart.length === 1 && (holdersAfterStart[0] === stopped) === returns;
      return {
        problems: [
          ...(moved ? [] : [`with ${software} stopped on ${stopped} the VIP is held by ${list(holdersAfterStop)}`]),
          ...servedByAll(topology, servedAfterStop, `with ${software} stopped on ${stopped}`),
          ...(right
            ? []
            : [
                `${software} is back on ${stopped} and the VIP is held by ${list(holdersAfterStart)}, must ${returns ? `return to ${stopped}` : "stay where it was"}`,
              ]),
          ...servedByAll(topology, servedAfterStart, `with ${software} back on ${stopped}`),
        ],
        seen: `from ${stopped} to ${list(holdersAfterStop)}, with ${software} back: ${list(holdersAfterStart)}`,
      };
    },
  },
];
