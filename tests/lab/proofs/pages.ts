import type { Proof } from "./proof";

/** Its lab is the one that a reader of the tutorial writes. */
export const proofs: readonly Proof[] = [];
