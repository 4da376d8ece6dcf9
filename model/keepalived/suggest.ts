/** The fewest letters to add, drop, change or swap with a neighbour that turn one word into the other. */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The known word that was most likely meant; undefined where none is near: a third of its letters may be wrong. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const fold = (text: string): string => text.toLowerCase().replaceAll("-", "_");
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const most = Math.max(1, Math.floor(Math.min(candidate.length, word.length) / 3));
    if (Math.abs(candidate.length - word.length) > most) continue;
    const cost = distance(fold(word), fold(candidate));
    if (cost <= most && cost < least) [best, least] = [candidate, cost];
  }
  return best;
}
