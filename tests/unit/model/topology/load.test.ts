import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { RunError } from "@pulumi/pulumi/errors";
import * as fc from "fast-check";
import { parse } from "yaml";
import { checkAuthPass } from "../../../../model/topology/authPass";
import { parseYamlText } from "../../../../model/topology/yamlFile";
import { ConfigError, problemText } from "../../../../model/topology/error";
import { parseTopology } from "../../../../documents/load";
import { labNames } from "../../../../model/topology/labNames";
import { inRoot } from "../../../../operations/paths";
import { servicesOf } from "../../../../model/topology/queries";
import { virtualServicesOf } from "../../../../model/topology/virtualServices";
import { fixture, fixtureNames, fixturePath, lab } from "../../../fixtures";

const read = (name: string): unknown => parse(fs.readFileSync(fixturePath(name), "utf8"));

describe("loading a topology", () => {
  for (const name of labNames(inRoot())) {
    it(`accepts labs/${name}.yaml, whose name is the file's`, () => {
      assert.equal(lab(name).name, name);
    });
  }
  for (const name of fixtureNames("valid-")) {
    it(`accepts valid-${name}`, () => {
      const topology = fixture(`valid-${name}`);
      assert.ok(servicesOf(topology).length + virtualServicesOf(topology).length > 0);
    });
  }

  it("fills in every default and derived value", () => {
    assert.deepEqual(fixture("valid-minimal"), {
      name: "minimal",
      description: "one director, one web server",
      ha: false,
      segments: { lan: { cidr: "10.0.0.0/24", mode: "isolated", hostAddress: "10.0.0.1" } },
      nodes: {
        lb: {
          name: "lb",
          role: "director",
          interfaces: { eth0: { segment: "lan", address: "10.0.0.11", mac: "52:54:00:2b:8a:a8" } },
          memory: 512,
          vcpus: 1,
          vrrp: { routerId: "LB", priority: 100, state: "BACKUP", nopreempt: false, preemptDelay: 0 },
        },
        web: {
          name: "web",
          role: "web",
          interfaces: { eth0: { segment: "lan", address: "10.0.0.21", mac: "52:54:00:94:ad:fb" } },
          memory: 512,
          vcpus: 1,
          page: "hello",
        },
      },
      client: { segment: "lan", addresses: ["10.0.0.31"], mac: "52:54:00:f4:14:27" },
      vrrp: {
        instance: "VI_1",
        interface: "eth0",
        virtualRouterId: 1,
        version: 2,
        advertInt: 1,
        virtualAddresses: ["10.0.0.3"],
      },
      virtualServers: [
        {
          vip: "10.0.0.3",
          port: 80,
          protocol: "TCP",
          scheduler: "rr",
          forwarding: "DR",
          delayLoop: 6,
          realServers: { web: { weight: 1, port: 80 } },
          check: { type: "TCP_CHECK", connectTimeout: 3, retry: 3, delayBeforeRetry: 3 },
        },
      ],
    });
  });

  it("gives only a client that is a guest memory and processors", () => {
    const { memory, vcpus } = fixture("valid-client-vm").client;
    assert.deepEqual({ memory, vcpus }, { memory: 256, vcpus: 1 });
    assert.deepEqual(Object.keys(fixture("valid-minimal").client).sort(), ["addresses", "mac", "segment"]);
  });

  it("keeps what is written, MACs in lower case, and drops $schema", () => {
    const full = fixture("valid-full");
    assert.equal("$schema" in full, false);
    assert.equal(full.nodes.lb01?.interfaces.eth0?.mac, "52:54:00:aa:00:01");
    assert.equal(full.client.mac, "02:00:00:00:00:01");
    assert.deepEqual(full.segments, (read("valid-full") as { segments: object }).segments);
    assert.deepEqual(Object.keys(full.nodes.lb02?.interfaces ?? {}), ["eth1", "eth0"]);
  });

  it("expects status 200 by default for HTTP_GET", () => {
    assert.equal(fixture("valid-http-get").virtualServers[0]?.check.status, 200);
  });

  it("gives document 000's machines their known MACs", () => {
    const { nodes, client } = lab("dr-keepalived");
    const macs = Object.values(nodes).map(({ interfaces }) => interfaces.ens33?.mac);
    assert.deepEqual(
      [...macs, client.mac],
      ["52:54:00:0a:3b:ae", "52:54:00:46:1c:a4", "52:54:00:1f:3c:b6", "52:54:00:fc:b0:e3", "52:54:00:cb:be:6e"],
    );
  });

  it("freezes everything", () => {
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    assert.ok(frozen(fixture("valid-full")));
  });

  it("leaves its input alone", () => {
    const [input, copy] = [read("valid-minimal"), read("valid-minimal")];
    parseTopology(input, "test");
    assert.deepEqual(input, copy);
  });

  for (const [text, said] of [
    ["a: 1\nb: 2\na: 3", /^line 3, column 1: got a name that occurs twice, need each name once in its section/],
    ["a: *nobody", /^file: got a syntax error: an alias \(\*\) without an anchor/],
    ["a: !!lab x", /^line 1, column 4: got a syntax error: a tag \(!\) that YAML does not know/],
    ["a: 1\n---\nb: 2", /^line 2, column 1: got a syntax error: .*multiple documents/],
  ] as const) {
    it(`says where YAML ends: ${JSON.stringify(text)}`, () => {
      const { problems } = parseYamlText(text);
      assert.equal(problems.length, 1);
      assert.match(problems.map(problemText).join("\n"), said);
    });
  }

  it("reports any damage as a ConfigError with its place, never as another error", () => {
    const paths = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
      typeof value === "object" && value !== null
        ? [path, ...Object.entries(value).flatMap(([key, inner]) => paths(inner, [...path, key]))]
        : [path];
    const whole = read("valid-full");
    const damaged = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
      if (key === undefined) return by;
      const inner = value as Record<string, unknown>;
      if (Array.isArray(value))
        return value.map((one, index) => (String(index) === key ? damaged(one, rest, by) : one));
      if (rest.length > 0 || by !== undefined) return { ...inner, [key]: damaged(inner[key], rest, by) };
      return Object.fromEntries(Object.entries(inner).filter(([name]) => name !== key));
    };
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.constant(undefined),
      fc.constant(Number.NaN),
      fc.constantFrom(0, -1, ""),
    );
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...paths(whole)),
        fc.constantFrom(...paths(whole)),
        anything,
        anything,
        (a, b, x, y) => {
          const once = damaged(whole, a, x);
          const input = paths(once).some((path) => path.join("/") === b.join("/")) ? damaged(once, b, y) : once;
          try {
            parseTopology(input, "test");
          } catch (error) {
            assert.ok(error instanceof ConfigError, error instanceof Error ? error.stack : String(error));
            assert.ok(error.problems.length > 0 && error.problems.every(({ path }) => path !== ""));
            refused++;
          }
        },
      ),
      { numRuns: 500 },
    );
    assert.ok(refused > 100, `only ${refused} were refused`);
  });
});

