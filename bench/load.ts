/** The result of continuous requests. */
export type Load = {
  readonly asked: number;
  readonly failed: number;
  /** Longest time without an answer, in seconds: between the ends of two served requests. */
  readonly silent: number;
};

/** Sends requests without a pause until the returned function is called, and counts them. `ask` returns whether a request was served. */
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
