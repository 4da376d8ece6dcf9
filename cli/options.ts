/** Options that several verbs share. */
import { LIMITS } from "../model/limits";

export const settle = {
  what: "how long the lab may take to settle before the checks judge it",
  value: "SECONDS",
  is: "seconds",
  default: LIMITS.settle.seconds,
} as const;
export const only = { what: "run only this check; ID is its point or its name", value: "ID", many: true } as const;
export const quick = { what: "leave out the checks that break something for a while" } as const;
export const against = { what: "compare the files with those of a git revision", value: "REF" } as const;
export const files = { what: "show the files only, without asking Pulumi" } as const;
export const junit = { what: "also write the results as JUnit XML, for CI systems", value: "FILE" } as const;
/** The verbs that judge configurations end with 1 if a finding has this severity or a worse one. */
export const failOn = <const Severity extends "error" | "warning" | "note" | "never">(severity: Severity) =>
  ({
    what: "exit with 1 if a finding has this severity or a worse one",
    value: "SEVERITY",
    choices: ["error", "warning", "note", "never"],
    default: severity,
  }) as const;
