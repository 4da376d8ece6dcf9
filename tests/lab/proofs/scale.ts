import type { Proof } from "./proof";

export const proofs: readonly Proof[] = [{ lab: "scale", passes: "every check", fails: [] }];
