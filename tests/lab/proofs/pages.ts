import type { Proof } from "./proof";

/** Its lab is what the tutorial has its reader write. */
export const proofs: readonly Proof[] = [];
