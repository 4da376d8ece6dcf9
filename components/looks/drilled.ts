/** What drills saw: each does something to the lab, or asks for longer than a look. */
import type { AdvertSeen } from "./advert";
import type { ExposedSeen } from "./exposed";
import type { Response } from "./page";
import type { WalkSeen } from "./walk";

/** What the drills saw. Each is run only if a check needs it. */
export type Drilled = {
  /** What each node exposes to others. */
  readonly exposed: Readonly<Record<string, ExposedSeen>>;
  /** The way of requests and answers by "VIP:port". */
  readonly walks: Readonly<Record<string, WalkSeen>>;
  readonly inside: InsideSeen;
  readonly routing: RoutingSeen;
  readonly down: DownSeen;
  /** Connections that were held open, by "VIP:port". */
  readonly held: Readonly<Record<string, HeldSeen>>;
  /** What was seen when the balancers were started one after another. */
  readonly start: StartSeen;
  readonly failover: FailoverSeen;
  /** What was seen when the proxy of the VIP's holder was stopped and started. */
  readonly proxyStop: ProxyStopSeen;
  /** What was seen when the VIP was moved by hand. */
  readonly move: MoveSeen;
};

/** What only the machines inside see. */
export type InsideSeen = {
  /** Answer of each real server to each director: "director > real server". */
  readonly backends: Readonly<Record<string, Response>>;
  /** Requests of health checks in each web server's two logs, and of all others in its access log. */
  readonly logs: Readonly<
    Record<string, { readonly access: number; readonly health: number; readonly visitors: number }>
  >;
};

/** What happened when the routers forwarded nothing for a while. */
export type RoutingSeen = {
  /** Connections that IPVS counted meanwhile. */
  readonly counted: number;
  readonly without: readonly Response[];
  /** The same requests when they forwarded again. */
  readonly restored: readonly Response[];
  /** Real servers that reach the client, seen by a ping; only those that the client has a way to. */
  readonly pings: Readonly<Record<string, boolean>>;
};

/** What happened when real servers' httpd was stopped, one first, then all where a sorry page is to answer, and started again. */
export type DownSeen = {
  /** The real server that was stopped alone. */
  readonly first: string;
  /** Directors whose table still had it, though its health check had its time. */
  readonly unnoticed: readonly string[];
  /** Answers with that one out of every table. */
  readonly withoutFirst: readonly Response[];
  /** The answer when none was left; undefined: that was not tried. */
  readonly withoutAll?: readonly Response[];
  /** Answers when all were back in every table. */
  readonly back: readonly Response[];
  /** What each director's mail spool got meanwhile, mbox; none where the lab sends no mail. */
  readonly mail: Readonly<Record<string, string>>;
};

/** Connections that the client held open, by "VIP:port". */
export type HeldSeen = {
  readonly held: number;
  /** Active connections of each real server meanwhile, as the directors count them. */
  readonly active: Readonly<Record<string, number>>;
};

/** Who held the VIP when the balancers were started one after another, the lowest priority first. */
export type StartSeen = {
  readonly first: string;
  readonly holdersAlone: readonly string[];
  readonly second: string;
  readonly holdersTogether: readonly string[];
};

/** What happened when keepalived on the VIP's holder was stopped and started again. */
export type FailoverSeen = {
  readonly stopped: string;
  readonly holdersAfterStop: readonly string[];
  readonly servedAfterStop: readonly Response[];
  readonly holdersAfterStart: readonly string[];
  readonly servedAfterStart: readonly Response[];
  /** Seconds after the start at which the VIP had returned; undefined: it did not. */
  readonly returnedAfter?: number;
  /** How often a balancer became MASTER meanwhile, by their own journals. */
  readonly moves: number;
  /** What each director's mail spool got meanwhile, mbox; none where the lab sends no mail. */
  readonly mail: Readonly<Record<string, string>>;
  /** Longest time without an answer while the VIP moved away, seconds, best of `rounds`. */
  readonly outage: number;
  readonly rounds: number;
};

/** What happened when the proxy of the VIP's holder was stopped and started again: the script is to see it. */
export type ProxyStopSeen = Pick<
  FailoverSeen,
  "stopped" | "holdersAfterStop" | "servedAfterStop" | "holdersAfterStart" | "servedAfterStart"
> & {
  /** Adverts that went by while it was stopped. */
  readonly adverts: readonly AdvertSeen[];
};

/** What the client's ARP cache said while the VIP was moved by hand from one director to another. */
export type MoveSeen = {
  readonly from: string;
  readonly to: string;
  /** MAC that the client had for the VIP while `from` held it. */
  readonly before: string;
  /** The same after the move, before anybody announced it. */
  readonly silent: string;
  /** The same after `to` announced it by gratuitous ARP. */
  readonly announced: string;
};
