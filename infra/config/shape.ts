import Ajv, { type AnySchema, type ErrorObject, type ValidateFunction } from "ajv";
import type { Problem } from "./error";
import { nearestKey, refusal, sharedKey } from "./hints";
import imageSchema from "./image.schema.json";
import schema from "./schema.json";

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictRequired: false,
  useDefaults: true,
  verbose: true,
  allowUnionTypes: false,
  // Both cost more than they save in a program that validates one file: the schema is checked by a test.
  validateSchema: false,
  code: { optimize: false },
});
// What yaml-language-server shows instead of a pattern; here too it says what is needed.
ajv.addVocabulary(["errorMessage"]);
const topologyValidator = compiled(schema);
const authPassValidator = compiled({ ...schema.definitions.authPass });
const imageValidator = compiled(imageSchema);

/** A validator that is made when it is first asked for: that takes far longer than to use it, and most labs need only one. */
function compiled(of: AnySchema): () => ValidateFunction {
  let made: ValidateFunction | undefined;
  return () => (made ??= ajv.compile(of));
}

/** What the schema has to say about data. */
export type Shaped = {
  /** A copy of the data with every default of the schema filled in. */
  readonly data: unknown;
  readonly problems: readonly Problem[];
  /** Sections of the file ("nodes") in which something is missing or of another type: nothing can be computed from them. */
  readonly unsound: ReadonlySet<string>;
};

/** Checks data against the schema and fills in its defaults. */
export function shape(input: unknown): Shaped {
  const data: unknown = structuredClone(input);
  const validate = topologyValidator();
  validate(data);
  const errors = validate.errors ?? [];
  const unsound = errors
    .filter(({ keyword }) => ["type", "required", "minProperties"].includes(keyword))
    .map(({ instancePath, params }) => {
      const section = instancePath.split("/")[1];
      return section ?? (params as { missingProperty?: string }).missingProperty ?? "";
    });
  return { data, problems: problemsOf(errors, schema), unsound: new Set(unsound) };
}

/** Checks a VRRP password that does not come from a topology file; the problem's path is the configuration key. */
export function authPassProblems(key: string, pass: string): readonly Problem[] {
  const validate = authPassValidator();
  validate(pass);
  return problemsOf(validate.errors ?? [], schema).map((problem) => ({ ...problem, path: key }));
}

/** Checks the description of a cloud image against its schema and fills in the defaults. */
export function shapeImage(input: unknown): Pick<Shaped, "data" | "problems"> {
  const data: unknown = structuredClone(input);
  const validate = imageValidator();
  validate(data);
  return { data, problems: problemsOf(validate.errors ?? [], imageSchema) };
}

/** Keywords that only repeat what another error says better. */
const echoes = new Set(["if", "propertyNames"]);

function problemsOf(errors: readonly ErrorObject[], root: Root): readonly Problem[] {
  const problems = errors.filter(({ keyword }) => !echoes.has(keyword)).map((error) => problemOf(error, root));
  // The same place can break several keywords of one rule; it is one problem.
  return [...new Map(problems.map((problem) => [`${problem.path}\n${problem.need}`, problem])).values()];
}

function problemOf(error: ErrorObject, root: Root): Problem {
  const path = pathText(error.instancePath);
  const parent = (error.parentSchema ?? {}) as Schema;
  if (error.keyword === "required") {
    const { missingProperty } = error.params as { missingProperty: string };
    const need = describe(schemaAt(`${error.instancePath}/${missingProperty}`, root), root);
    return { path: join(path, missingProperty), got: "nothing", need, fix: "add it" };
  }
  if (error.keyword === "additionalProperties") {
    const { additionalProperty } = error.params as { additionalProperty: string };
    const allowed = Object.keys(parent.properties ?? {}).filter((key) => key !== "$schema");
    const nearest = nearestKey(additionalProperty, allowed);
    const need = `one of ${allowed.join(", ")}`;
    const at = { path: join(path, additionalProperty), got: "an unknown key", need };
    if (nearest !== undefined) return { ...at, fix: `did you mean ${nearest}?` };
    const instance = Object.keys(resolve(root.properties?.vrrp ?? {}, root).properties ?? {});
    return { ...at, fix: "remove it", ...sharedKey(path, additionalProperty, instance) };
  }
  if (error.propertyName !== undefined) {
    return {
      path: join(path, error.propertyName),
      got: `the name ${show(error.propertyName)}`,
      need: describe(parent, root),
    };
  }
  const got = parent.writeOnly === true ? masked(error.data) : show(error.data);
  return { path, got, need: describe(parent, root), ...refusal(path.replace(/^.*\./, ""), error.data) };
}

type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly writeOnly?: boolean;
  readonly errorMessage?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
};
/** A whole schema, in which references and places are looked up. */
type Root = Schema & { readonly definitions: object };

/** A reference's target. */
const resolve = (one: Schema, { definitions }: Root): Schema =>
  one.$ref === undefined
    ? one
    : ((definitions as Readonly<Record<string, Schema>>)[one.$ref.replace("#/definitions/", "")] ?? one);

/** The schema of a place in the file: a branch (`then`) says that a key is required, the section's own schema what it is. */
const schemaAt = (pointer: string, root: Root): Schema =>
  pointerKeys(pointer).reduce<Schema>((at, key) => {
    const { properties, items, additionalProperties } = resolve(at, root);
    return properties?.[key] ?? items ?? (typeof additionalProperties === "object" ? additionalProperties : {});
  }, root);

/** What a schema allows, in words. */
function describe(one: Schema, root: Root): string {
  const { type, enum: values, minimum, maximum, errorMessage } = resolve(one, root);
  if (errorMessage !== undefined) return errorMessage;
  if (values !== undefined) return values.length === 1 ? String(values[0]) : `one of ${values.join(", ")}`;
  const range = minimum === undefined || maximum === undefined ? "" : `, ${minimum} to ${maximum}`;
  switch (type) {
    case "integer":
      return `a whole number${range}`;
    case "number":
      return `a number${range}`;
    case "boolean":
      return "true or false";
    case "array":
      return "a list of one or more";
    case "object":
      return "a section with one or more keys";
    default:
      return "a text";
  }
}

/** A value as the file writes it. */
function show(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "an empty section" : "a section";
  return typeof value === "string" && /^[\w.:/+-]+$/.test(value) ? value : JSON.stringify(value);
}

/** A secret as it may be shown. */
const masked = (value: unknown): string =>
  typeof value === "string" ? `a password of ${value.length} characters` : `a ${typeof value}`;

/** A JSON pointer in the file's own words: `/virtualServers/0/port` is `virtualServers[0].port`. */
const pathText = (pointer: string): string => pointerKeys(pointer).reduce(join, "");

const pointerKeys = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));

const join = (path: string, key: string): string => {
  if (/^\d+$/.test(key)) return `${path}[${key}]`;
  const word = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? word : `${path}.${word}`;
};
