/** Checks of a director that sets VIP and table with ipvsadm, without keepalived. */
import { IPVSADM_RULES } from "../../../components/roles/director/family";
import { renderIpvsadmRules } from "../../../components/roles/director/ipvsadm";
import { directorsOf, interfaceOf, ipvsadmDirector, vipsOf, webServersOf } from "../../../model/topology/queries";
import { isSite } from "../../../model/topology/own/config";
import type { DirectorNode } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import { type Check, differs, each, list, runs } from "../../../components/checks/check";

const alone = (topology: Topology): DirectorNode[] => [ipvsadmDirector(topology)].filter((one) => one !== undefined);

export const IPVSADM: readonly Check[] = [
  {
    name: "vip-on-director",
    title: "the director holds the VIP on its interface, labelled, by a unit that starts at boot",
    needs: "nodes",
    applies: (topology) => ipvsadmDirector(topology) !== undefined,
    judge: (topology, seen) => {
      const length = topology.ipvsadm?.prefixLength ?? 32;
      return each(
        alone(topology),
        seen,
        (node, { addresses, units }) => [
          ...vipsOf(topology).map((vip, index) => {
            const label = `${interfaceOf(topology, node, vip)}:${index}`;
            const held = addresses.find(({ address }) => address === vip);
            const got = held === undefined ? "nothing" : `${held.address}/${held.prefixLength} on ${held.label}`;
            return differs("the VIP", got, `${vip}/${length} on ${label}`);
          }),
          ...runs(units, "lvs-lab-vip"),
        ],
        vipsOf(topology)
          .map((vip) => `${vip}/${length}`)
          .join(", "),
      );
    },
  },
  {
    name: "saved-table",
    title: "ipvsadm's file has the table for the next boot, and ipvsadm is the table's only owner",
    needs: "nodes",
    applies: (topology) => ipvsadmDirector(topology) !== undefined,
    judge: (topology, seen) =>
      each(
        alone(topology),
        seen,
        (node, { ipvsadm, units, deployed = {} }) => {
          const [kept] = Object.values(IPVSADM_RULES).flatMap((path) => deployed[path] ?? []);
          const wanted = (kept ?? renderIpvsadmRules(topology, node.name)).trim();
          const missing = wanted.split("\n").find((line) => !ipvsadm?.rules.split("\n").includes(line));
          return [
            missing !== undefined && `the saved table lacks ${missing}`,
            missing === undefined && ipvsadm?.rules !== wanted && "the saved table has more than the topology's rows",
            ...runs(units, "ipvsadm"),
            units.keepalived?.active === "active" && "keepalived.service is active: two owners of one table",
          ];
        },
        "the saved table matches the topology, ipvsadm.service enabled, keepalived off",
      ),
  },
  {
    name: "timeouts",
    title: "the kernel forgets idle connections after the topology's timeouts",
    needs: "nodes",
    applies: (topology) => topology.ipvsadm?.timeouts !== undefined,
    judge: (topology, seen) => {
      const { tcp, tcpFin, udp } = topology.ipvsadm?.timeouts ?? {};
      const wanted = `${tcp} ${tcpFin} ${udp}`;
      return each(
        alone(topology),
        seen,
        (_, { ipvsadm }) => [differs("the timeouts (tcp tcpfin udp)", ipvsadm?.timeouts ?? "", wanted)],
        `tcp tcpfin udp: ${wanted} s`,
      );
    },
  },
  {
    name: "scheduler-modules",
    title: "the kernel has loaded the scheduler of every virtual server",
    needs: "nodes",
    applies: (topology) => directorsOf(topology).length > 0 && !isSite(topology),
    judge: (topology, seen) => {
      const wanted = [...new Set(topology.virtualServers.map(({ scheduler }) => `ip_vs_${scheduler}`))];
      return each(
        directorsOf(topology),
        seen,
        (_, { ipvsModules }) =>
          wanted.map(
            (name) =>
              !ipvsModules.includes(name) && `${name} is not loaded; loaded modules of ip_vs: ${list(ipvsModules)}`,
          ),
        wanted.join(", "),
      );
    },
  },
  {
    name: "gateway",
    title: "no real server sends its answers through a director (direct routing)",
    needs: "nodes",
    applies: (topology) => topology.virtualServers.some(({ forwarding }) => forwarding === "DR"),
    judge: (topology, seen) => {
      const own = directorsOf(topology).flatMap(({ interfaces }) => Object.values(interfaces).map((at) => at.address));
      // With NAT its route must lead there.
      const direct = webServersOf(topology).filter(({ name }) =>
        topology.virtualServers.some(
          ({ forwarding, realServers }) => forwarding === "DR" && Object.hasOwn(realServers, name),
        ),
      );
      return each(
        direct,
        seen,
        (_, { routes }) => {
          const wrong = routes.find((route) => own.some((address) => `${route} `.includes(` via ${address} `)));
          return [wrong !== undefined && `its route leads through a director: ${wrong.trim()}`];
        },
        `no route via ${list(own)}`,
      );
    },
  },
];
