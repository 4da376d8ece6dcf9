import type { Settings, Written } from "../entry";
import type { Position } from "../finding";
import type { bfdInstance } from "../keywords/bfd";
import type { top } from "../keywords/global";
import type { ssl } from "../keywords/servers";
import type { garpGroup, trackFile, trackGroup, vrrpScript, vrrpSyncGroup, vrrpTrackProcess } from "../keywords/vrrp";
import type { InterfaceDelays, Linkbeat } from "../kinds/peers";
import type { Route } from "../kinds/routes";
import type { RoutingRule } from "../kinds/rules";
import type { Address } from "../kinds/vip";
import type { Named, Placed } from "../settings";
import type { Global, VrrpInstance } from "./instances";
import type { VirtualServer, VirtualServerGroup } from "./servers";

export type SyncGroup = Named<Settings<typeof vrrpSyncGroup>>;
export type TrackScript = Named<Settings<typeof vrrpScript>>;
export type TrackProcess = Named<Settings<typeof vrrpTrackProcess>>;
export type TrackFile = Named<Settings<typeof trackFile>>;
export type TrackGroup = Named<Settings<typeof trackGroup>>;
export type GarpGroup = Placed<Settings<typeof garpGroup>>;
export type BfdInstance = Named<Settings<typeof bfdInstance>>;

/** A word that is not in the table. Only the tree has its text, because it may be a misspelt password. */
export interface NotUnderstood {
  readonly word: string;
  readonly at: Position;
  /** The headers of the enclosing blocks: "vrrp_instance VI_1"; empty at the top. */
  readonly within: string;
}

/** The configuration of one machine's daemon: frozen plain data. Every value knows its place in the files. */
export interface Config {
  /** The main file; includes are in `files`. */
  readonly file: string;
  readonly files: readonly string[];
  /** All global_defs blocks, merged. */
  readonly global: Global;
  /** net_namespace, instance and the other top-level words that are not blocks. */
  readonly top: Settings<typeof top>;
  readonly staticAddresses: readonly Written<Address>[];
  readonly staticRoutes: readonly Written<Route>[];
  readonly staticRules: readonly Written<RoutingRule>[];
  readonly trackGroups: readonly TrackGroup[];
  readonly linkbeatInterfaces: readonly Written<Linkbeat>[];
  readonly interfaceUpDownDelays: readonly Written<InterfaceDelays>[];
  readonly garpGroups: readonly GarpGroup[];
  readonly scripts: readonly TrackScript[];
  readonly trackProcesses: readonly TrackProcess[];
  readonly trackFiles: readonly TrackFile[];
  readonly syncGroups: readonly SyncGroup[];
  readonly instances: readonly VrrpInstance[];
  readonly bfdInstances: readonly BfdInstance[];
  readonly ssl: Placed<Settings<typeof ssl>> | undefined;
  readonly virtualServerGroups: readonly VirtualServerGroup[];
  readonly virtualServers: readonly VirtualServer[];
  readonly notUnderstood: readonly NotUnderstood[];
}
