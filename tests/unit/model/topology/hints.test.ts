import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { keyHint, refusal } from "../../../../model/topology/hints";
import { keysOf } from "../../../../model/topology/schemaParts";
import schema from "../../../../model/topology/schema.json";
import { WORDS } from "../../../../model/topology/words";

const all = keysOf(schema);
/** Every section of the schema, with the keys that it allows. */
const sections = new Map<string, string[]>();
for (const key of all) {
  const end = key.lastIndexOf(".");
  const section = end < 0 ? "" : key.slice(0, end);
  sections.set(section, [...(sections.get(section) ?? []), key.slice(end + 1)]);
}
const told = (unknown: string, section: string) =>
  keyHint(unknown, { section, allowed: sections.get(section) ?? [], all, words: true });

const part = "nodes.NAME.vrrp";
const server = "virtualServers[]";
const check = `${server}.check`;

const cases: readonly (readonly [unknown: string, section: string, fix: string])[] = [
  ["nb_get_retry", check, "did you mean retry?"],
  ["connect_timeout", check, "did you mean connectTimeout?"],
  ["statuscode", check, "did you mean status?"],
  ["retrys", check, "did you mean retry?"],
  ["pth", check, "did you mean path?"],
  ["banana", check, "remove it"],
  ["x", check, "remove it"],
  ["lb_algo", server, "did you mean scheduler?"],
  ["lb_kind", server, "did you mean forwarding?"],
  ["persistence_timeout", server, "did you mean persistence?"],
  ["Port", server, "did you mean port?"],
  ["realservers", server, "did you mean realServers?"],
  // Words of other sections.
  ["lb_algo", check, "lb_algo is written as virtualServers[].scheduler"],
  ["virtual_router_id", "", "virtual_router_id is written as vrrp.virtualRouterId"],
  ["scheduler", "", "scheduler is written as virtualServers[].scheduler"],
  ["interface", "nodes.NAME", "did you mean interfaces?"],
  ["path", "nodes.NAME", "path is written as virtualServers[].check.path"],
  [
    "connect_port",
    server,
    "connect_port is written as virtualServers[].realServers.NAME.port: a check asks the real server's own port",
  ],
  // Keys that all nodes share.
  ["advert_int", part, "write it once as vrrp.advertInt: peers must agree"],
  ["virtualRouterIdd", part, "write it once as vrrp.virtualRouterId: peers must agree"],
  // Nothing gets lost silently.
  [
    "sorry_server",
    server,
    "sorry_server is written as sorryPage: a text that each director serves; a separate machine as sorry server is not built",
  ],
  ["unicast_peer", "vrrp", "unicast_peer is written as unicast: true: the addresses of the other nodes"],
  ["nat_mask", server, "not needed: keepalived ignores it"],
];

describe("an unknown key", () => {
  for (const [unknown, section, fix] of cases) {
    it(`${unknown} in ${section || "the file"}: ${fix}`, () => {
      assert.equal(told(unknown, section).fix, fix);
    });
  }

  it("without any hint is not a word", () => {
    assert.deepEqual(keyHint("anything", { section: "", allowed: [], all: [], words: false }), {
      fix: "remove it",
      by: "nothing",
    });
  });

  it("of an image description are not read as keepalived words", () => {
    const place = { section: "disk", allowed: ["source", "checksum", "format"], all: [], words: false };
    assert.equal(keyHint("virtual_router_id", place).fix, "remove it");
    assert.equal(keyHint("cheksum", place).fix, "did you mean checksum?");
  });
});

describe("a refused value", () => {
  for (const [value, fix] of [
    ["name-server", "a DNS server has the role dns"],
    ["DNSMASQ", "a DNS server has the role dns"],
    ["smtp", "a mail server has the role mail"],
    ["real_server", "a real server has the role web"],
  ] as const)
    it(`${value} as a role: ${fix}`, () => {
      assert.equal(refusal("role", value)?.fix, fix);
    });
});

describe("keepalived's words", () => {
  const words = fs
    .readFileSync(path.join(__dirname, "../../../fixtures/keepalived-words.txt"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

  it("each have an answer, in every section", () => {
    assert.ok(words.length > 100);
    for (const word of words)
      for (const [section, allowed] of sections) {
        if (allowed.includes(word)) continue;
        const { fix, by } = told(word, section);
        assert.equal(by, "word", `${word} in ${section || "the file"}: ${fix}`);
        const meaning = WORDS[word] ?? WORDS[word.toLowerCase()];
        assert.ok(meaning !== undefined, word);
        if ("no" in meaning) assert.match(fix, /^not (built|needed): ./, word);
      }
  });

  it("lead to existing keys", () => {
    for (const [word, meaning] of Object.entries(WORDS))
      if ("keys" in meaning) for (const key of meaning.keys) assert.ok(all.includes(key), `${word}: ${key}`);
  });

  it("without a key do not mention keys that do not exist", () => {
    for (const [word, meaning] of Object.entries(WORDS)) {
      const text = "no" in meaning ? meaning.no : (meaning.note ?? "");
      for (const [named = ""] of text.matchAll(/\b(?:vrrp|nodes|virtualServers|proxy)(?:\[\])?\.[\w.[\]]*\w/g))
        assert.ok(all.includes(named), `${word}: ${named}`);
    }
  });
});
