import { worstCase } from "../rules/checks";
import type { HealthCheck } from "../../keepalived/config/servers";
import type { Member } from "../clusters";
import { clusterOf, type Network, type State, type States, togetherWith } from "./election";
import type { Failure } from "./failure";
import { isOpen } from "./reach";
import { isCardDown, priorityOf } from "./tracked";

/** Seconds: minimum and maximum. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

const range = (least: number, most = least): Range => Object.freeze({ least, most });
export const plus = (a: Range, b: Range): Range => range(a.least + b.least, a.most + b.most);
const later = (a: Range, b: Range): Range => range(Math.max(a.least, b.least), Math.max(a.most, b.most));
export const AT_ONCE = range(0);

/** RFC 5798, 6.1: the priority of a router that has the address itself. */
const OWNER = 255;

/** RFC 3768, 6.1: (256 − priority) / 256 seconds; RFC 5798, 6.1: the same share of the interval. The highest priority waits least. */
export function skewOf(member: Member, priority: number, master = member): number {
  const unit = member.instance.version.value === 3 ? intervalOf(member, master) : 1;
  return ((256 - priority) * unit) / 256;
}

/** VRRPv3 adverts contain the sender's interval; RFC 5798, 6.1: Master_Adver_Interval. */
const intervalOf = (member: Member, master: Member): number =>
  (member.instance.version.value === 3 ? master : member).instance.advertInt.value;

/** After the last advert: down_timer_adverts intervals, three by default, and the skew. The last advert is up to one interval old. */
function silence(member: Member, master: Member, failures: readonly Failure[]): Range {
  const [interval, adverts] = [intervalOf(member, master), member.instance.downTimerAdverts.value];
  const skew = skewOf(member, priorityOf(member, failures), master);
  return range((adverts - 1) * interval + skew, adverts * interval + skew);
}

/** How an instance becomes MASTER instead of another one. */
type Cause =
  /** No more adverts: the timer expires. */
  | "silence"
  /** An advert with priority 0: only the skew time. */
  | "farewell"
  /** The other one is alive, with a lower priority. */
  | "preemption";

function causeOf(old: Member, next: Member, during: States, failures: readonly Failure[]): Cause {
  const isDark = failures.some((failure) => failure.kind === "node" && failure.node === old.node.name);
  if (isDark || isCardDown(old, failures) || !isOpen(old, next, failures)) return "silence";
  return during.get(old) === "BACKUP" ? "preemption" : "farewell";
}

function waitOf(cause: Cause, next: Member, master: Member, failures: readonly Failure[]): Range {
  if (cause === "farewell") return range(skewOf(next, priorityOf(next, failures), master));
  const wait = silence(next, master, failures);
  const delay = cause === "preemption" ? delayOf(next) : undefined;
  return delay ? plus(delay, wait) : wait;
}

/** preempt_delay begins with the first advert of a lower priority, and ends between two of them. */
function delayOf({ instance }: Member): Range | undefined {
  const { preemptDelay, advertInt } = instance;
  return preemptDelay.value === 0 ? undefined : range(preemptDelay.value, preemptDelay.value + advertInt.value);
}

/** A change of the MASTER: how long there is none, and how long the change takes after the daemons notice the failure. */
export interface Move {
  readonly nobody: Range;
  readonly all: Range;
}

/** A sync group moves when its last member can. */
export function moveOf(
  network: Network,
  before: States,
  during: States,
  next: Member,
  failures: readonly Failure[],
): Move | undefined {
  const waits = togetherWith(network, next).flatMap((member) => {
    const old = clusterOf(network, member).find((other) => other !== member && before.get(other) === "MASTER");
    if (!old || before.get(member) === "MASTER") return [];
    const cause = causeOf(old, member, during, failures);
    return [{ member, cause, wait: waitOf(cause, member, old, failures) }];
  });
  const own = waits.find(({ member }) => member === next);
  if (!own) return undefined;
  const all = waits.map(({ wait }) => wait).reduce(later, AT_ONCE);
  return Object.freeze({ nobody: own.cause === "preemption" ? AT_ONCE : all, all });
}

/**
 * From a start, or the end of FAULT, to MASTER: the timer restarts, and adverts of a lower priority do not stop it. `state MASTER` makes it
 * no shorter; only the owner of the address, priority 255, does not wait (vrrp_init_state in keepalived/vrrp/vrrp_scheduler.c, 2.0 to 2.4).
 */
function startOf(member: Member, was: State | undefined): Range {
  const { advertInt, priority, downTimerAdverts } = member.instance;
  if (was === "STOPPED" && priority.value === OWNER) return AT_ONCE;
  return range(downTimerAdverts.value * advertInt.value + skewOf(member, priorityOf(member, [])));
}

/** From the end of a failure until an instance is MASTER again. If the machine was down, from the start of keepalived. */
export function returnOf(network: Network, during: States, after: States, back: Member): Range {
  const waits = togetherWith(network, back).flatMap((member) => {
    const was = during.get(member);
    if (after.get(member) !== "MASTER" || was === "MASTER") return [];
    const master = clusterOf(network, member).find((other) => during.get(other) === "MASTER");
    if (was === "BACKUP") return waitOf(master ? "preemption" : "silence", member, master ?? member, []);
    // With a delay each advert restarts the timer until the delay is over.
    const delay = master && delayOf(member);
    return delay ? plus(delay, silence(member, master, [])) : startOf(member, was);
  });
  return waits.reduce(later, AT_ONCE);
}

/** From a failure until keepalived on that machine notices it. */
export function noticedAfter(failure: Failure, { node }: Member): Range {
  if (failure.kind === "script") {
    const script = node.config.scripts.find(({ name }) => name === failure.name);
    const [interval, fall] = [script?.interval.value ?? 0, script?.fall.value ?? 1];
    return range((fall - 1) * interval, fall * interval);
  }
  if (failure.kind === "process") {
    const process = node.config.trackProcesses.find(({ name }) => name === failure.name);
    return range(process?.terminateDelay?.value ?? process?.delay?.value ?? 0);
  }
  return AT_ONCE;
}

/** From the failure of a real server until the quickest check removes it. */
export function checkedAfter(checks: readonly HealthCheck[]): Range | undefined {
  const found = checks.map((check) => range(worstCase(check) - check.delayLoop.value, worstCase(check)));
  return found.sort((a, b) => a.most - b.most)[0];
}