describe("ConfigError", () => {
  it("is printed by Pulumi without a stack", () => {
    assert.ok(RunError.isInstance(new ConfigError("x", [])));
  });
});

describe("a VRRP password from the stack", () => {
  for (const pass of [
    "12345678",
    "a b",
    "a#b",
    "a!b",
    "$PATH",
    "@",
    "{}",
    "it's",
    "a\\b",
    "ab\\",
    "é",
    "😀",
    "*/,;=~",
  ]) {
    it(`is accepted if keepalived accepts it: ${JSON.stringify(pass)}`, () => {
      assert.equal(checkAuthPass("lvs-lab:authPass", pass), pass);
    });
  }

  const refused: readonly (readonly [pass: string, got: string])[] = [
    ["", "an empty password"],
    ["123456789", "a password of 9 characters"],
    ["ééééé", "a password of 10 bytes"],
    ['a"b', 'a password with a " in it'],
    ["a\tb", "a password with a control character in it (U+0009)"],
    ["a\nb", "a password with a control character in it (U+000A)"],
    ["a$_PWD", "a password with $_ in it"],
    ["a${_X}", "a password with $_ in it"],
    ["a b\\", "a password with a \\ at its end"],
  ];
  for (const [pass, got] of refused) {
    it(`is refused and shows only the bad character: ${JSON.stringify(pass)}`, () => {
      assert.throws(
        () => checkAuthPass("lvs-lab:authPass", pass),
        (error: Error) =>
          error instanceof ConfigError &&
          error.problems.length === 1 &&
          error.message.includes(`lvs-lab:authPass: got ${got}, need a password of 1 to 8 characters`) &&
          (pass === "" || !error.message.includes(pass)),
      );
      const topology = read("valid-full") as { vrrp: object };
      const vrrp = { ...topology.vrrp, authentication: { pass } };
      assert.throws(
        () => parseTopology({ ...topology, vrrp }, "test"),
        new RegExp(`pass: got ${got.replaceAll(/[$()+\\]/g, "\\$&")}, need`),
      );
    });
  }
});
