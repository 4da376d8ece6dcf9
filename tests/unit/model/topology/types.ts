/** Compares the schema of topology files with the types of model/topology/topology.ts (and node.ts, which it names), which the compiler reads for it. */
import * as ts from "typescript";
import { inRoot } from "../../../../operations/paths";

export type Schema = {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly not?: object;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
  readonly allOf?: readonly Schema[];
  readonly definitions?: Readonly<Record<string, Schema>>;
};

const FILE = inRoot("model", "topology", "topology.ts");

/** The type Topology, and what the compiler knows about it. */
export function topologyType(): { readonly checker: ts.TypeChecker; readonly topology: ts.Type } {
  const program = ts.createProgram([FILE], { strict: true, exactOptionalPropertyTypes: true, types: [], noLib: false });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(FILE);
  const module = source && checker.getSymbolAtLocation(source);
  const alias = module && checker.getExportsOfModule(module).find(({ name }) => name === "Topology");
  if (alias === undefined) throw new Error(`${FILE} exports no Topology`);
  return { checker, topology: checker.getDeclaredTypeOfSymbol(alias) };
}

const within = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

/** A branch of a section: what `if`, `then` and `else` make of it. */
type Branch = { readonly forbidden: ReadonlySet<string>; readonly certain: ReadonlySet<string> };

/** Every branch that a section can take. With a role only those of that role. */
function branchesOf(section: Schema, role: unknown): readonly Branch[] {
  const of = ({ required = [], properties = {} }: Schema): Branch => ({
    forbidden: new Set(Object.keys(properties).filter((key) => properties[key]?.not && !properties[key].type)),
    certain: new Set([...required, ...Object.keys(properties).filter((key) => properties[key]?.default !== undefined)]),
  });
  const both = (a: Branch, b: Branch): Branch => ({
    forbidden: new Set([...a.forbidden, ...b.forbidden]),
    certain: new Set([...a.certain, ...b.certain]),
  });
  return [section, ...(section.allOf ?? [])].reduce<readonly Branch[]>(
    (branches, { if: condition, then = {}, else: otherwise = {} }) => {
      if (condition === undefined) return branches;
      const asked = condition.properties?.role;
      const isTaken = asked && role !== undefined && (asked.enum ?? [asked.const]).includes(role);
      const taken = isTaken === undefined ? [then, otherwise] : [isTaken ? then : otherwise];
      return branches.flatMap((branch) => taken.map((one) => both(branch, of(one))));
    },
    [of(section)],
  );
}

/** Everything in which schema and types differ, each as a path and what is wrong there. */
export function differences({ checker, topology }: ReturnType<typeof topologyType>, root: Schema): readonly string[] {
  const found: string[] = [];
  const resolved = (one: Schema): Schema => {
    const target = root.definitions?.[one.$ref?.replace("#/definitions/", "") ?? ""];
    return target === undefined ? one : { ...target, ...one };
  };
  const membersOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);
  const literal = (type: ts.Type): unknown =>
    type.isStringLiteral() || type.isNumberLiteral() ? type.value : checker.typeToString(type);

  /** Compares a section with its type. For the machines it is the type of one role. */
  function section(path: string, type: ts.Type, schema: Schema, role?: unknown): void {
    const { properties = {} } = schema;
    const branches = branchesOf(schema, role);
    const allowed = Object.keys(properties).filter((key) => branches.some(({ forbidden }) => !forbidden.has(key)));
    const known = new Map(checker.getPropertiesOfType(type).map((symbol) => [symbol.name, symbol]));
    for (const key of allowed.filter((one) => !known.has(one))) found.push(`${within(path, key)}: only in the schema`);
    for (const [key, symbol] of known) {
      const at = within(path, key);
      const inner = properties[key];
      if (inner === undefined || !allowed.includes(key)) {
        found.push(`${at}: only in the types`);
        continue;
      }
      const isCertain = branches.every(({ certain }) => certain.has(key)) || resolved(inner).default !== undefined;
      const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
      if (isCertain === isOptional) found.push(`${at}: ${isOptional ? "optional" : "required"} only in the types`);
      value(at, checker.getTypeOfSymbol(symbol), resolved(inner));
    }
  }

  function value(path: string, type: ts.Type, schema: Schema): void {
    const { type: kind, enum: values, items, properties, additionalProperties } = schema;
    const members = membersOf(type).filter(({ flags }) => (flags & ts.TypeFlags.Undefined) === 0);
    if (values !== undefined) {
      const [theirs, ours] = [values, members.map(literal)].map((all) => all.map(String).sort().join(", "));
      if (theirs !== ours) found.push(`${path}: ${theirs} in the schema, ${ours} in the types`);
      return;
    }
    const [first] = members;
    if (first === undefined) return;
    if (properties !== undefined) {
      const roles = resolved(properties.role ?? {}).enum;
      if (roles === undefined) section(path, first, schema);
      for (const role of roles ?? []) {
        const own = members.find((one) => {
          const symbol = one.getProperty("role");
          return symbol !== undefined && literal(checker.getTypeOfSymbol(symbol)) === role;
        });
        if (own === undefined) found.push(`${path}.role: ${String(role)} only in the schema`);
        else section(`${path}(${String(role)})`, own, { ...schema, properties: { ...properties, role: {} } }, role);
      }
    } else if (typeof additionalProperties === "object") {
      const each = first.getStringIndexType();
      if (each === undefined) found.push(`${path}: a section with names only in the schema`);
      else value(`${path}.NAME`, each, resolved(additionalProperties));
    } else if (items !== undefined) {
      const each = checker.isArrayType(first) ? checker.getTypeArguments(first as ts.TypeReference)[0] : undefined;
      if (each === undefined) found.push(`${path}: a list only in the schema`);
      else value(`${path}[]`, each, resolved(items));
    } else {
      const word = kind === "integer" ? "number" : kind;
      const ours = [...new Set(members.map((one) => checker.typeToString(checker.getBaseTypeOfLiteralType(one))))];
      if (word !== undefined && ours.join() !== word)
        found.push(`${path}: ${word} in the schema, ${ours.join()} in the types`);
    }
  }
  section("", topology, root);
  // What every role has is said once.
  return [...new Set(found.map((one) => one.replace(/\(\w+\)(?=\.)/, "")))];
}
