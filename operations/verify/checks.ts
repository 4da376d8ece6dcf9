import { expectedTable, tableProblems } from "../../components/checks/ipvsTable";
import { renderKeepalived } from "../../components/roles/director/keepalived";
import { addressesOn, guestsOf } from "../../model/topology/guests";
import {
  balancersOf,
  directorsOf,
  heldVips,
  ipvsadmDirector,
  preempts,
  type Service,
  servedPage,
  servicesOf,
  sshAddress,
  tunnelledVips,
  vipsOf,
  webServersOf,
} from "../../model/topology/members";
import type { Topology } from "../../model/topology/topology";
import {
  type Check,
  describe,
  differs,
  each,
  failover,
  type Finding,
  holdersOf,
  list,
  merge,
  ownerOf,
  plainRoundRobin,
  servedByAll,
  serverOf,
  sysctls,
  expectedMaster,
} from "../../components/checks/check";
import { CLIENT } from "./checks/client";
import { CONTENT } from "./checks/content";
import { FORWARDING } from "./checks/forwarding";
import { HEALTH } from "./checks/health";
import { IPVSADM } from "./checks/ipvsadm";
import { NETWORKS } from "./checks/networks";
import { PREEMPTION } from "./checks/preemption";
import { PROXY } from "./checks/proxy";
import { SCHEDULERS } from "./checks/schedulers";
import { SECURITY } from "./checks/security";
import { VRRP } from "./checks/vrrp";
import { MASKED } from "../../model/topology/secrets";
import type { Response } from "../../components/looks/page";

/** A check's id in a lab: its document's point, or its own name in a lab without a document. */
export const checkId = (check: Check, topology: Topology): string =>
  check.points[topology.document ?? ""] ?? check.name;

/** Packages that a director must have. */
const packagesOf = (topology: Topology): string[] => [
  "ipvsadm",
  ...(ipvsadmDirector(topology) === undefined ? ["keepalived"] : []),
];

const hasDirectors = (topology: Topology): boolean => directorsOf(topology).length > 0;
const hasBalancers = (topology: Topology): boolean => balancersOf(topology).length > 0;
const hasPair = (topology: Topology): boolean => topology.vrrp !== undefined && balancersOf(topology).length > 1;
const hasDirectorPair = (topology: Topology): boolean => hasPair(topology) && hasDirectors(topology);
const usesDirectRouting = (topology: Topology): boolean =>
  topology.virtualServers.some((one) => one.forwarding === "DR");

/** The VIPs that a real server holds on lo. */
const onLo = (topology: Topology, node: string): string[] =>
  heldVips(topology, node).filter((vip) => !tunnelledVips(topology, node).includes(vip));

/** Judges round robin with equal weights: every real server answers in turn, the same number of times. */
function roundRobin(topology: Topology, server: Service, responses: readonly Response[]): Finding {
  const names = Object.keys(server.realServers);
  const at = `${server.vip}:${server.port}`;
  const from = responses.map((response) => serverOf(topology, response));
  const strange = responses.find((_, index) => !names.includes(from[index] ?? ""));
  const counts = names.map((name) => from.filter((one) => one === name).length);
  const said = names.map((name, index) => `${name} ${counts[index]}`).join(", ");
  const repeats = from.filter((name, index) => index >= names.length && name !== from[index - names.length]).length;
  const problems = [
    ...(responses.length === 0 ? [`${at}: was not asked`] : []),
    ...(strange === undefined
      ? []
      : [`${at}: got ${describe(strange)}, which is not a page of ${list(names)} (${said} of ${responses.length})`]),
    ...names
      .filter((_, index) => counts[index] !== responses.length / names.length)
      .map(
        (name) =>
          `${name}: gave ${from.filter((one) => one === name).length} of ${responses.length} answers through ${at}, must be ${responses.length / names.length}`,
      ),
    ...(strange === undefined && repeats > 0 ? [`${at}: real servers do not take turns: ${from.join(" ")}`] : []),
  ];
  return { problems, seen: `${responses.length} requests to ${at}: ${said}, in turn` };
}

