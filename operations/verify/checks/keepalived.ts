/** Checks of keepalived: its files, and the table that it owns. */
import { type Check, each, holdersOf, list, runs } from "../../../components/checks/check";
import { expectedTable, tableProblems } from "../../../components/checks/ipvsTable";
import { renderKeepalived } from "../../../components/roles/director/keepalived";
import { MASKED } from "../../../model/topology/secrets";
import { balancersOf, directorsOf, hasPair, vipsOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";

const hasDirectorPair = (topology: Topology): boolean => hasPair(topology) && directorsOf(topology).length > 0;

export const KEEPALIVED: readonly Check[] = [
  {
    name: "keepalived.conf",
    title: "keepalived.conf matches the topology, and the packaged one is kept as .bak",
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
    needs: "nodes",
    applies: hasPair,
    judge: (topology, seen) => {
      // Lines that may differ between directors. nopreempt and preempt_delay belong to only one of the two.
      const own = /^\s*(router_id|state|priority|nopreempt|preempt_delay|mcast_src_ip)\b/;
      // Only with a topology that says so: addresses of the peers, and interfaces of other names.
      const differing = [
        ...(topology.vrrp?.unicast === true ? [/^ *unicast_src_ip .*\n/gm, /^ *unicast_peer \{[^}]*\}\n/gm] : []),
        ...(balancersOf(topology).some(({ vrrp }) => vrrp?.interface !== undefined)
          ? [/^ *interface .*\n/gm, / dev \S+( label \S+)?/g]
          : []),
      ];
      const shared = (name: string) =>
        differing
          .reduce((text, part) => text.replace(part, ""), seen.nodes[name]?.keepalivedConf ?? "")
          .split("\n")
          .filter((line) => !own.test(line) && !line.startsWith("#"));
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
    needs: "nodes",
    applies: hasDirectorPair,
    judge: (topology, seen) =>
      each(
        directorsOf(topology),
        seen,
        (_, { units }) => [
          ...runs(units, "keepalived"),
          units.ipvsadm?.active === "active" && "ipvsadm.service is active: two owners of one table",
          units.ipvsadm?.enabled === "enabled" && "ipvsadm.service starts at boot: two owners of one table",
        ],
        "keepalived active and enabled, ipvsadm.service neither",
      ),
  },
];
