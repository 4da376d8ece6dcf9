import type { Proof } from "./proof";

/** Labs on a bare image, where the roles install what they need. */
export const proofs: readonly Proof[] = [
  { lab: "dr-keepalived", passes: "every check", fails: [] },
  { lab: "dr-ipvsadm-nfs", passes: "every check", fails: [] },
];
