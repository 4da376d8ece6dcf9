import type { Proof } from "./proof";

/** Guests without roles, which `verify` has nothing to say of. */
export const proofs: readonly Proof[] = [];
