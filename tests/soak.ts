const isSoak = process.env.LVS_LAB_SOAK !== undefined;

/** A number of rounds, points or random topologies: the first in the ordinary run, the second under `scripts/test --soak`. */
export const rounds = (ordinary: number, soak: number): number => (isSoak ? soak : ordinary);

/** A test that takes long and has no short form: the ordinary run does not have it. */
export const itSoaks = (title: string, body: () => Promise<void>): void => {
  if (isSoak) it(title, body);
};
