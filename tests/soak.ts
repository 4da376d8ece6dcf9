/**
 * A number of rounds, points or random topologies: the first in the ordinary run, the second under `scripts/test --soak`. Nothing else
 * asks whether it is a long run; a test that has no short form is made zero times in the ordinary one.
 */
export const rounds = (ordinary: number, soak: number): number =>
  process.env.LVS_LAB_SOAK === undefined ? ordinary : soak;
