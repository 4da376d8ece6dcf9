/** What happened in a drill, on one clock, and the figures that are read from it. Pure: a recorded timeline gives the same figures again. */

/** A request of the open-loop client. Times are seconds since the fault began; those before it are negative. */
export type LoadRequest = {
  readonly seq: number;
  /** When it should have started. */
  readonly due: number;
  readonly start: number;
  readonly end: number;
  /** The real server that answered; undefined: none did. */
  readonly by?: string;
  /** Why there is no right answer. */
  readonly error?: string;
};

/** A connection that the client keeps open: a request that is not complete until the end. */
export type HeldConnection = {
  readonly id: number;
  readonly by?: string;
  /** When it broke; undefined: it did not. */
  readonly broken?: number;
  readonly error?: string;
};

/** A VRRP advert on the wire. */
export type AdvertAt = { readonly at: number; readonly node: string; readonly priority: number };

/** keepalived's own words for its state; `STOPPED`: it does not run, `OFF`: the machine does not. */
export type State = "MASTER" | "BACKUP" | "FAULT" | "STOPPED" | "OFF";

/** A change of a director's state. */
export type StateAt = { readonly at: number; readonly node: string; readonly state: State };

export type Timeline = {
  /** From when to when it was watched. */
  readonly from: number;
  readonly to: number;
  /** When the fault was complete. It began at 0. */
  readonly faulted: number;
  /** When healing began, and when it was complete. */
  readonly heal: number;
  readonly healed: number;
  readonly requests: readonly LoadRequest[];
  readonly held: readonly HeldConnection[];
  readonly adverts: readonly AdvertAt[];
  readonly states: readonly StateAt[];
};

/** A part of a timeline. */
export type Span = { readonly from: number; readonly to: number };

/** The time with the fault; the time from the begin of healing on, and from its end on. */
export const during = ({ heal }: Timeline): Span => ({ from: 0, to: heal });
export const afterwards = ({ heal, to }: Timeline): Span => ({ from: heal, to });
export const onceHealed = ({ healed, to }: Timeline): Span => ({ from: healed, to });

export const within = ({ from, to }: Span, at: number): boolean => at >= from && at < to;

export const served = ({ by }: LoadRequest): boolean => by !== undefined;

/** The longest time between two answers; undefined: there was no answer before the span. */
export function gap({ requests }: Timeline, { from, to }: Span): Span | undefined {
  const ends = requests
    .filter(served)
    .map(({ end }) => end)
    .filter((end) => end < to)
    .sort((a, b) => a - b);
  const before = ends.filter((end) => end <= from).at(-1);
  if (before === undefined) return undefined;
  const times = [before, ...ends.filter((end) => end > from), to];
  const gaps = times.slice(1).map((end, index): Span => ({ from: times[index] ?? end, to: end }));
  return gaps.reduce((longest, one) => (one.to - one.from > longest.to - longest.from ? one : longest));
}

/** How long that was. */
export function outage(timeline: Timeline, span: Span): number | undefined {
  const longest = gap(timeline, span);
  return longest === undefined ? undefined : longest.to - longest.from;
}

/** Requests that should have started in a span and got no right answer. */
export const lost = ({ requests }: Timeline, span: Span): number =>
  requests.filter((one) => !served(one) && within(span, one.due)).length;

/** Requests that started in a span and that a real server answered. */
export const answeredBy = ({ requests }: Timeline, server: string, span: Span): number =>
  requests.filter(({ by, start }) => by === server && within(span, start)).length;

/** From the first request of a span that failed, otherwise than by this error, to the last one; undefined: none did. */
export function failing({ requests }: Timeline, span: Span, except?: string): number | undefined {
  const failed = requests
    .filter((one) => !served(one) && within(span, one.start) && (except === undefined || one.error !== except))
    .map(({ start }) => start);
  return failed.length === 0 ? undefined : Math.max(...failed) - Math.min(...failed);
}

/** When a real server, or any of these, answered first in a span, counted from its begin; undefined: none did. */
export function firstAnswer(
  { requests }: Timeline,
  server: string | readonly string[],
  span: Span,
): number | undefined {
  const servers = [server].flat();
  const starts = requests
    .filter(({ by, start }) => by !== undefined && servers.includes(by) && within(span, start))
    .map(({ start }) => start);
  return starts.length === 0 ? undefined : Math.min(...starts) - span.from;
}

/** Held connections that broke in a span. */
export const broken = ({ held }: Timeline, span: Span): number =>
  held.filter((one) => one.broken !== undefined && within(span, one.broken)).length;

/** From the last advert of one director to the first one of another; undefined: there is no such advert. */
export function handover({ adverts }: Timeline, node: string, span: Span): number | undefined {
  const next = adverts.find((one) => one.node !== node && within(span, one.at));
  const last = next && adverts.filter((one) => one.node === node && one.at < next.at).at(-1);
  return next === undefined || last === undefined ? undefined : next.at - last.at;
}

/** The state of a director at a time; undefined: it is not known. */
export const stateAt = ({ states }: Timeline, node: string, at: number): State | undefined =>
  states.filter((one) => one.node === node && one.at <= at).at(-1)?.state;

/** The directors that are MASTER at a time, in alphabetical order; "nobody": none is. */
export function mastersAt(timeline: Timeline, at: number): string {
  const nodes = [...new Set(timeline.states.map(({ node }) => node))].sort();
  return namesText(nodes.filter((node) => stateAt(timeline, node, at) === "MASTER"));
}

/** Names as one text, in alphabetical order. */
export const namesText = (names: readonly string[]): string =>
  names.length === 0 ? "nobody" : [...names].sort().join(", ");

/** When a director other than this one sent its first advert in a span, counted from the span's begin; undefined: none did. */
export function firstAdvert({ adverts }: Timeline, node: string, span: Span): number | undefined {
  const found = adverts.find((one) => one.node !== node && within(span, one.at));
  return found === undefined ? undefined : found.at - span.from;
}

/** When a director other than this one sent its last advert in a span, counted from the span's begin; 0: none did. */
export const lastAdvert = ({ adverts }: Timeline, node: string, span: Span): number =>
  Math.max(0, ...adverts.filter((one) => one.node !== node && within(span, one.at)).map(({ at }) => at - span.from));

/** How late the client started its own requests: the 99th percentile and the most, seconds. */
export function lateness({ requests }: Timeline): { readonly p99: number; readonly most: number } {
  const late = requests.map(({ due, start }) => start - due).sort((a, b) => a - b);
  return { p99: late[Math.floor(late.length * 0.99)] ?? 0, most: late.at(-1) ?? 0 };
}

/** How long answers took, in ascending order, seconds. */
const durations = (requests: readonly LoadRequest[]): number[] =>
  requests
    .filter(served)
    .map(({ start, end }) => end - start)
    .sort((a, b) => a - b);

/** How long answers took: the median and the 99th percentile, seconds. */
export function latency({ requests }: Timeline): { readonly median: number; readonly p99: number } {
  const took = durations(requests);
  return { median: took[Math.floor(took.length / 2)] ?? 0, p99: took[Math.floor(took.length * 0.99)] ?? 0 };
}

/** The median of how long the answers of these servers to requests of a span took; undefined: there was no answer. */
export function medianOf({ requests }: Timeline, servers: readonly string[], span: Span): number | undefined {
  const took = durations(requests.filter(({ by, start }) => servers.includes(by ?? "") && within(span, start)));
  return took[Math.floor(took.length / 2)];
}
