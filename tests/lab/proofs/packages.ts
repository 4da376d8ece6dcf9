import type { Proof } from "./proof";

/** A lab on a bare image, where the roles install what they need. */
export const proofs: readonly Proof[] = [{ lab: "tests/lab/bare.yaml", passes: "every check", fails: [] }];
