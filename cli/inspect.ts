import type { Node } from "../infra/model/topology";
import type { LabOutputs } from "../infra/outputs";
import type { Session } from "./session";
import { table } from "./table";
import { observeNodes } from "./verify/observe";
import type { NodeSeen } from "./verify/seen";

/** What `lab inspect` tells of a running lab. */
export type Inspection = {
  readonly lab: string;
  readonly vip: string;
  readonly url: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly role: string;
    readonly address: string;
    readonly mac: string;
    /** Observed: MASTER holds the VIP, BACKUP runs keepalived without it; "-" where there is no keepalived. */
    readonly vrrp: string;
    readonly ssh: string;
  }[];
};

/** A node's VRRP state as its own kernel and daemon show it. */
export function vrrpState(node: Node | undefined, seen: NodeSeen | undefined, vip: string): string {
  if (seen === undefined || !seen.reachable) return "unreachable";
  if ((node?.role !== "director" && node?.role !== "proxy") || node.vrrp === undefined) return "-";
  if (seen.addresses.some((one) => one.address === vip && one.interface !== "lo")) return "MASTER";
  return seen.units.keepalived?.active === "active" ? "BACKUP" : "stopped";
}

/** Looks at a running lab. */
export async function inspect(session: Session): Promise<Inspection> {
  const { lab } = session;
  const seen = await observeNodes(session);
  return {
    lab: lab.lab,
    vip: lab.vip,
    url: lab.url,
    nodes: lab.nodes.map(({ name, role, address, interfaces }) => ({
      name,
      role,
      address,
      mac: interfaces[0]?.mac ?? "",
      vrrp: vrrpState(session.topology.nodes[name], seen[name], lab.vip),
      ssh: `./scripts/lab ssh ${name}`,
    })),
  };
}

/** The same as a table for people. */
export function inspectionText(lab: LabOutputs, { nodes, vip, url }: Inspection): string {
  const rows = nodes.map((node) => [node.name, node.role, node.address, node.mac, node.vrrp, node.ssh]);
  const client = ["client", "client", lab.client.addresses[0] ?? "", lab.client.mac, "-", "./scripts/lab shell client"];
  return [
    table([["NODE", "ROLE", "ADDRESS", "MAC", "VRRP", "LOG IN"], ...rows, client]),
    "",
    `VIP ${vip}   URL ${url}   (from the client: ./scripts/lab shell client curl ${url})`,
  ].join("\n");
}
