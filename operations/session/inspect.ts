import { guestsOf } from "../../model/topology/guests";
import type { Node } from "../../model/topology/node";
import type { LabOutputs } from "../../infra/outputs";
import { ipvsTables, ipvsText, type RealServerSeen } from "./ipvs";
import { UserError } from "../../model/userError";
import type { Session } from "./session";
import { table } from "../terminal/table";
import { type Paint, plain } from "../terminal/terminal";
import { observeNodes } from "../verify/observe";
import type { NodeSeen } from "../../components/looks/machine";

/** What `lab inspect` shows of a running lab. */
export type Inspection = {
  readonly lab: string;
  readonly vip: string;
  readonly url: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly role: string;
    readonly address: string;
    readonly mac: string;
    /** As observed: MASTER holds the VIP, BACKUP runs keepalived without it; "-": the node has no keepalived. */
    readonly vrrp: string;
    readonly ssh: string;
  }[];
  /** The IPVS tables of the directors, one row for each real server. */
  readonly ipvs: readonly RealServerSeen[];
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
      vrrp: vrrpState(guestsOf(session.topology)[name], seen[name], lab.vip),
      ssh: `./scripts/lab ssh ${name}`,
    })),
    ipvs: ipvsTables(session.topology, seen),
  };
}

/** How a guest came up. */
export type CameUp = {
  readonly node: string;
  /** forked: from a template's memory; booted: from its disk. */
  readonly how: "forked" | "booted";
  /** Seconds until SSH answered, since the guest got its identity (forked) or since its kernel started (booted). */
  readonly seconds: number;
};

/** A forked guest wrote it to a file (image/overlay/usr/lib/lvs-lab/fork); for a booted guest systemd knows it. */
const CAME_UP = `cat /run/lvs-lab/came-up 2>/dev/null ||
  echo booted 0 "$(systemctl show --value --property=ActiveEnterTimestampMonotonic ssh.service)e-6"`;

/** Reads a guest's answer about its start: a word, and its uptime in seconds at begin and end. */
export function parseCameUp(node: string, text: string): CameUp {
  const [how = "", begin, end] = text.trim().split(/\s+/);
  if (how !== "forked" && how !== "booted") throw new UserError(`${node}: does not say how it came up`);
  return { node, how, seconds: Math.round((Number(end) - Number(begin)) * 10) / 10 };
}

/** Asks every guest how it came up. */
export const cameUp = (session: Session): Promise<CameUp[]> =>
  Promise.all(session.lab.nodes.map(async ({ name }) => parseCameUp(name, (await session.ssh(name, CAME_UP)).stdout)));

/** The same as a table for people. */
export const cameUpText = (guests: readonly CameUp[], paint: Paint = plain): string =>
  table(
    [["NODE", "CAME UP", "SECONDS UNTIL SSH"], ...guests.map(({ node, how, seconds }) => [node, how, `${seconds}`])],
    paint,
  );

/** A running lab as a table for people. */
export function inspectionText(lab: LabOutputs, { nodes, vip, url, ipvs }: Inspection, paint: Paint = plain): string {
  const rows = nodes.map((node) => [node.name, node.role, node.address, node.mac, node.vrrp, node.ssh]);
  // A client that is a guest is one of the nodes.
  const { namespace, addresses, mac } = lab.client;
  const client =
    namespace === undefined ? [] : [["client", "client", addresses[0] ?? "", mac, "-", "./scripts/lab shell client"]];
  return [
    table([["NODE", "ROLE", "ADDRESS", "MAC", "VRRP", "LOG IN"], ...rows, ...client], paint),
    "",
    ...(ipvs.length === 0 ? [] : [ipvsText(ipvs, paint), ""]),
    `VIP ${vip}   URL ${url}   (from the client: ./scripts/lab shell client curl ${url})`,
  ].join("\n");
}
