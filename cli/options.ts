/** Options that several verbs have. */
import { LIMITS } from "../infra/limits";

export const settle = {
  what: "how long the lab may take to settle before it is judged",
  value: "SECONDS",
  is: "seconds",
  default: LIMITS.settle.seconds,
} as const;
export const only = { what: "only this check, by its point or name", value: "ID", many: true } as const;
export const against = { what: "compare the files with a git revision's", value: "REF" } as const;
export const files = { what: "the files alone, without asking Pulumi" } as const;
