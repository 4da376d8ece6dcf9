/** Random topologies for property tests: shipped labs and fixtures with some changed places, and data from the schema alone. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import { parse } from "yaml";
import { ConfigError } from "../model/topology/error";
import { parseTopology } from "../documents/load";
import schema from "../model/topology/schema.json";
import type { Topology } from "../model/topology/topology";
import { inRoot } from "../operations/paths";
import { labNames } from "../model/topology/labNames";
import { fixtureNames, fixturePath } from "./fixtures";

type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
};
type Path = readonly (string | number)[];

const definitions = schema.definitions as Readonly<Record<string, Schema>>;
const resolved = (one: Schema): Schema =>
  one.$ref === undefined ? one : (definitions[one.$ref.replace("#/definitions/", "")] ?? one);

const texts = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(texts)
      : [];

/** Data that the schema allows, ignoring `if`. Some texts come from a good file, so that names and addresses match. */
class Values {
  private readonly known = new Map<Schema, fc.Arbitrary<unknown>>();
  constructor(private readonly pool: readonly string[]) {}

  /** Made once for each part of the schema, because making it takes far longer than using it. */
  of(part: Schema): fc.Arbitrary<unknown> {
    const one = resolved(part);
    const made = this.known.get(one) ?? this.make(one);
    this.known.set(one, made);
    return made;
  }

  private make({
    type,
    enum: values,
    minimum = -2,
    maximum = 70_000,
    pattern = ".*",
    ...one
  }: Schema): fc.Arbitrary<unknown> {
    if (values !== undefined) return fc.constantFrom(...values);
    switch (type) {
      case "boolean":
        return fc.boolean();
      case "integer":
        return fc.integer({ min: minimum, max: maximum });
      case "number":
        // Hundredths: more decimal places are refused.
        return fc.oneof(
          fc.integer({ min: Math.ceil(minimum * 100), max: maximum * 100 }).map((hundredths) => hundredths / 100),
          fc.double({ min: minimum, max: maximum, noNaN: true }),
        );
      case "array":
        return fc.array(this.of(one.items ?? {}), { minLength: 1, maxLength: 3 });
      case "object": {
        const { properties, additionalProperties, propertyNames, required = [] } = one;
        if (properties !== undefined) {
          const keys = Object.entries(properties).map(([key, inner]) => [key, this.of(inner)]);
          return fc.record(Object.fromEntries(keys) as Record<string, fc.Arbitrary<unknown>>, {
            requiredKeys: [...required],
          });
        }
        const names = this.text(resolved(propertyNames ?? {}).pattern ?? pattern);
        return fc.dictionary(names, this.of(additionalProperties as Schema), { minKeys: 1, maxKeys: 3 });
      }
      default:
        return this.text(pattern);
    }
  }

  private text(pattern: string): fc.Arbitrary<string> {
    const fitting = this.pool.filter((text) => new RegExp(pattern).test(text));
    const word = fc.stringMatching(new RegExp(pattern), { maxLength: 40 });
    return fitting.length === 0 ? word : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...fitting) }, word);
  }
}

/** The schema of a place. */
const schemaAt = (at: Path): Schema =>
  at.reduce<Schema>((one, key) => {
    const { properties, items, additionalProperties } = resolved(one);
    return properties?.[key] ?? items ?? (typeof additionalProperties === "object" ? additionalProperties : {});
  }, schema as Schema);

const pathsOf = (value: unknown, at: Path = []): Path[] =>
  typeof value !== "object" || value === null
    ? [at]
    : [
        at,
        ...Object.entries(value).flatMap(([key, inner]) =>
          pathsOf(inner, [...at, Array.isArray(value) ? Number(key) : key]),
        ),
      ];

/** Data with another value at one place; undefined removes the place. */
function changed(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) {
    const items = value.map((one, index) => (index === key ? changed(one, rest, by) : (one as unknown)));
    return items.filter((one) => one !== undefined);
  }
  const { [key]: inner, ...others } = value as Record<string | number, unknown>;
  const next = changed(inner, rest, by);
  return next === undefined ? others : { ...(value as object), [key]: next };
}

/** One change: another allowed value, an additional known key, or a removed key. */
const mutated = (document: unknown, values: Values): fc.Arbitrary<unknown> =>
  fc
    .constantFrom(...pathsOf(document).slice(1))
    .chain((at) => {
      const keys = Object.keys(resolved(schemaAt(at)).properties ?? {});
      return fc.constantFrom(at, at, ...keys.map((key) => [...at, key]));
    })
    .chain((place) =>
      fc
        .oneof({ weight: 8, arbitrary: values.of(schemaAt(place)) }, fc.constant(undefined))
        .map((by) => changed(document, place, by)),
    );

/** A file's data. Paths in it do not depend on the current folder. */
function read(file: string): unknown {
  const data = parse(fs.readFileSync(file, "utf8")) as { nodes: Record<string, { keepalived?: string }> };
  for (const node of Object.values(data.nodes))
    if (node.keepalived !== undefined) node.keepalived = path.join(path.dirname(file), node.keepalived);
  return data;
}
const good: readonly unknown[] = [
  ...labNames(inRoot()).map((name) => read(inRoot("labs", `${name}.yaml`))),
  ...fixtureNames("valid-").map((name) => read(fixturePath(`valid-${name}`))),
];

const mutations = fc.constantFrom(...good.map((document) => ({ document, values: new Values(texts(document)) })));

/** A topology file's data, right or wrong. */
export const randomTopology: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: mutations.chain(({ document, values }) => mutated(document, values)) },
  {
    weight: 3,
    arbitrary: mutations.chain(({ document, values }) =>
      mutated(document, values).chain((one) => mutated(one, values)),
    ),
  },
  { weight: 1, arbitrary: new Values(good.flatMap(texts)).of(schema as Schema) },
);

/** The same topologies in every run. */
export const SEED = 20_260_101;

/** The topology of random data; undefined: it is refused. */
export function accepted(input: unknown): Topology | undefined {
  try {
    return parseTopology(input, "random");
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}
