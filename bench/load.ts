/** What came of asking all the time. */
export type Load = { readonly asked: number; readonly failed: number };

/** Asks without a pause until what it answers is called, and counts; `ask` answers whether it was served. */
export function load(ask: () => Promise<boolean>): () => Promise<Load> {
  let going = true;
  const loop = (async () => {
    const seen = { asked: 0, failed: 0 };
    while (going) {
      const served = await ask();
      seen.asked++;
      if (!served) seen.failed++;
    }
    return seen;
  })();
  return () => {
    going = false;
    return loop;
  };
}
