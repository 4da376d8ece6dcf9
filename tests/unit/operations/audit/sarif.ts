/**
 * The requirements of SARIF 2.1.0 (section 3 of the OASIS standard, in our own words) for the members that an audit writes. It is stricter than
 * the standard in one thing: it refuses members that no audit writes, so that a new one must be looked up first.
 */
const object = (
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[] = Object.keys(properties),
) => ({ type: "object", properties, required, additionalProperties: false });
const list = (items: unknown) => ({ type: "array", items });
const text = { type: "string", minLength: 1 };
const from1 = { type: "integer", minimum: 1 };
const from0 = { type: "integer", minimum: 0 };
/** 3.58: the configured and the reported level. */
const level = { enum: ["none", "note", "warning", "error"] };
/** 3.11 */
const message = object({ text });
/** 3.28 to 3.30 */
const location = {
  id: from0,
  message,
  physicalLocation: object({
    artifactLocation: object({ uri: { type: "string", pattern: "^(?:file:///)?[^/\\s:][^\\s]*$" } }),
    region: object({ startLine: from1, startColumn: from1 }),
  }),
};

/** 3.49 */
const rule = object({
  id: text,
  shortDescription: message,
  fullDescription: message,
  help: message,
  defaultConfiguration: object({ level }),
});

/** 3.27 */
const result = object(
  {
    ruleId: text,
    ruleIndex: from0,
    level,
    message,
    locations: { ...list(object(location, ["physicalLocation"])), minItems: 1 },
    relatedLocations: { ...list(object(location)), uniqueItems: true },
    suppressions: {
      ...list(object({ kind: { enum: ["inSource", "external"] }, justification: text })),
      uniqueItems: true,
    },
  },
  ["ruleId", "ruleIndex", "level", "message", "locations"],
);

/** 3.13 and 3.14 */
export const sarifSchema = object({
  $schema: { type: "string", format: "uri" },
  version: { const: "2.1.0" },
  runs: list(
    object({
      tool: object({ driver: object({ name: text, rules: { ...list(rule), uniqueItems: true } }) }),
      columnKind: { enum: ["utf16CodeUnits", "unicodeCodePoints"] },
      results: list(result),
    }),
  ),
});
