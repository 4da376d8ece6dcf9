import { ruleTexts } from "../../model/plan/audit";
import { markdownTable, plain } from "./block";

/** What `audit` finds, rule by rule. */
export const auditRules = (): string =>
  markdownTable([
    ["rule", "severity", "what it finds", "source"],
    ...ruleTexts.map(({ name, severity, summary, source }) => [`\`${name}\``, severity, plain(summary), plain(source)]),
  ]);
