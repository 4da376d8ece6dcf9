/** Checks of what every machine has, and of what directors need before they balance. */
import { type Check, differs, each, list, sysctls } from "../../../components/checks/check";
import { addressesOn, guestsOf } from "../../../model/topology/guests";
import { directorsOf, ipvsadmDirector, sshAddress, usesDirectRouting } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";

/** Packages that a director must have. */
const packagesOf = (topology: Topology): string[] => [
  "ipvsadm",
  ...(ipvsadmDirector(topology) === undefined ? ["keepalived"] : []),
];
const hasDirectors = (topology: Topology): boolean => directorsOf(topology).length > 0;

export const MACHINES: readonly Check[] = [
  {
    name: "addresses",
    title: "every node has its host name and the topology's addresses",
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
];
