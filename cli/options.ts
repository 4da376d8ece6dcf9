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
/** The verbs that judge configurations: from which severity on their exit code is 1. */
export const failOn = <const Severity extends "error" | "warning" | "note" | "never">(severity: Severity) =>
  ({
    what: "the severity from which on the exit code is 1",
    value: "SEVERITY",
    choices: ["error", "warning", "note", "never"],
    default: severity,
  }) as const;
