/** The directors' states by their own words: keepalived's journal on each, corrected by the difference between the guest's clock and this machine's. */
import { balancersOf } from "../../model/topology/queries";
import type { Session } from "../session/session";
import type { State, StateAt } from "./timeline";

/** Seconds to add to each guest's clock; a guest that does not answer has none. */
export type Clocks = Readonly<Record<string, number>>;

/** How often each guest is asked for the time: the quickest answer tells it best. */
const looks = 5;

const now = (): number => Date.now() / 1000;

/** Compares the directors' clocks with this machine's. */
export async function readClocks(session: Session): Promise<Clocks> {
  const each = balancersOf(session.topology).map(async ({ name }) => {
    let best: { readonly took: number; readonly offset: number } | undefined;
    for (let look = 0; look < looks; look++) {
      const before = now();
      const { code, stdout } = await session.ssh(name, "date +%s.%N");
      const after = now();
      const took = after - before;
      if (code === 0 && (best === undefined || took < best.took))
        best = { took, offset: (before + after) / 2 - Number(stdout) };
    }
    return best === undefined ? [] : [[name, best.offset] as const];
  });
  return Object.fromEntries((await Promise.all(each)).flat());
}

/** keepalived's words for an instance's state, and systemd's for its end. */
const WORDS: readonly (readonly [pattern: RegExp, state: State])[] = [
  [/Entering MASTER STATE/i, "MASTER"],
  [/Entering BACKUP STATE/i, "BACKUP"],
  [/Entering FAULT STATE/i, "FAULT"],
  [/^Stopped\b|^keepalived\.service: (Failed with result|Deactivated successfully)/, "STOPPED"],
];

/** Reads lines of `journalctl --output json`. Times are seconds since 1970 by the guest's clock. */
export function readJournal(text: string, node: string): StateAt[] {
  return text
    .split("\n")
    .filter(Boolean)
    .flatMap((line): StateAt[] => {
      const entry = JSON.parse(line) as Readonly<Record<string, unknown>>;
      const { MESSAGE: message, _SOURCE_REALTIME_TIMESTAMP: sent, __REALTIME_TIMESTAMP: noted } = entry;
      const state = WORDS.find(([pattern]) => typeof message === "string" && pattern.test(message))?.[1];
      return state === undefined ? [] : [{ at: Number(sent ?? noted) / 1e6, node, state }];
    })
    .sort((a, b) => a.at - b.at);
}

/** When a fault was made, and when it was healed; `paused`: the machine that stood still meanwhile. Seconds since 1970. */
export type FaultTimes = { readonly begin: number; readonly heal: number; readonly paused?: string };

/**
 * Puts a guest's times on this machine's clock. A guest that has booted again has another difference from then on. A paused one writes nothing: what
 * would be within the pause was written after it, before its clock was set.
 */
export function corrected(
  states: readonly StateAt[],
  { before, after }: { readonly before: number; readonly after: number },
  { begin, heal, paused }: FaultTimes,
): StateAt[] {
  return states.map((one) => {
    const at = one.at + after >= heal ? one.at + after : one.at + before;
    return { ...one, at: one.node === paused && at > begin && at < heal ? at + heal - begin : at };
  });
}

/** The changes of state since a time, from every director that answers. */
export async function readStates(
  session: Session,
  since: number,
  { before, after }: { readonly before: Clocks; readonly after: Clocks },
  fault: FaultTimes,
): Promise<StateAt[]> {
  const each = balancersOf(session.topology).map(async ({ name }) => {
    const from = Math.floor(since - (before[name] ?? 0));
    const words = `journalctl --unit keepalived --since @${from} --output json --output-fields=MESSAGE,_SOURCE_REALTIME_TIMESTAMP --no-pager`;
    const { code, stdout } = await session.ssh(name, words);
    if (code !== 0) return [];
    const first = before[name] ?? after[name] ?? 0;
    return corrected(readJournal(stdout, name), { before: first, after: after[name] ?? first }, fault);
  });
  return (await Promise.all(each))
    .flat()
    .filter(({ at }) => at > since)
    .sort((a, b) => a.at - b.at);
}
