import Ajv, { type AnySchema, type ErrorObject, type ValidateFunction } from "ajv";
import { cidrOf } from "../plan/addresses";
import { authPassFault } from "./authPass";
import type { Read } from "./yamlFile";
import type { Problem } from "./error";
import imageSchema from "./image.schema.json";
import { keysOf, pointerKeys } from "./schemaParts";
import schema from "./schema.json";
import { problemsOf } from "./schemaProblems";

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  useDefaults: true,
  verbose: true,
  allowUnionTypes: false,
  // Both cost more than they save in a program that validates one file. A test checks the schema.
  validateSchema: false,
  code: { optimize: false },
});
// Keywords that are not in JSON Schema (schemaParts.ts).
ajv.addVocabulary(["errorMessage", "characters"]);
ajv.addKeyword({
  keyword: "authPass",
  validate: (_: unknown, pass: unknown) => typeof pass !== "string" || authPassFault(pass) === undefined,
});
// A pattern cannot tell an IPv6 address.
ajv.addKeyword({
  keyword: "cidr",
  validate: (_: unknown, text: unknown) => typeof text !== "string" || cidrOf(text) !== undefined,
});
const topologyValidator = compiled(schema);
const imageValidator = compiled(imageSchema);

/** Makes a validator when it is first needed. That takes far longer than using it, and most labs need only one. */
function compiled(of: AnySchema): () => ValidateFunction {
  let made: ValidateFunction | undefined;
  return () => (made ??= ajv.compile(of));
}

let topologyKeys: readonly string[] | undefined;
const topologySource = () => ({ root: schema, all: (topologyKeys ??= keysOf(schema)), words: true });

/** The result of checking data against the schema. */
export type Validated = {
  /** A copy of the data with every default of the schema filled in. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Sections of the file ("nodes") with a missing key or a wrong type. Nothing can be computed from them. */
  readonly unsound: ReadonlySet<string>;
  /** Places of all other refused values, by their keys. */
  readonly refused: readonly (readonly string[])[];
};

/** Checks data against the schema and fills in its defaults. `lineOf` finds lines of the file. */
export function validateTopology(input: unknown, lineOf?: Read["lineOf"]): Validated {
  const data: unknown = structuredClone(input);
  const validate = topologyValidator();
  validate(data);
  const errors = validate.errors ?? [];
  const unsound = errors.filter(breaksSection).map(({ instancePath, params }) => {
    const section = instancePath.split("/")[1];
    return section ?? (params as { missingProperty?: string }).missingProperty ?? "";
  });
  const refused = errors
    .filter((error) => !breaksSection(error) && error.keyword !== "additionalProperties" && error.keyword !== "if")
    .map(({ instancePath }) => pointerKeys(instancePath));
  return { data, problems: problemsOf(errors, { ...topologySource(), lineOf }), unsound: new Set(unsound), refused };
}

/** Whether such an error makes its section unusable. A group of a wrong size has no machines. */
const breaksSection = ({ keyword, instancePath, propertyName }: ErrorObject): boolean =>
  ["type", "required", "minProperties", "propertyNames"].includes(keyword) ||
  propertyName !== undefined ||
  /^\/nodes\/[^/]+\/count$/.test(instancePath);

/** Checks the description of a cloud image against its schema and fills in the defaults. */
export function validateImage(input: unknown, lineOf?: Read["lineOf"]): Pick<Validated, "data" | "problems"> {
  const data: unknown = structuredClone(input);
  const validate = imageValidator();
  validate(data);
  return {
    data,
    problems: problemsOf(validate.errors ?? [], { root: imageSchema, all: keysOf(imageSchema), words: false, lineOf }),
  };
}
