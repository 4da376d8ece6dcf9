const isSoak = process.env.LVS_LAB_SOAK !== undefined;

/** A number of rounds, points or random topologies: the first for an ordinary run, the second for `scripts/test --soak`. */
export const rounds = (ordinary: number, soak: number): number => (isSoak ? soak : ordinary);

/** The limit of a test that may take hours on a busy machine, in milliseconds. */
export const HOURS = 10_800_000;

/** A long test without a short form, and its limit in milliseconds if it is not the suite's. An ordinary run leaves it out. */
export const itSoaks = (title: string, body: () => Promise<void>, limit?: number): void => {
  if (!isSoak) return;
  const test = it(title, body);
  if (limit !== undefined) test.timeout(limit);
};
