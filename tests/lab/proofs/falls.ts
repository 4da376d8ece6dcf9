import type { Proof } from "./proof";

/** Guests without roles, for which `verify` has no checks. */
export const proofs: readonly Proof[] = [];
