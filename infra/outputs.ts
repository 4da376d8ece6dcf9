import type { Family } from "../model/topology/guest";

/**
 * The stack's outputs: the contract that `scripts/lab`, the tests and other programs read.
 * A change that breaks readers raises `version`.
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
  /** Guests in the order of the topology file. A client that is a guest comes last. */
  readonly nodes: readonly NodeOutput[];
  /** Names of the nodes that are real servers of a virtual server, or backends of the proxies. */
  readonly realServers: readonly string[];
  /** The client with its network namespace; undefined: the client is the guest `client`. */
  readonly client: { readonly namespace?: string; readonly addresses: readonly string[]; readonly mac: string };
  /**
   * The topology as deployed, without secrets. verify compares the lab with it. JSON text, because the engine sorts the
   * keys of objects and their order is part of a topology.
   */
  readonly topology: string;
  /** Which lvs-lab deployed it (program.ts); missing in a lab of an older version. */
  readonly program?: string;
  /**
   * The configuration of each guest as deployed (configuration.ts), JSON text. verify and drift compare guests with it, not with
   * what this checkout would write. Missing in a lab of an older version.
   */
  readonly configuration?: string;
  /** The lab's SSH private key, OpenSSH format (secret). */
  readonly sshPrivateKey: string;
};

export type NodeOutput = {
  readonly name: string;
  readonly role: string;
  /** Distribution family of the operating system; missing in a lab of an older version: debian. */
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
  /** The pinned host key, authorized_keys format without comment: "ssh-ed25519 AAAA…". */
  readonly hostKey: string;
};
