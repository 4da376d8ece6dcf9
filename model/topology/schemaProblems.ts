/** Turns the errors of a schema into problems: one per fault, without secrets. */
import type { ErrorObject } from "ajv";
import { authPassFault } from "./authPass";
import type { Problem } from "./error";
import { type KeyHint, keyHint, otherFamily, refusal } from "./hints";
import { describe, joined, pathText, pointerKeys, resolve, type Root, type Schema, stepsTo } from "./schemaParts";
import { toldCharacters, toldValue } from "./told";

/** The schema and the file behind the errors. */
export type Source = {
  readonly root: Root;
  /** Every key of the schema ({@link keysOf}). */
  readonly all: readonly string[];
  /** Whether to look for keepalived's words among unknown keys. */
  readonly words: boolean;
  /** The line of a key in the file; undefined: there is no file, or no such line. */
  readonly lineOf?: ((keys: readonly string[]) => number | undefined) | undefined;
};

/** Keywords that only repeat what another error says better. */
const echoes = new Set(["if", "propertyNames"]);

/** The problems of a validation, in its order. */
export function problemsOf(errors: readonly ErrorObject[], source: Source): readonly Problem[] {
  const told = errors.filter(({ keyword }) => !echoes.has(keyword));
  const unknown = told.filter(({ keyword }) => keyword === "additionalProperties");
  const misspelt = new Set(unknown.map((error) => `${error.instancePath}/${hintOf(error, source).meant}`));
  const places = new Set<string>();
  return (
    told
      // The key is present but misspelt, which is reported already.
      .filter((error) => !(error.keyword === "required" && misspelt.has(placeOf(error))))
      .filter((error) => !isConsequence(error, told, misspelt, source.root))
      // A place that breaks several keywords is one problem.
      .filter((error) => {
        const { additionalProperty } = error.params as { additionalProperty?: string };
        const place = JSON.stringify([placeOf(error), additionalProperty, error.propertyName]);
        return !places.has(place) && places.add(place) !== undefined;
      })
      .map((error) => problemOf(error, source))
  );
}

/** Pointer of the place that an error is about; for a missing key, the pointer of that key. */
const placeOf = ({ instancePath, params }: ErrorObject): string => {
  const { missingProperty } = params as { missingProperty?: string };
  return missingProperty === undefined ? instancePath : `${instancePath}/${missingProperty}`;
};

/**
 * Whether an error comes from a branch (`then`, `else`) whose deciding key is itself refused, missing or misspelt. Then nobody knows
 * yet what is right there.
 */
function isConsequence(
  { schemaPath, instancePath }: ErrorObject,
  all: readonly ErrorObject[],
  misspelt: ReadonlySet<string>,
  root: Root,
): boolean {
  const [, branch, rest] = /(?:\/allOf\/(\d+))?\/(?:then|else)\/(.*)$/.exec(schemaPath) ?? [];
  if (rest === undefined) return false;
  const depth = rest.split("/").filter((word) => word === "properties").length;
  const section = instancePath
    .split("/")
    .slice(0, depth === 0 ? undefined : -depth)
    .join("/");
  // ajv's path begins at the target of the reference.
  const schema = stepsTo(pointerKeys(section), root).at(-1)?.schema ?? root;
  const condition = branch === undefined ? schema : schema.allOf?.[Number(branch)];
  const wrong = new Set(all.filter((one) => !/\/(then|else)\//.test(one.schemaPath)).map(placeOf));
  return Object.keys(condition?.if?.properties ?? {})
    .map((key) => `${section}/${key}`)
    .some((place) => wrong.has(place) || misspelt.has(place));
}

function problemOf(error: ErrorObject, source: Source): Problem {
  const { root } = source;
  const keys = pointerKeys(error.instancePath);
  const parent = resolve((error.parentSchema ?? {}) as Schema, root);
  if (error.keyword === "required") {
    const { missingProperty } = error.params as { missingProperty: string };
    const all = [...keys, missingProperty];
    const need = describe(stepsTo(all, root).at(-1)?.schema ?? {}, root);
    return { path: pathText(all, root), got: "nothing", need, fix: "add it" };
  }
  if (error.keyword === "additionalProperties") return unknownKey(error, keys, source);
  if (error.propertyName !== undefined) {
    const { propertyName } = error;
    const what = parent.not?.enum?.includes(propertyName)
      ? `the name ${propertyName}`
      : toldCharacters(propertyName, parent.characters ?? "").replace("a text", "a name");
    const got = `${what}${inLine([...keys, propertyName], source)}`;
    return { path: pathText(keys, root) || "file", got, need: describe(parent, root) };
  }
  const path = pathText(keys, root);
  if (parent.writeOnly === true && typeof error.data === "string") {
    const fault = authPassFault(error.data);
    if (fault !== undefined) return { path, ...fault };
  }
  const [key = ""] = keys.slice(-1);
  // A branch forbids the key. The section's own schema describes its value.
  const { schema = parent } = stepsTo(keys, root).at(-1) ?? {};
  const told = toldValue(error.data, schema, key, isSecret(keys, root));
  // If it is not what a name stands for, its key may not be a name either, but any text on a wrong line.
  const isWhole = error.keyword === "type" || schema.type !== "object";
  if (isWhole && stepsTo(keys, root).at(-1)?.kind === "name")
    return {
      path: joined(pathText(keys.slice(0, -1), root), "…"),
      got: `${told.got}${inLine(keys, source)}`,
      need: describe(parent, root),
    };
  const surplus = error.keyword === "not" && parent.type === undefined;
  return {
    path,
    ...(surplus ? toldValue(error.data, kindOnly(schema), key, false) : told),
    need: describe(parent, root),
    ...(refusal(key, error.data) ?? otherFamily(pathText(keys, root, "schema"), error.data)),
  };
}

/** The hint of an unknown key. */
function hintOf(error: ErrorObject, { root, all, words }: Source): KeyHint {
  const { additionalProperty } = error.params as { additionalProperty: string };
  const section = pathText(pointerKeys(error.instancePath), root, "schema");
  return keyHint(additionalProperty, { section, allowed: allowedKeys(error), all, words });
}

const allowedKeys = ({ parentSchema }: ErrorObject): string[] =>
  Object.keys((parentSchema as Schema | undefined)?.properties ?? {}).filter((key) => key !== "$schema");

function unknownKey(error: ErrorObject, keys: readonly string[], source: Source): Problem {
  const { additionalProperty: key } = error.params as { additionalProperty: string };
  const { fix, reason, by } = hintOf(error, source);
  const section = pathText(keys, source.root);
  const need = `one of ${allowedKeys(error).join(", ")}`;
  const more = { need, fix, ...(reason === undefined ? {} : { reason }) };
  if (by === "word" || (by === "likeness" && !isSecret(keys, source.root)))
    return { path: joined(section, key), got: "an unknown key", ...more };
  return { path: section || "file", got: `an unknown key${inLine([...keys, key], source)}`, ...more };
}

/** For a forbidden value only its kind matters. */
const kindOnly = ({ type }: Schema): Schema => (type === undefined ? {} : { type });

/** Whether a place is for a secret, or inside a section for secrets. */
const isSecret = (keys: readonly string[], root: Root): boolean =>
  stepsTo(keys, root).some(({ schema }) => schema.writeOnly === true);

/** The line of something whose name is not shown. */
function inLine(keys: readonly string[], { lineOf }: Source): string {
  const line = lineOf?.(keys);
  return line === undefined ? "" : ` (line ${line})`;
}
