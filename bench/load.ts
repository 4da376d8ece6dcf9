/** What came of asking all the time. */
export type Load = {
  readonly asked: number;
  readonly failed: number;
  /** Seconds of the longest time without an answer: between the ends of two requests that were served. */
  readonly silent: number;
};

/** Asks without a pause until what it answers is called, and counts; `ask` answers whether it was served. */
export function load(ask: () => Promise<boolean>): () => Promise<Load> {
  let going = true;
  const loop = (async () => {
    const seen = { asked: 0, failed: 0, silent: 0 };
    let last = performance.now();
    while (going) {
      const served = await ask();
      seen.asked++;
      if (!served) {
        seen.failed++;
        continue;
      }
      seen.silent = Math.max(seen.silent, (performance.now() - last) / 1000);
      last = performance.now();
    }
    return seen;
  })();
  return () => {
    going = false;
    return loop;
  };
}
