/**
 * Shortens lists of names or addresses: three or more that follow each other become "web1 … web9" or "10.0.0.7 … .9". They follow each other if
 * they differ only in a number at their end, which grows by one.
 */
export function ranged(items: readonly string[]): string[] {
  const runs: string[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && follows(last, item)) run.push(item);
    else runs.push([item]);
  }
  return runs.flatMap((run) => (run.length < 3 ? run : [`${run[0]} … ${short(run.at(-1) ?? "")}`]));
}

/** Of an address the last number. */
const short = (item: string): string => /^[\d.]+(\.\d+)$/.exec(item)?.[1] ?? item;

function follows(one: string, next: string): boolean {
  const [stem, digits] = split(one);
  return digits !== "" && next === `${stem}${String(Number(digits) + 1).padStart(digits.length, "0")}`;
}

function split(item: string): [stem: string, digits: string] {
  const digits = /\d*$/.exec(item)?.[0] ?? "";
  return [item.slice(0, item.length - digits.length), digits];
}
