import type { Proof } from "./proof";

/** The fixture under another name, on an image with cloud-init. */
export const proofs: readonly Proof[] = [
  { lab: "tests/fixtures/valid-minimal.yaml", passes: "every check", fails: [] },
];
