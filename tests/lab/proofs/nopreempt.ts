import type { Proof } from "./proof";

export const proofs: readonly Proof[] = [{ lab: "tests/lab/nopreempt.yaml", passes: "every check", fails: [] }];
