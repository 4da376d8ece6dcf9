/** What drills saw: each does something to the lab, or asks for longer than a look. */
import type { AdvertSeen } from "./advert";
import type { DaemonSeen } from "./daemon";
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
  /** What each director's keepalived says of itself, by node. */
  readonly daemons: Readonly<Record<string, DaemonSeen>>;
  /** What the client got for each check of the topology's own, by its name. */
  readonly expected: Readonly<Record<string, readonly Response[]>>;
  /** What the client got from every virtual server and every VIP. */
  readonly answers: AnswersSeen;
  readonly survival: SurvivalSeen;
  /** What came of keepalived's stop on each director. */
  readonly stops: readonly TrialSeen[];
  /** What came of every other failure that predict speaks of. */
  readonly predictions: readonly TrialSeen[];
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

/** What the client got from the virtual servers and VIPs of directors that bring their own configurations. */
export type AnswersSeen = {
  /** By the name of the virtual server. */
  readonly services: Readonly<Record<string, ServiceAnswers>>;
  /** VIPs that nothing serves: whether they answer; a text: why the client cannot ask. */
  readonly vips: Readonly<Record<string, boolean | string>>;
};

/** The names that answered, in order, each a text in brackets if nobody did; or why the client cannot ask. */
export type ServiceAnswers = { readonly names: readonly string[] } | { readonly unasked: string };

/** What became of the client's open connections when keepalived was stopped on the director that had their VIP. */
export type SurvivalSeen = {
  /** How many connections the client opened. */
  readonly held: number;
  /** How many of them every other director knew before. */
  readonly known: number;
  readonly stopped: string;
  /** Whether another director got the VIP. */
  readonly moved: boolean;
  /** How many got an answer before the stop, and how many when another director had the VIP. */
  readonly before: number;
  readonly after: number;
};

/** Names of machines by VIP. */
export type VipHolders = Readonly<Record<string, readonly string[]>>;

/** One failure that predict speaks of, brought about and healed. */
export type TrialSeen = {
  /** In words. */
  readonly failure: string;
  /** Why it was not brought about; undefined: it was. */
  readonly untried?: string;
  /** Why it could not be brought about, or not be healed. */
  readonly problems: readonly string[];
  readonly instances: readonly InstanceTrial[];
  readonly services: readonly ServiceTrial[];
};

/** What became of a virtual router's VIPs in a failure. */
export type InstanceTrial = {
  readonly instance: string;
  /** Machines that held its VIPs before. */
  readonly before: readonly string[];
  readonly during: Step;
  readonly after: Step;
};

/** The VIPs in a failure, or after it. */
export type Step = {
  /** Who holds them as predict says, without machines that cannot be seen meanwhile. */
  readonly predicted: VipHolders;
  readonly seen: VipHolders;
  /** Seconds that this may take. */
  readonly limit: number;
  /** Seconds until it was so; undefined: it was not, or nothing had to move. */
  readonly took?: number;
  /** Seconds that predict gives it; undefined: nothing has to move, or predict gives none. */
  readonly time?: { readonly least: number; readonly most: number };
};

/** What became of a virtual server when a real server was gone. */
export type ServiceTrial = {
  readonly node: string;
  readonly service: string;
  /** Whether a check must take the real server out. */
  readonly isNoticed: boolean;
  /** Whether the director's table still gave it connections at the end of its time. */
  readonly isListed: boolean;
  /** What new connections must get then, and what the table gives them. */
  readonly predicted: string;
  readonly seen: string;
  readonly limit: number;
  readonly took?: number;
  /** Whether it was in the table again after its return. */
  readonly isBack: boolean;
};
