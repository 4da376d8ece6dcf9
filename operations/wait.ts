import { setTimeout as sleep } from "node:timers/promises";

/** Lets seconds go by, or less if the signal is aborted. */
export const pause = (seconds: number, stop?: AbortSignal): Promise<void> =>
  sleep(seconds * 1000, undefined, stop === undefined ? {} : { signal: stop }).catch(() => undefined);

/** Polls until a condition holds; false when the seconds ran out first. */
export async function until(seconds: number, condition: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() >= end) return false;
    await pause(0.5);
  }
  return true;
}
