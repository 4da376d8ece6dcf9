import type { Family } from "./model/guest";
import type { Topology } from "./model/topology";

/**
 * The stack's outputs: the contract that `scripts/lab`, the tests and other programs read.
 * A change that breaks a reader raises `version`.
 */
export type LabOutputs = {
  /** Version of this contract. */
  readonly version: 1;
  /** The lab's name. */
  readonly lab: string;
  /** First VIP. */
  readonly vip: string;
  /** URL of the first virtual server, or of the proxies. */
  readonly url: string;
  /** Guests in the order of the topology file; the client, where it is one, last. */
  readonly nodes: readonly NodeOutput[];
  /** Names of the nodes that are real servers of some virtual server, or backends of the proxies. */
  readonly realServers: readonly string[];
  /** The client, and its network namespace; undefined: it is the guest `client` of the nodes. */
  readonly client: { readonly namespace?: string; readonly addresses: readonly string[]; readonly mac: string };
  /**
   * The topology as deployed, without secrets: what verify compares the lab with. JSON text, for the engine sorts the
   * keys of objects, and their order is part of a topology.
   */
  readonly topology: string;
  /** Which lvs-lab deployed it (program.ts); missing in a lab of before. */
  readonly program?: string;
  /**
   * What each guest was configured with (configuration.ts), JSON text: what verify and drift compare it with, whatever this checkout
   * would write; missing in a lab of before.
   */
  readonly configuration?: string;
  /** The lab's SSH private key, OpenSSH format (secret). */
  readonly sshPrivateKey: string;
};

export type NodeOutput = {
  readonly name: string;
  readonly role: string;
  /** Operating system, as far as names of packages, units and paths go; missing in a lab of before: debian. */
  readonly family?: Family;
  /** libvirt's name of the domain. */
  readonly domain: string;
  /** Address that SSH uses. */
  readonly address: string;
  /** Interfaces: guest name, segment, address, MAC. */
  readonly interfaces: readonly {
    readonly name: string;
    readonly segment: string;
    readonly address: string;
    readonly mac: string;
  }[];
  /** `root@address`. */
  readonly ssh: string;
  /** Host key that was pinned, authorized_keys format without comment: "ssh-ed25519 AAAA…". */
  readonly hostKey: string;
};

/** Stands for every secret, wherever a configuration is kept, compared or shown. */
export const MASKED = "********";

/** A topology whose passwords are all the same mask; one that the stack's secret gives is masked by the steps themselves. */
export const withoutSecrets = (topology: Topology): Topology =>
  JSON.parse(JSON.stringify(topology, (key, value: unknown) => (key === "pass" ? MASKED : value))) as Topology;

/** The topology as everybody may see it. */
export function withoutPassword(of: Topology): Topology {
  if (of.vrrp?.authentication === undefined) return of;
  return { ...of, vrrp: { ...of.vrrp, authentication: { type: of.vrrp.authentication.type } } };
}
