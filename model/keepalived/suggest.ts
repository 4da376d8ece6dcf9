export const { editDistance } = require("../editDistance.cjs") as { editDistance: (a: string, b: string) => number };

/** The known word that was most likely meant, with at most a third of its letters wrong; undefined: none. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const fold = (text: string): string => text.toLowerCase().replaceAll("-", "_");
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const most = Math.max(1, Math.floor(Math.min(candidate.length, word.length) / 3));
    if (Math.abs(candidate.length - word.length) > most) continue;
    const cost = editDistance(fold(word), fold(candidate));
    if (cost <= most && cost < least) [best, least] = [candidate, cost];
  }
  return best;
}
