/** Checks of what the machines expose to others. */
import { TABLE } from "../../../components/machine/firewall/ruleset";
import { syncPort } from "../../../components/roles/director/syncPort";
import { listenersOf, rulesOf } from "../../../components/roles";
import { guestsOf } from "../../../model/topology/guests";
import { isOwn } from "../../../model/topology/own/config";
import { proxiesOf } from "../../../model/topology/queries";
import type { Node } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import type { ExposedSeen, SocketSeen } from "../../../components/looks/exposed";
import type { LabSeen } from "../../../components/looks/lab";
import { type Check, differs, each, eachSeen, type Finding, list } from "../../../components/checks/check";

const nodesOf = (topology: Topology) => Object.values(guestsOf(topology));

/** Whether only the machine itself can reach a socket. */
const isLoopback = ({ address }: SocketSeen): boolean => /^(127\.|\[::1\])/.test(address) || address.endsWith("%lo");

/** Judges what each node exposes. A node without data is a problem. */
const exposed = (
  { exposed: all = {} }: LabSeen,
  nodes: readonly Node[],
  judge: (node: Node, seen: ExposedSeen) => (string | false)[],
  well: string,
): Finding =>
  eachSeen(
    nodes,
    ({ name }) => {
      const one = all[name];
      return one === undefined || one.sockets.length === 0 ? "does not list its sockets" : one;
    },
    judge,
    well,
  );

/** The first port that the kernel chooses by itself (ip_local_port_range). */
const firstEphemeral = 32_768;

/** The lines of a text, however they are indented. */
const linesOf = (text: string): string[] => text.split("\n").map((line) => line.trim());

/** Settings of sshd that allow only keys. */
const SSHD = {
  passwordauthentication: "no",
  kbdinteractiveauthentication: "no",
  permitrootlogin: "without-password",
  permitemptypasswords: "no",
  pubkeyauthentication: "yes",
} as const;

export const SECURITY: readonly Check[] = [
  {
    name: "firewall",
    title: "every node drops packets that its role does not serve: the kernel has the topology's rules",
    needs: "nodes",
    applies: () => true,
    judge: (topology, seen) =>
      each(
        nodesOf(topology),
        seen,
        (node, { rules, deployed }) => {
          if (rules === "") return [`nftables has no table ${TABLE}: everything comes in`];
          const wanted = deployed?.[TABLE] ?? rulesOf(topology, node);
          if (rules === wanted) return [];
          const [want, got] = [linesOf(wanted), linesOf(rules)];
          const lacks = want.find((line) => !got.includes(line));
          const foreign = got.find((line) => !want.includes(line));
          if (lacks === undefined && foreign === undefined) return [`table ${TABLE} has another order`];
          return [
            lacks !== undefined && `table ${TABLE} lacks: ${lacks}`,
            foreign !== undefined && `table ${TABLE} has a line that is not in the topology: ${foreign}`,
          ];
        },
        `input drops on ${list(nodesOf(topology).map(({ name }) => name))}`,
      ),
  },
  {
    name: "ports",
    title: "only the services of the node's role listen",
    needs: "exposed",
    applies: () => true,
    judge: (topology, seen) =>
      exposed(
        seen,
        nodesOf(topology),
        (node, { sockets, rpc = [] }) => {
          const wanted = listenersOf(topology, node);
          // A check that asks by UDP (DNS_CHECK, UDP_CHECK) has a socket of its own for a moment.
          const asks = ({ transport, port }: SocketSeen): boolean =>
            node.role === "director" && isOwn(node) && transport === "udp" && port >= firstEphemeral;
          const open = [
            ...new Set(
              sockets
                .filter((one) => !isLoopback(one) && !asks(one))
                .map(({ transport, port }) => `${transport} ${port}`),
            ),
          ];
          // Leave out the other helpers of an NFS server: their ports change at each start, and the firewall blocks them.
          // The kernel of a BACKUP listens for the MASTER's connections.
          const port = node.role === "director" ? syncPort(topology, node) : undefined;
          const ofKernel = port === undefined ? [] : [`udp ${port}`];
          const strange = open.filter((one) => ![...wanted, ...rpc, ...ofKernel].includes(one));
          return [
            ...wanted.filter((one) => !open.includes(one)).map((one) => `nothing listens on ${one}`),
            ...strange.map((one) => `listens on ${one}, which its role does not use`),
          ];
        },
        nodesOf(topology)
          .map((node) => `${node.name} ${listenersOf(topology, node).join(", ")}`)
          .join("; "),
      ),
  },
  {
    name: "logins",
    title: "root can log in only with a key, and nobody has a password",
    needs: "exposed",
    applies: () => true,
    judge: (topology, seen) =>
      exposed(
        seen,
        nodesOf(topology),
        (_, { sshd, passwords }) => [
          ...Object.entries(SSHD).map(([key, want]) => differs(`sshd's ${key}`, sshd[key] ?? "", want)),
          differs("root's password", passwords.root ?? "", "locked"),
          ...Object.entries(passwords)
            .filter(([user, state]) => user !== "root" && state !== "locked")
            .map(([user]) => `${user} has a password, or needs none`),
        ],
        "sshd takes keys only, every password is locked",
      ),
  },
  {
    name: "script-security",
    title: "keepalived runs its script as root only if nobody else can change it",
    needs: "exposed",
    applies: (topology) => proxiesOf(topology).length > 0 && topology.vrrp?.trackScript !== undefined,
    judge: (topology, seen) =>
      exposed(
        seen,
        proxiesOf(topology),
        ({ name }, { script }) => [
          ...["enable_script_security", "script_user root"].map(
            (line) =>
              !(seen.nodes[name]?.keepalivedConf ?? "").split("\n").some((one) => one.trim() === line) &&
              `keepalived.conf lacks ${line}`,
          ),
          differs("the script's mode and owner", script ?? "", "755 root"),
        ],
        "enable_script_security, script_user root; the script is root's, mode 755",
      ),
  },
];
