import { neighbourAddress } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";

/** A web server with the address that a proxy uses. */
export type Backend = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
};

/** The backends of a proxy, with their addresses in a segment of both. */
export function backendsOf({ name: lab, nodes, proxy }: Topology, proxyName: string): Backend[] {
  const own = nodes[proxyName];
  if (own?.role !== "proxy") throw new Error(`${proxyName} is not a proxy of lab ${lab}`);
  return Object.entries(proxy?.backends ?? {}).map(([name, { port, weight }]) => {
    const node = nodes[name];
    const address = node && neighbourAddress(own, node);
    if (address === undefined) throw new Error(`${proxyName} cannot reach backend ${name}`);
    return { name, address, port, weight };
  });
}
