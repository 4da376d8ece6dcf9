import type { Proof } from "./proof";

/** Sites of other people's kinds, as `lab import` makes labs of them. */
export const proofs: readonly Proof[] = ["crossed", "gateways", "relay", "tunnel"].map((name) => ({
  lab: `tests/lab/imports/${name}.yaml`,
  passes: "every check",
  fails: [],
}));
