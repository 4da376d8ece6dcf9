import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { ConfigError, type Problem } from "../../../../model/topology/error";
import { loadTopology, parseTopology } from "../../../../documents/load";
import { keysOf, pathText, stepsTo } from "../../../../model/topology/schemaParts";
import schema from "../../../../model/topology/schema.json";
import { takesNumbers } from "../../../../model/topology/told";
import { fixtureNames, fixturePath } from "../../../fixtures";
import { goldenPath } from "../../../golden";

/** Secrets that must never be in a message: one that looks like a name, one that does not, and one of digits. */
const CANARIES = ["topsec9", 'Top"sec #9', "4711081509"];

type Place = readonly string[];
const read = (name: string): object => parse(fs.readFileSync(fixturePath(name), "utf8")) as object;

/** Every place of plain data, except the whole. */
function placesOf(data: unknown, at: Place = []): Place[] {
  if (typeof data !== "object" || data === null) return at.length === 0 ? [] : [at];
  const inner = Object.entries(data).flatMap(([key, value]) => placesOf(value, [...at, key]));
  return at.length === 0 ? inner : [at, ...inner];
}

const valueAt = (data: unknown, place: Place): unknown =>
  place.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], data);

/** The same with another value at a place. */
function withValue(data: object, place: Place, value: unknown): object {
  const copy = structuredClone(data);
  Object.assign(valueAt(copy, place.slice(0, -1)) as object, { [place.at(-1) ?? ""]: value });
  return copy;
}

const problemsOf = (read: () => unknown): readonly Problem[] => {
  try {
    read();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, error instanceof Error ? error.stack : String(error));
    assert.ok(error.problems.length > 0);
    return error.problems;
  }
};
const problems = (data: unknown): readonly Problem[] => problemsOf(() => parseTopology(data, "test"));

/** Every key of the schema once, in a topology that has it. */
const covered = new Map<string, { readonly data: object; readonly place: Place }>();
for (const name of fixtureNames("valid-")) {
  const data = read(`valid-${name}`);
  for (const place of placesOf(data)) {
    const key = pathText(place, schema, "schema");
    if (!covered.has(key)) covered.set(key, { data, place });
  }
}

