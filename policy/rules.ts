/**
 * A team's requirements beyond correctness. A topology that breaks one of them works, but a team does not want it.
 * Pure; index.ts passes Pulumi's data to them.
 */
import { contains, parseAddress, parsePrefix } from "../model/topology/addresses";
import { directorsOf, vipsOf } from "../model/topology/queries";
import type { Topology } from "../model/topology/topology";

/** The parts of a resource that the rules use. */
export type Resource = {
  readonly type: string;
  readonly name: string;
  /** Inputs with a known value in a preview. */
  readonly props: Readonly<Record<string, unknown>>;
  /** Names of the resources from which an input comes. */
  readonly from: Readonly<Record<string, readonly string[]>>;
};

/** The planned lab. */
export type Stack = { readonly topology: Topology; readonly resources: readonly Resource[] };

const ofType = ({ resources }: Stack, type: string): Resource[] => resources.filter((one) => one.type === type);

/** A lab marked `ha` survives the loss of any one machine: two directors, and two real servers that get connections. */
export function redundant({ topology }: Stack): string[] {
  if (topology.ha !== true) return [];
  const directors = directorsOf(topology).length;
  return [
    ...(directors < 2 ? [`nodes: got ${directors} directors, need at least 2, because the lab is marked ha`] : []),
    ...topology.virtualServers.flatMap(({ realServers }, index) => {
      const serving = Object.values(realServers).filter(({ weight }) => weight > 0).length;
      const path = `virtualServers[${index}].realServers`;
      return serving < 2
        ? [`${path}: got ${serving} with a weight above 0, need at least 2, because the lab is marked ha`]
        : [];
    }),
  ];
}

/** VRRP sends its password in clear text, so only a lab of a document may have one. */
export const noClearText = ({ topology: { vrrp, document } }: Stack): string[] =>
  vrrp?.authentication === undefined || document !== undefined
    ? []
    : [
        "vrrp.authentication: got a password in clear text, need none: use version 3 (RFC 5798) and a segment only for the lab",
      ];

/** Memory of all guests together, in MiB. */
export function withinMemory(stack: Stack, budget: number): string[] {
  const sum = ofType(stack, "libvirt:index/domain:Domain").reduce(
    (total, { props }) => total + (typeof props.memory === "number" ? props.memory : 0),
    0,
  );
  return sum <= budget
    ? []
    : [`memory: got ${sum} MiB for all guests, need at most ${budget} (the policy's memoryBudget)`];
}

/** A DHCP server could lease a VIP to another machine, so no network with DHCP may cover a VIP. */
export function vipsOutsideDhcp(stack: Stack): string[] {
  return ofType(stack, "libvirt:index/network:Network").flatMap(({ name, props }) => {
    const { dhcp, addresses } = props as { dhcp?: { enabled?: boolean }; addresses?: readonly string[] };
    if (dhcp?.enabled !== true) return [];
    const prefixes = (addresses ?? []).flatMap((cidr) => parsePrefix(cidr) ?? []);
    return vipsOf(stack.topology)
      .filter((vip) => {
        const address = parseAddress(vip);
        return address !== undefined && prefixes.some((prefix) => contains(prefix, address));
      })
      .map((vip) => `${name}: got DHCP in ${addresses?.join(", ")}, need a range without the VIP ${vip}`);
  });
}

/** Machines write to overlays. No machine may use a disk on which others are based. */
export function baseUntouched(stack: Stack): string[] {
  const bases = new Set(ofType(stack, "libvirt:index/volume:Volume").flatMap(({ from }) => from.baseVolumeId ?? []));
  return ofType(stack, "libvirt:index/domain:Domain").flatMap(({ name, from }) =>
    (from.disks ?? [])
      .filter((disk) => bases.has(disk))
      .map((disk) => `${name}: got the disk ${disk}, on which others are based, need an overlay on it`),
  );
}
