/** Checks of real servers: their pages, and the VIP that they hold in silence. */
import { type Check, describe, differs, each, sysctls, runs } from "../../../components/checks/check";
import {
  heldVips,
  servedPage,
  sshAddress,
  tunnelledVips,
  usesDirectRouting,
  vipsOf,
  webServersOf,
} from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";

/** The VIPs that a real server holds on lo. */
const onLo = (topology: Topology, node: string): string[] =>
  heldVips(topology, node).filter((vip) => !tunnelledVips(topology, node).includes(vip));

export const REAL_SERVERS: readonly Check[] = [
  {
    name: "pages",
    title: "every web server runs httpd, gives its own page and closes the connection",
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
            ...runs(units, "httpd", "httpd"),
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
];
