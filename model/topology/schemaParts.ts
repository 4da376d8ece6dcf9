/** The schemas as data: which schema applies at a place of a file, and what it allows in words. */

export type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** JSON Schema's keyword for a secret: it and everything beneath it is never shown. */
  readonly writeOnly?: boolean;
  /** Not in JSON Schema: says what is needed. yaml-language-server shows it instead of a pattern. */
  readonly errorMessage?: string;
  /** Not in JSON Schema: the allowed characters of a text, as a class of a regular expression. */
  readonly characters?: string;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly not?: Schema;
  readonly if?: Schema;
  readonly allOf?: readonly Schema[];
};
/** A whole schema, in which references and places are looked up. */
export type Root = Schema & { readonly definitions: object };

/** A reference's target. */
export const resolve = (one: Schema, { definitions }: Root): Schema =>
  one.$ref === undefined
    ? one
    : { ...(definitions as Readonly<Record<string, Schema>>)[one.$ref.replace("#/definitions/", "")], ...one };

/** The keys of a JSON pointer. */
export const pointerKeys = (pointer: string): string[] =>
  pointer
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));

/** One step of a place: the key, and the schema of what it leads to. */
export type Step = {
  readonly key: string;
  readonly schema: Schema;
  readonly kind: "key" | "item" | "name" | "unknown";
};

/** The steps to a place of the file, by the sections' own schemas. A branch (`then`) only says which keys are required. */
export function stepsTo(keys: readonly string[], root: Root): Step[] {
  const steps: Step[] = [];
  let at: Schema = root;
  for (const key of keys) {
    const { properties, items, additionalProperties, propertyNames } = resolve(at, root);
    const own = properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
    const named = typeof additionalProperties === "object" ? additionalProperties : undefined;
    const isNamed = named !== undefined && isName(key, propertyNames, root);
    at = resolve(own ?? items ?? named ?? {}, root);
    const kind = own !== undefined ? "key" : items !== undefined ? "item" : isNamed ? "name" : "unknown";
    steps.push({ key, schema: at, kind });
  }
  return steps;
}

/**
 * The path of a place in the file: `virtualServers[0].port`. A part that is neither a key nor a valid name is not shown.
 * The same for the schema: `virtualServers[].port`, `nodes.NAME.memory`.
 */
export const pathText = (keys: readonly string[], root: Root, words: "file" | "schema" = "file"): string =>
  stepsTo(keys, root).reduce((path, { key, kind }) => {
    if (kind === "item") return `${path}[${words === "file" ? key : ""}]`;
    const word = kind === "key" || (kind === "name" && words === "file") ? key : kind === "name" ? "NAME" : "…";
    return joined(path, word);
  }, "");

export const joined = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** Whether a key is a valid name. */
function isName(key: string, names: Schema | undefined, root: Root): boolean {
  const { pattern } = resolve(names ?? {}, root);
  return pattern !== undefined && new RegExp(pattern, "u").test(key);
}

/** Every key of a schema, as `virtualServers[].check.path` and `nodes.NAME.memory`. */
export function keysOf(root: Root, one: Schema = root, path = ""): string[] {
  const { properties = {}, items, additionalProperties } = resolve(one, root);
  const named = typeof additionalProperties === "object" ? additionalProperties : undefined;
  return [
    ...Object.entries(properties).flatMap(([key, inner]) => {
      const at = path === "" ? key : `${path}.${key}`;
      return [at, ...keysOf(root, inner, at)];
    }),
    ...(items === undefined ? [] : keysOf(root, items, `${path}[]`)),
    ...(named === undefined ? [] : keysOf(root, named, `${path}.NAME`)),
  ];
}

/** What a schema allows, in words. */
export function describe(one: Schema, root: Root): string {
  const { type, enum: values, minimum, maximum, minItems, maxItems, errorMessage } = resolve(one, root);
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
      return maxItems === undefined
        ? `a list${minItems === undefined ? "" : " of one or more"}`
        : `a list of ${minItems ?? 0} to ${maxItems}`;
    case "object":
      return "a section with one or more keys";
    default:
      return "a text";
  }
}
