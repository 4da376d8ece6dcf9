const isSoak = process.env.LVS_LAB_SOAK !== undefined;

/** A number of rounds, points or random topologies: the first for an ordinary run, the second for `scripts/test --soak`. */
export const rounds = (ordinary: number, soak: number): number => (isSoak ? soak : ordinary);

/** A long test without a short form. An ordinary run leaves it out. */
export const itSoaks = (title: string, body: () => Promise<void>): void => {
  if (isSoak) it(title, body);
};
