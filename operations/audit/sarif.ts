import * as path from "node:path";
import type { Position } from "../../model/keepalived/finding";
import { ruleTexts } from "../../model/plan/audit";
import { jsonText } from "../terminal/terminal";
import type { AuditReport } from "./report";

/** A path for SARIF, relative to the working folder, so that code scanning finds the file in the checkout. */
function uriOf(file: string): string {
  const absolute = path.resolve(file);
  const relative = path.relative(process.cwd(), absolute);
  const isOutside = relative.startsWith("..");
  const uri = (isOutside ? absolute : relative).split(path.sep).map(encodeURIComponent).join("/");
  return isOutside ? `file://${uri}` : uri;
}

const locationOf = ({ file, line, column }: Position) => ({
  physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
});

/** SARIF 2.1.0, which code scanning shows in a pull request. Its levels are our severities. Rules without a finding are left out. */
export function reportSarif({ findings }: AuditReport): string {
  const used = ruleTexts.filter(({ name }) => findings.some(({ rule }) => rule === name));
  const results = findings.map(({ rule, severity, at, also, message, why, source, fix, accepted }) => ({
    ruleId: rule,
    ruleIndex: used.findIndex(({ name }) => name === rule),
    level: severity,
    message: { text: `${message}. Why: ${why} (${source}).${fix === undefined ? "" : ` Fix: ${fix}.`}` },
    locations: [locationOf(at)],
    ...(also.length > 0
      ? {
          relatedLocations: also.map((other, id) => ({
            id,
            message: { text: "the other side" },
            ...locationOf(other),
          })),
        }
      : {}),
    ...(accepted === undefined ? {} : { suppressions: [{ kind: "external", justification: accepted }] }),
  }));
  const rules = used.map(({ name, severity, summary, why, source }) => ({
    id: name,
    shortDescription: { text: summary },
    fullDescription: { text: `${summary}: ${why}.` },
    help: { text: `${why} (${source}).` },
    defaultConfiguration: { level: severity },
  }));
  return jsonText({
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "lvs-lab", rules } }, columnKind: "utf16CodeUnits", results }],
  });
}