/** All checks, in the order in which they are printed. */
export const CHECKS: readonly Check[] = [
  {
    name: "addresses",
    title: "every node has its host name and the topology's addresses",
    points: { "000": "000-1", "001": "001-1", "002": "002-1", "003": "003-1", "004": "004-1" },
    needs: "nodes",
    applies: () => true,
    judge: (topology, seen) =>
      each(
        Object.values(guestsOf(topology)),
        seen,
        (node, { hostname, addresses }) => [
          differs("host name", hostname, node.name),
          ...Object.keys(node.interfaces).flatMap((name) => {
            const held = addresses.filter((one) => one.interface === name).map((one) => one.address);
            return addressesOn(node, name).map(
              (address) => !held.includes(address) && `${name} has ${list(held)}, must have ${address}`,
            );
          }),
        ],
        Object.values(guestsOf(topology))
          .map((node) => `${node.name} ${sshAddress(node)}`)
          .join(", "),
      ),
  },
  {
    name: "packages",
    title: "the directors have their packages",
    points: { "000": "000-2", "002": "002-2", "003": "003-2" },
    needs: "nodes",
    applies: hasDirectors,
    judge: (topology, seen) =>
      each(
        directorsOf(topology),
        seen,
        (_, { packages }) =>
          packagesOf(topology).map((name) => !packages.includes(name) && `package ${name} is not installed`),
        `${packagesOf(topology).join(" and ")} installed`,
      ),
  },
  {
    name: "no-other-filter",
    title: "only the lab's own firewall drops packets, and SELinux does not enforce",
    points: { "000": "000-9", "003": "003-1" },
    needs: "nodes",
    applies: () => true,
    judge: (topology, seen) =>
      each(
        Object.values(guestsOf(topology)),
        seen,
        (_, { drops, selinux }) => [
          drops[0] !== undefined && `nftables drops packets in a table that is not the lab's: ${drops[0].trim()}`,
          selinux === "1" && "SELinux enforces its policy: /sys/fs/selinux/enforce is 1",
        ],
        `no other firewall on ${list(Object.keys(guestsOf(topology)))}`,
      ),
  },
  {
    name: "ip_vs",
    title: "ip_vs is loaded on the directors",
    points: { "000": "000-3", "002": "002-2", "003": "003-2" },
    needs: "nodes",
    applies: hasDirectors,
    judge: (topology, seen) =>
      each(
        directorsOf(topology),
        seen,
        (_, { ipvsVersion }) => [
          !ipvsVersion.startsWith("IP Virtual Server version") && `/proc/net/ip_vs says ${ipvsVersion || "nothing"}`,
        ],
        seen.nodes[directorsOf(topology)[0]?.name ?? ""]?.ipvsVersion ?? "",
      ),
  },
  {
    name: "send_redirects",
    title: "directors send no ICMP redirects",
    points: { "000": "000-4", "002": "002-4" },
    needs: "nodes",
    applies: (topology) => hasDirectors(topology) && usesDirectRouting(topology),
    judge: (topology, seen) =>
      each(
        directorsOf(topology),
        seen,
        (node, one) => sysctls(one, ["all", "default", ...Object.keys(node.interfaces)], { send_redirects: "0" }),
        "send_redirects=0 on all, default and every interface",
      ),
  },
  {
    name: "keepalived.conf",
    title: "keepalived.conf matches the topology, and the packaged one is kept as .bak",
    points: { "000": "000-5", "001": "001-1", "003": "003-11", "004": "004-5" },
    needs: "nodes",
    applies: hasPair,
    judge: (topology, seen) =>
      each(
        balancersOf(topology),
        seen,
        (node, { keepalivedConf, keepalivedBackup, deployed }) => {
          const wanted =
            deployed?.["/etc/keepalived/keepalived.conf"] ??
            renderKeepalived(topology, node.name, { authPass: MASKED });
          const line = wanted.split("\n").findIndex((text, index) => text !== keepalivedConf.split("\n")[index]);
          const got = keepalivedConf.split("\n")[line]?.trim();
          return [
            keepalivedConf !== wanted &&
              `keepalived.conf differs from the topology's in line ${line + 1}: ${got ?? "end of file"}, must be ${wanted.split("\n")[line]?.trim() ?? "end of file"}`,
            !keepalivedBackup && "keepalived.conf.bak is missing",
          ];
        },
        balancersOf(topology)
          .map(({ name, vrrp }) => `${name} ${vrrp?.routerId} ${vrrp?.state} ${vrrp?.priority}`)
          .join(", "),
      ),
  },
  {
    name: "master-table",
    title: "the kernel's table on the MASTER equals the topology",
    points: { "000": "000-6", "003": "003-11" },
    needs: "nodes",
    applies: hasDirectorPair,
    judge: (topology, seen) => {
      const masters = vipsOf(topology).flatMap((vip) => holdersOf(topology, seen, vip));
      if (masters.length === 0) return { problems: ["no director holds the VIP, so none is MASTER"], seen: "" };
      const nodes = directorsOf(topology).filter(({ name }) => masters.includes(name));
      return each(
        nodes,
        seen,
        (node, one) => tableProblems(topology, node, one),
        `${list([...new Set(masters)])}: ${nodes.flatMap((node) => expectedTable(topology, node).slice(1)).join("; ")}`,
      );
    },
  },
  {
    name: "same-file",
    title: "the directors' files differ only in router_id, state and priority",
    points: { "000": "000-7", "001": "001-1", "003": "003-11" },
    needs: "nodes",
    applies: hasPair,
    judge: (topology, seen) => {
      // Lines that may differ between directors. nopreempt and preempt_delay belong to only one of the two.
      const own = /^\s*(router_id|state|priority|nopreempt|preempt_delay|mcast_src_ip)\b/;
      const shared = (name: string) =>
        (seen.nodes[name]?.keepalivedConf ?? "").split("\n").filter((line) => !own.test(line) && !line.startsWith("#"));
      const [first, ...others] = balancersOf(topology);
      return each(
        others,
        seen,
        ({ name }) => {
          const [mine, theirs] = [shared(name), shared(first?.name ?? "")];
          const strange = mine.find((line) => !theirs.includes(line)) ?? theirs.find((line) => !mine.includes(line));
          return [
            mine.join("\n") !== theirs.join("\n") &&
              `keepalived.conf differs from ${first?.name}'s: ${strange?.trim() ?? "other order"}`,
          ];
        },
        "equal except router_id, state, priority",
      );
    },
  },
  {
    name: "router-ids",
    title: "every director has its own router_id, which mails and logs show",
    points: { "000": "000-5", "001": "001-1", "003": "003-11", "004": "004-5" },
    needs: "nodes",
    applies: hasPair,
    judge: (topology, seen) => {
      const ids = balancersOf(topology).map(({ name }) => ({
        name,
        id: /^\s*router_id (\S+)/m.exec(seen.nodes[name]?.keepalivedConf ?? "")?.[1] ?? "",
      }));
      return each(
        balancersOf(topology),
        seen,
        ({ name }) => {
          const id = ids.find((one) => one.name === name)?.id ?? "";
          const same = ids.find((one) => one.name !== name && one.id === id)?.name;
          return [
            id === "" && "keepalived.conf has no router_id",
            id !== "" && same !== undefined && `router_id is ${id}, which is ${same}'s too`,
          ];
        },
        ids.map(({ name, id }) => `${name} ${id}`).join(", "),
      );
    },
  },
  {
    name: "one-owner",
    title: "keepalived runs and starts at boot, and is the table's only owner",
    points: { "000": "000-8", "003": "003-11" },
    needs: "nodes",
    applies: hasDirectorPair,
    judge: (topology, seen) =>
      each(
        directorsOf(topology),
        seen,
        (_, { units }) => [
          differs("keepalived.service", units.keepalived?.active ?? "", "active"),
          differs("keepalived.service at boot", units.keepalived?.enabled ?? "", "enabled"),
          units.ipvsadm?.active === "active" && "ipvsadm.service is active: two owners of one table",
          units.ipvsadm?.enabled === "enabled" && "ipvsadm.service starts at boot: two owners of one table",
        ],
        "keepalived active and enabled, ipvsadm.service neither",
      ),
  },
  {
    name: "pages",
    title: "every web server runs httpd, gives its own page and closes the connection",
    points: { "000": "000-9", "001": "001-8", "002": "002-7", "003": "003-1", "004": "004-4" },
    needs: "client",
    applies: (topology) => webServersOf(topology).length > 0,
    judge: (topology, seen) =>
      each(
        webServersOf(topology),
        seen,
        (node, { units }) => {
          const answer = seen.client.direct[node.name];
          const page = servedPage(topology, node);
          return [
            differs("httpd", units.httpd?.active ?? "", "active"),
            differs("httpd at boot", units.httpd?.enabled ?? "", "enabled"),
            answer !== undefined &&
              (answer.status !== 200 || answer.body !== page) &&
              `answers ${describe(answer)} at ${sshAddress(node)}, must be 200 "${page}"`,
            answer?.keepAlive === true && answer.status !== 0 && "keeps the connection open: KeepAlive must be off",
          ];
        },
        webServersOf(topology)
          .map((web) => `${web.name} "${servedPage(topology, web)}"`)
          .join(", "),
      ),
  },
  {
    name: "vip-on-lo",
    title:
      "real servers hold the VIP as /32 on lo with a host route, now and at boot, and are set not to answer ARP for it",
    points: { "000": "000-10", "002": "002-6", "003": "003-5", "004": "004-3" },
    needs: "nodes",
    applies: usesDirectRouting,
    judge: (topology, seen) => {
      const wanted = { arp_ignore: "1", arp_announce: "2" };
      return each(
        webServersOf(topology).filter(({ name }) => onLo(topology, name).length > 0),
        seen,
        (node, one) => [
          differs("lvs-lab-vip.service at boot", one.units["lvs-lab-vip"]?.enabled ?? "", "enabled"),
          ...onLo(topology, node.name).flatMap((vip) => {
            const held = one.addresses.filter(({ address }) => address === vip);
            const lo = held.find((at) => at.interface === "lo" && at.prefixLength === 32);
            return [
              lo === undefined && `lo does not hold ${vip}/32`,
              lo !== undefined && !lo.label.startsWith("lo:") && `${vip} has no label lo:N on lo`,
              ...held.filter((at) => at.interface !== "lo").map((at) => `${at.interface} holds ${vip}: only lo may`),
              // The route must be in table main. In table local the kernel has one for every address.
              !one.routes.some((route) => `${route} `.startsWith(`${vip} dev lo `)) && `no host route to ${vip} on lo`,
            ];
          }),
          ...sysctls(one, ["all", "default", "lo"], wanted),
        ],
        `${vipsOf(topology).join(", ")}/32 on lo, arp_ignore=1, arp_announce=2`,
      );
    },
  },
  {
    name: "tables",
    title: "every director lists every real server",
    points: { "000": "000-11", "002": "002-5", "003": "003-4", "004": "004-8" },
    needs: "nodes",
    applies: hasDirectors,
    judge: (topology, seen) =>
      each(
        directorsOf(topology),
        seen,
        (node, one) => tableProblems(topology, node, one),
        directorsOf(topology)
          .map((node) => `${node.name}: ${expectedTable(topology, node).length} rows`)
          .join(", "),
      ),
  },
  {
    name: "round-robin",
    title: "the client gets every real server's page in turn through the VIP, with exact counts",
    points: { "000": "000-12", "001": "001-8", "002": "002-8" },
    needs: "client",
    applies: (topology) => servicesOf(topology).some(plainRoundRobin),
    judge: (topology, seen) =>
      merge(
        servicesOf(topology)
          .filter(plainRoundRobin)
          .map((server) => roundRobin(topology, server, seen.client.throughVip[`${server.vip}:${server.port}`] ?? [])),
      ),
  },
  {
    name: "arp",
    title: "exactly one MAC answers ARP for the VIP, and it is the MASTER's",
    points: { "000": "000-10", "001": "001-1", "002": "002-12", "003": "003-6" },
    needs: "client",
    applies: hasBalancers,
    judge: (topology, seen) => {
      const findings = vipsOf(topology).map((vip): Finding => {
        const macs = seen.client.arp[vip] ?? [];
        const masters = holdersOf(topology, seen, vip);
        const owners = macs.map((mac) => ownerOf(topology, mac));
        if (macs.length === 0) return { problems: [`nobody answers ARP for ${vip}`], seen: "" };
        const wrong = owners.filter((name) => !masters.includes(name));
        return {
          problems: [
            ...wrong.map((name) => `${name}: answers ARP for ${vip}, which ${list(masters)} holds`),
            ...(owners.length > 1 && wrong.length === 0 ? [`${list(owners)}: all answer ARP for ${vip}`] : []),
          ],
          seen: `${vip} is at ${macs.join(", ")}, ${owners.join(", ")}`,
        };
      });
      return merge(findings);
    },
  },
  {
    name: "one-master",
    title: "exactly one director holds the VIP, and it is the right one (no split brain)",
    points: { "000": "000-15", "001": "001-1", "003": "003-11" },
    needs: "nodes",
    applies: hasPair,
    judge: (topology, seen) =>
      merge(
        vipsOf(topology).map((vip): Finding => {
          const holders = holdersOf(topology, seen, vip);
          const master = expectedMaster(topology);
          if (holders.length === 0) {
            const states = balancersOf(topology).map(
              ({ name }) => `${name}'s keepalived is ${seen.nodes[name]?.units.keepalived?.active || "out of reach"}`,
            );
            return { problems: [`no director holds ${vip}: ${states.join(", ")}`], seen: "" };
          }
          return {
            problems: [
              ...(holders.length > 1 ? [`${list(holders)}: all hold ${vip} (split brain)`] : []),
              ...(master !== undefined && !holders.includes(master)
                ? [`${list(holders)}: holds ${vip}, must be ${master}`]
                : []),
            ],
            seen: `${list(holders)} holds ${vip}`,
          };
        }),
      ),
  },
  {
    name: "failover",
    title: "with keepalived stopped on the MASTER the VIP moves, and the client is served",
    points: { "000": "000-13", "001": "001-8", "003": "003-11", "004": "004-2" },
    needs: "failover",
    applies: hasPair,
    judge: failover((topology, { stopped, holdersAfterStop, servedAfterStop }) => ({
      problems: [
        ...(holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped
          ? []
          : [`with keepalived stopped on ${stopped} the VIP is held by ${list(holdersAfterStop)}`]),
        ...servedByAll(topology, servedAfterStop, `with keepalived stopped on ${stopped}`),
      ],
      seen: `from ${stopped} to ${list(holdersAfterStop)}, ${servedAfterStop.length} of ${servedAfterStop.length} requests served`,
    })),
  },
  {
    name: "preempt",
    title: "with keepalived started again the VIP is where the preemption mode says",
    points: { "000": "000-14", "001": "001-8", "003": "003-11", "004": "004-6" },
    needs: "failover",
    applies: hasPair,
    judge: failover((topology, { stopped, holdersAfterStart, servedAfterStart }) => {
      const stays = !preempts(topology, stopped);
      const right = holdersAfterStart.length === 1 && (holdersAfterStart[0] === stopped) !== stays;
      return {
        problems: [
          ...(right
            ? []
            : [
                `keepalived is back on ${stopped} and the VIP is held by ${list(holdersAfterStart)}, must ${stays ? "stay where it was" : `return to ${stopped}`}`,
              ]),
          ...servedByAll(topology, servedAfterStart, `with keepalived back on ${stopped}`),
        ],
        seen: `${list(holdersAfterStart)} holds the VIP ${stays ? "still" : "again"}`,
      };
    }),
  },
  {
    name: "takeover-time",
    title: "the takeover after a clean stop can take less than 1 second",
    points: { "000": "000-16" },
    needs: "failover",
    applies: hasPair,
    judge: failover((_, { outage, rounds, stopped }) => ({
      problems:
        outage < 1
          ? []
          : [
              `stopping keepalived on ${stopped} left the client without an answer for ${outage.toFixed(2)} s at best in ${rounds} rounds`,
            ],
      seen: `${outage.toFixed(2)} s without an answer`,
    })),
  },
  ...IPVSADM,
  ...CONTENT,
  ...CLIENT,
  ...PROXY,
  ...VRRP,
  ...PREEMPTION,
  ...FORWARDING,
  ...NETWORKS,
  ...HEALTH,
  ...SCHEDULERS,
  ...SECURITY,
];

/** The checks of a lab, in order. */
export const checksFor = (topology: Topology): Check[] => CHECKS.filter((check) => check.applies(topology));
