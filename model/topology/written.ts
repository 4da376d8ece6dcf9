import type { Client, DirectorVrrp, Interface, Node } from "./node";
import type { Proxy, RealServer, Segment, Topology, VirtualServer } from "./topology";

/** What the file says, with the schema's defaults but without derived values. */
export type Written<T, Derived extends keyof T> = Omit<T, Derived> & Partial<Pick<T, Derived>>;
export type Named<T> = Readonly<Record<string, T>>;
type WrittenNode = Omit<Node, "name" | "interfaces" | "vrrp"> & {
  readonly interfaces: Named<Written<Interface, "mac">>;
  readonly vrrp?: Written<DirectorVrrp, "state" | "nopreempt">;
  /** Number of machines in the group. */
  readonly count?: number;
  readonly page?: string;
  /** Path of its own configuration. */
  readonly keepalived?: string;
};
type WrittenServer = Omit<VirtualServer, "realServers"> & { readonly realServers: Named<Written<RealServer, "port">> };
type WrittenProxy = Omit<Proxy, "backends"> & { readonly backends: Named<Written<RealServer, "port">> };
export type WrittenTopology = Omit<Topology, "segments" | "nodes" | "client" | "virtualServers" | "proxy"> & {
  readonly $schema?: string;
  readonly segments: Named<Written<Segment, "hostAddress">>;
  readonly nodes: Named<WrittenNode>;
  readonly client: Written<Client, "mac">;
  readonly virtualServers: readonly WrittenServer[];
  readonly proxy?: WrittenProxy;
};