describe("messages of the schema contain no secret", () => {
  const silent = (found: readonly Problem[], what: string, canary: string): void =>
    assert.ok(
      !JSON.stringify(found).includes(JSON.stringify(canary).slice(1, -1)),
      `${what}: ${JSON.stringify(found)}`,
    );

  it("even if every key of the schema contains one", () => {
    // Add the keys that the fixtures lack.
    const full = read("valid-full");
    const missing = keysOf(schema).filter((key) => !covered.has(key) && key !== "$schema");
    for (const key of missing) {
      const [parent] = [...covered].filter(([at]) => key.startsWith(`${at}.`)).sort(([a], [b]) => b.length - a.length);
      const rest = key.slice((parent?.[0].length ?? -1) + 1).split(".");
      assert.equal(rest.length, 1, `no fixture has ${key}, nor its section`);
      const { data, place } = parent?.[1] ?? { data: full, place: [] };
      covered.set(key, { data, place: [...place, ...rest] });
    }
    let refused = 0;
    for (const [key, { data, place }] of covered)
      for (const canary of CANARIES) {
        const number = Number(canary);
        const inside = [canary, [canary], [[canary]], { [canary]: canary }, { pass: canary }, { auth_pass: canary }];
        // A number is shown if the place is for numbers.
        const isNumber = takesNumbers(stepsTo(place, schema).at(-1)?.schema ?? {});
        const values: unknown[] = Number.isNaN(number) || isNumber ? inside : [...inside, number];
        for (const value of values) {
          const found = problems(withValue(data, place, value));
          refused += found.length;
          silent(found, `${key}: ${JSON.stringify(value)}`, canary);
        }
      }
    assert.ok(refused > 1000, `${refused}`);
  });

  it("in an unknown key or an invalid name", () => {
    for (const { data, place } of covered.values())
      for (const canary of CANARIES) {
        const section = valueAt(data, place);
        if (typeof section !== "object" || section === null || Array.isArray(section)) continue;
        const named = pathText([...place, "a-name"], schema).endsWith(".a-name");
        // A valid name is shown: every message about the section contains it.
        const keys = [`auth_pass ${canary}`, `${canary}: x`, ...(named ? [] : [canary])];
        for (const key of keys) {
          const found = problems(withValue(data, [...place, key], canary));
          assert.ok(found.length > 0, key);
          silent(found, `${place.join(".")}: ${key}`, canary);
        }
      }
    for (const canary of CANARIES) {
      silent(problems({ ...read("valid-full"), [canary]: canary }), "the file", canary);
      for (const whole of [canary, [canary], { [canary]: canary }, Number(canary)])
        silent(problems(whole), "the file", canary);
    }
  });

  it("in a line that is not YAML", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-refusals-"));
    const file = path.join(folder, "topology.yaml");
    const lines = fs.readFileSync(fixturePath("valid-full"), "utf8").split("\n");
    const canary = "topsec9";
    const broken = [
      `auth_pass ${canary}`,
      `pass: ${canary}: x`,
      `${canary}: [`,
      `pass: "${canary}`,
      `pass: "\\${canary}"`,
      `pass: !${canary} x`,
      `pass: *${canary}`,
      `pass: &${canary} &${canary} x`,
      `pass: @${canary}`,
      `pass: {${canary}`,
      `pass: ${canary}\n  ${canary}: 1`,
      `\tpass: ${canary}`,
      `%${canary}`,
      `? ${canary}\n? ${canary}`,
      `--- ${canary}`,
      `${canary}\n${canary}`,
    ];
    try {
      let refused = 0;
      // Each kind in some lines of each depth.
      for (const [index, line] of lines.entries())
        for (const text of broken.filter((_, kind) => (index + kind) % 5 === 0)) {
          const indent = /^ */.exec(line)?.[0] ?? "";
          fs.writeFileSync(
            file,
            [...lines.slice(0, index), `${indent}${text}`, ...lines.slice(index + (index % 2))].join("\n"),
          );
          const found = problemsOf(() => loadTopology(file));
          refused += found.length;
          silent(found, `line ${index + 1}: ${text}`, canary);
        }
      assert.ok(refused > lines.length, `${refused}`);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe("one fault is one problem", () => {
  /** Wrong values for each kind of value. */
  const wrong = (value: unknown): readonly unknown[] => {
    if (typeof value === "number") return [-7, 99_999_999, "x", null];
    if (typeof value === "boolean") return ["maybe"];
    if (typeof value === "string") return ["Wrong\none!", 5, null];
    if (Array.isArray(value)) return ["x", [], [null]];
    return ["x", [], null];
  };

  for (const name of ["full", "http-get", "ipvsadm", "proxies", "group", "client-vm", "nat-sorry"]) {
    it(`at any place in valid-${name}`, () => {
      const data = read(`valid-${name}`);
      for (const place of placesOf(data))
        for (const value of wrong(valueAt(data, place))) {
          const found = problems(withValue(data, place, value));
          assert.ok(
            found.length <= 1,
            `${place.join(".")}: ${JSON.stringify(value)}: ${JSON.stringify(found, null, 1)}`,
          );
          const expected = pathText(place, schema);
          for (const { path: at } of found)
            assert.ok(
              [expected, `${expected}[0]`, expected.replace(/[^.]+$/, "…")].includes(at),
              `${at}: ${JSON.stringify(value)}`,
            );
        }
    });
  }

  it("for a misspelt key, with everything that depends on it", () => {
    const data = read("valid-http-get") as { virtualServers: { check: object }[] };
    const [server] = data.virtualServers;
    assert.ok(server !== undefined);
    const { type, ...check } = server.check as { type: string };
    const misspelt = { ...data, virtualServers: [{ ...server, check: { tpye: type, ...check } }] };
    assert.deepEqual(
      problems(misspelt).map(({ path: at, fix }) => [at, fix]),
      [["virtualServers[0].check.tpye", "did you mean type?"]],
    );
  });

  it("for an unknown check, which is named", () => {
    const data = read("valid-http-get");
    const [problem, ...more] = problems(withValue(data, ["virtualServers", "0", "check", "type"], "SSL_GET"));
    assert.deepEqual(more, []);
    assert.deepEqual(
      [problem?.got, problem?.fix],
      ["SSL_GET", "SSL_GET is not built: use TCP_CHECK (connects) or HTTP_GET (fetches a page)"],
    );
  });

  it("for a list that is too long, which is counted", () => {
    const vips = Array.from({ length: 256 }, (_, n) => `10.0.0.${n}`);
    const [problem] = problems(withValue(read("valid-minimal"), ["vrrp", "virtualAddresses"], vips));
    assert.equal(problem?.got, "a list of 256");
    assert.match(problem?.need ?? "", /^a list of 1 to 255 addresses \(an advert counts them /);
  });

  it("for a group that is too large, before it is expanded", () => {
    const [problem, ...more] = problems(withValue(read("valid-group"), ["nodes", "web", "count"], 1e12));
    assert.deepEqual([problem?.path, more], ["nodes.web.count", []]);
  });
});

describe("a file that is not a topology", () => {
  const kinds: readonly (readonly [name: string, text: string])[] = [
    ["a keepalived.conf", fs.readFileSync(goldenPath("keepalived/dr-keepalived.zhuserver.conf"), "utf8")],
    ["a keepalived.conf", "! topsec9\nvrrp_instance VI_1\n{\n  authentication {\n    auth_pass topsec9\n  }\n}\n"],
    ["an haproxy.cfg", fs.readFileSync(goldenPath("proxy/full.haproxy.cfg"), "utf8")],
    ["an nginx.conf", fs.readFileSync(goldenPath("proxy/full.nginx.conf"), "utf8")],
    ["a table of ipvsadm", "-A -t 10.0.0.3:80 -s rr\n-a -t 10.0.0.3:80 -r 10.0.0.21:80 -g\n"],
    ["an iptables ruleset", "# topsec9\n*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n"],
    ["an nftables ruleset", "table inet topsec9 {\n}\n"],
    ["a JSON document", '{"password": "topsec9"}'],
    ["a JSON document", '["topsec9"]'],
    ["a key or a certificate", "-----BEGIN OPENSSH PRIVATE KEY-----\ntopsec9\n-----END OPENSSH PRIVATE KEY-----\n"],
    ["a script", "#!/bin/sh\nexport PASS=topsec9\n"],
    ["a manifest of Kubernetes", "apiVersion: v1\nkind: Secret\ndata:\n  pass: topsec9\n"],
    ["a playbook of Ansible", "- hosts: lb\n  vars:\n    auth_pass: topsec9\n"],
    ["a project file of Pulumi", "name: topsec9\nruntime: nodejs\ndescription: x\n"],
    ["a stack's configuration of Pulumi", "config:\n  lvs-lab:authPass: topsec9\n"],
    ["a Compose file", "services:\n  web:\n    environment:\n      PASS: topsec9\n"],
    ["a Terraform file", 'resource "libvirt_domain" "topsec9" {\n}\n'],
    ["an XML or HTML document", "<domain>topsec9</domain>\n"],
    ["a systemd unit or another file with sections in brackets", "[Unit]\nDescription=topsec9: x\n"],
    ["a cloud-config of cloud-init", "#cloud-config\npassword: topsec9\n"],
    ["a ldirectord.cf", "checktimeout=3\nvirtual=10.0.0.3:80\n\treal=10.0.0.21:80 gate\n"],
    ["a description of an image (lvs-lab:image)", "disk:\n  source: topsec9\n"],
    ["a binary file", "\0topsec9"],
  ];
  const folder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-kinds-"));
  const refusal = (text: string): readonly Problem[] => {
    const at = folder();
    try {
      const file = path.join(at, "file");
      fs.writeFileSync(file, text);
      return problemsOf(() => loadTopology(file));
    } finally {
      fs.rmSync(at, { recursive: true });
    }
  };

  for (const [name, text] of kinds) {
    it(`is reported as ${name}: ${JSON.stringify(text.slice(0, 12))}`, () => {
      assert.deepEqual(refusal(text), [
        {
          path: "file",
          got: `what seems to be ${name}`,
          need: "a topology file",
          fix: "labs/dr-keepalived.yaml is one",
        },
      ]);
    });
  }

  it("is only reported as not being a topology if its kind is unknown", () => {
    for (const text of ["topsec9", "- topsec9\n", "topsec9 topsec9\ntopsec9"]) {
      const found = refusal(text);
      assert.deepEqual(
        found.map(({ path: at, need }) => [at, need]),
        [["file", "a topology"]],
      );
      assert.doesNotMatch(JSON.stringify(found), /topsec9/);
    }
  });

  it("counts as a topology if it has a topology's keys", () => {
    const [problem] = refusal("nodes:\n  a: [\nglobal_defs {\n[Unit]\n<x>\n");
    assert.match(problem?.path ?? "", /^line \d+, column \d+$/);
  });
});
