import * as assert from "node:assert/strict";
import Ajv from "ajv";
import schema from "../../../../model/topology/schema.json";
import { differences, type Schema, topologyType } from "./types";

const definitions: Readonly<Record<string, object & { readonly properties?: object }>> = schema.definitions;

/** What loading fills in (derive.ts): keys that a file may leave out, or has in another form. */
const derived = [
  "$schema: only in the schema",
  "segments.NAME.hostAddress: required only in the types",
  "nodes.NAME.name: only in the types",
  "nodes.NAME.interfaces.NAME.mac: required only in the types",
  "nodes.NAME.vrrp.state: required only in the types",
  "nodes.NAME.vrrp.nopreempt: required only in the types",
  "nodes.NAME.count: only in the schema",
  "nodes.NAME.keepalived: string in the schema, OwnKeepalived in the types",
  "client.mac: required only in the types",
  "virtualServers[].realServers.NAME.port: required only in the types",
  "proxy.backends.NAME.port: required only in the types",
];

/** Data with another value at one place; undefined removes the place. */
function changed(data: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const { [key]: inner, ...others } = data as Record<string, unknown>;
  const value = changed(inner, rest, by);
  return value === undefined ? others : { ...others, [key]: value };
}

describe("the schema", () => {
  it("is a valid JSON Schema", () => {
    const ajv = new Ajv();
    assert.equal(ajv.validateSchema(schema), true, ajv.errorsText());
  });

  describe("and the types of a topology", () => {
    let types: ReturnType<typeof topologyType>;
    before(function () {
      this.timeout(60_000); // the compiler reads them
      types = topologyType();
    });

    it("say the same of every key: its kind, its values, whether it is always there", () => {
      assert.deepEqual([...differences(types, schema as Schema)].sort(), [...derived].sort());
    });

    it("are found to differ where they do", () => {
      const found = (at: readonly string[], by: unknown): readonly string[] =>
        differences(types, changed(schema, at, by) as Schema).filter((one) => !derived.includes(one));
      assert.deepEqual(found(["properties", "ha", "default"], undefined), ["ha: required only in the types"]);
      assert.deepEqual(found(["properties", "form", "enum"], ["corrected"]), [
        "form: corrected in the schema, as-printed, corrected in the types",
      ]);
      assert.deepEqual(found(["definitions", "client", "properties", "colour"], { type: "string" }), [
        "client.colour: only in the schema",
      ]);
      assert.deepEqual(found(["definitions", "vrrpInstance", "properties", "label"], undefined), [
        "vrrp.label: only in the types",
      ]);
      assert.deepEqual(found(["definitions", "realServer", "properties", "weight", "type"], "string"), [
        "virtualServers[].realServers.NAME.weight: string in the schema, number in the types",
        "proxy.backends.NAME.weight: string in the schema, number in the types",
      ]);
      assert.deepEqual(found(["definitions", "segment", "required"], ["cidr", "bridge"]), [
        "segments.NAME.bridge: optional only in the types",
      ]);
      // A key of one role.
      const everywhere = found(["definitions", "node", "allOf"], []);
      for (const said of ["rpFilter: only in the schema", "rpFilter: required only in the types"])
        assert.ok(everywhere.includes(`nodes.NAME.${said}`), said);
    });
  });

  it("refuses unknown keys in every section and describes every key for editors", () => {
    const objects: [string, Record<string, unknown>][] = [];
    const visit = (path: string, value: unknown): void => {
      if (typeof value !== "object" || value === null) return;
      const one = value as Record<string, unknown>;
      if (one.type === "object") objects.push([path, one]);
      for (const [key, inner] of Object.entries(one)) visit(`${path}/${key}`, inner);
    };
    visit("#", schema);
    assert.ok(objects.length >= 15);
    for (const [path, one] of objects) {
      assert.ok(one.additionalProperties === false || typeof one.additionalProperties === "object", path);
      for (const [key, inner] of Object.entries((one.properties ?? {}) as Record<string, Described>)) {
        const target = definitions[inner.$ref?.replace("#/definitions/", "") ?? ""] as Described | undefined;
        assert.ok(inner.description ?? target?.description, `${path}/properties/${key} has no description`);
      }
    }
  });

  it("mentions each default in its description", () => {
    for (const [name, { properties = {} }] of Object.entries(definitions)) {
      for (const [key, { default: value, description = "" }] of Object.entries(
        properties as Record<string, Described>,
      )) {
        if (value === undefined || typeof value === "object") continue;
        assert.ok(
          description.includes(String(value)) && description.includes("default"),
          `${name}.${key}: ${description}`,
        );
      }
    }
  });
});

type Described = {
  readonly $ref?: string;
  readonly description?: string;
  readonly default?: string | number | boolean | object;
};
