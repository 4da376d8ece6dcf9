import * as assert from "node:assert/strict";
import { compile } from "../../../../../model/topology/compile";
import { bring, instance } from "./bring";

const pass = (value: string, before = ""): string =>
  before + instance(`    authentication {\n        auth_type PASS\n        auth_pass ${value}\n    }\n`);
const script = (command: string, before = ""): string =>
  `${before}vrrp_script chk {\n    script "${command}"\n}\n${instance("    track_script {\n        chk\n    }\n")}`;

/** Where a site may keep a password, each with one. */
const SECRET = "Canary7x";
const places: readonly (readonly [where: string, text: string])[] = [
  ["auth_pass", pass(SECRET)],
  ["auth_pass in quotes", pass(`"${SECRET}"`)],
  [
    "auth_pass in one line",
    instance(`    authentication { auth_type PASS auth_pass ${SECRET} }\n`).replace(/ auth_pass/, "\n auth_pass"),
  ],
  ["AH", pass(SECRET).replace("PASS", "AH")],
  ["a longer one", pass(`${SECRET}AndMore`)],
  ["a definition", pass("$KEY", `$KEY=${SECRET}\n`)],
  ["a definition in braces", pass("${KEY}", `$KEY=${SECRET}\n`)],
  ["a part in a definition", pass("a$KEY", `$KEY=${SECRET}\n`)],
  [
    "a definition of a block",
    instance("    $AUTH\n", "").replace(
      "vrrp_instance",
      `$AUTH= \\\n  authentication { \\\n auth_type PASS \\\n auth_pass ${SECRET} \\\n }\n\nvrrp_instance`,
    ),
  ],
  [
    "a condition of another machine",
    `${instance()}@other virtual_server 10.9.9.100 80 {\n@other auth_pass ${SECRET}\n`,
  ],
  ["a comment", `${instance()}# auth_pass ${SECRET}\n`],
  ["a comment without the word", `${pass(SECRET)}! it was ${SECRET} before\n`],
  ["a comment behind a line", pass(`other # the old password: ${SECRET}`)],
  ["SSL", `SSL {\n    password ${SECRET}\n}\n${instance()}`],
  ["an option of a script", script(`/opt/check.sh --password=${SECRET}`)],
  ["an option with a space", script(`/opt/check.sh --token ${SECRET}`)],
  ["a URL", script(`/opt/check.sh http://user:${SECRET}@10.9.9.21/`)],
  ["curl's user", script(`/opt/check.sh -u user:${SECRET}`)],
  ["a definition in an option", script("/opt/check.sh --token=$KEY", `$KEY=${SECRET}\n`)],
];

describe("passwords of a site", () => {
  for (const [where, text] of places)
    it(`are not in the lab: ${where}`, () => {
      const { examined, topology } = bring([text]);
      assert.deepEqual(examined.problems, []);
      assert.ok(!JSON.stringify(examined).includes("Canary"), JSON.stringify(topology.nodes.lb1, null, 1));
      assert.ok(JSON.stringify(topology.nodes.lb1).includes("10.9.9.100"));
    });

  const mistakes: readonly (readonly [what: string, text: string])[] = [
    ["a misspelt word", pass(SECRET).replace("auth_pass", "auth_pas")],
    [
      "a misspelt word in a misspelt block",
      pass(SECRET).replace("auth_pass", "auht_pass").replace("authentication", "authentification"),
    ],
    ["a block in one line", instance(`    authentication { auth_type PASS auth_pss ${SECRET} }\n`)],
    ["a word that nobody knows", pass(SECRET).replace("auth_pass", "pass_phrase")],
    ["a password in words", pass(`my ${SECRET} is`)],
    ["a password as the type", pass(SECRET).replace("PASS", SECRET)],
    ["a password alone", instance(`    authentication {\n        auth_type PASS\n        ${SECRET}\n    }\n`)],
    ["a misspelt word outside", instance(`    auth_pas ${SECRET}\n`)],
    ["a definition behind a misspelt word", pass("$P", `$P=${SECRET}\n`).replace("auth_pass", "auth_pas")],
    ["a password with braces in quotes", pass(`"${SECRET}{}"`).replace("auth_pass", "auth_pas")],
    ["a definition in braces", pass("${P}", `$P=${SECRET}\n`).replace("auth_pass", "auth_pas")],
    [
      "a block whose brace is in the next line",
      pass(SECRET).replace("authentication {", "authentication\n    {").replace("auth_pass", "pass_phrase"),
    ],
  ];
  for (const [what, text] of mistakes)
    it(`are not in the lab behind a mistake: ${what}`, () => {
      const { examined } = bring([text, pass("another")]);
      assert.deepEqual(examined.problems, []);
      assert.ok(
        examined.warnings.some(({ severity }) => severity === "error"),
        JSON.stringify(examined.warnings),
      );
      assert.ok(!JSON.stringify(examined).includes("Canary"), JSON.stringify(examined, null, 1));
    });

  it("are not in the lab behind a mistake: short ones that look like a word", () => {
    for (const word of ["pass1", "keys", "ab"]) {
      const { own } = bring([instance(`    authentication {\n        auth_type PASS\n        ${word}\n    }\n`)]);
      assert.doesNotMatch(own[0]?.files["/etc/keepalived/keepalived.conf"] ?? word, new RegExp(`^ +${word}$`, "m"));
    }
  });

  it("that a list of values brings stop the lab, and are not in the problem", () => {
    const { examined } = bring([
      instance(`    authentication {\n        auth_type PASS\n~LST(P, ${SECRET}) auth_pass $P\n    }\n`),
    ]);
    assert.deepEqual(
      examined.problems.map(({ rule }) => rule),
      ["passwordSpread"],
    );
    assert.ok(!JSON.stringify(examined.problems).includes("Canary"));
  });

  it("in scripts leave the script out", () => {
    for (const text of [
      `#!/bin/sh\nPASSWORD=${SECRET}\n`,
      `#!/bin/sh\ncurl --user me:${SECRET} http://x/\n`,
      `#!/bin/sh\nmysql -uroot -p${SECRET}\n`,
      `#!/bin/sh\ncurl -H "Authorization: Bearer ${SECRET}" http://x/\n`,
    ]) {
      const { topology, own } = bring([script("/etc/keepalived/check.sh")], { "check.sh": text });
      assert.ok(!JSON.stringify(topology).includes("Canary"));
      assert.deepEqual(own[0]?.standIns.scripts, ["/etc/keepalived/check.sh"]);
      assert.match(JSON.stringify(own[0]?.substitutions), /the script check\.sh/);
    }
    const harmless = '#!/bin/sh\n[ -n "$PASSWORD" ] || exit 1\ncurl --user "$ME" http://x/\n';
    const { own } = bring([script("/etc/keepalived/check.sh")], { "check.sh": harmless });
    assert.equal(own[0]?.files["/etc/keepalived/check.sh"], harmless);
  });

  it("stay equal where keepalived takes them for equal, and different where not", () => {
    const passwordsOf = (...texts: readonly string[]): readonly (string | undefined)[] =>
      compile(bring(texts).topology).nodes.map(({ config }) =>
        config.instances[0]?.authentication?.pass.value.reveal(),
      );
    const [a, b] = passwordsOf(pass("12345678xx"), pass("$P", "$P=12345678yy\n"));
    assert.ok(a !== undefined && a === b && !a.startsWith("1234"));
    const { examined } = bring([pass("one"), pass("two")]);
    assert.match(examined.warnings[0]?.message ?? "", /^lb2\/keepalived\.conf:6: auth_pass of lb2 VI_1 differs/);
  });

  it("are not seen where none are", () => {
    const text = instance(
      '    notify "/sbin/ipvsadm -a -u 10.9.9.100:53 -r 10.9.9.21:53 -g"\n    notify_master "/sbin/ipvsadm -A -u [fd00::1]:53"\n',
    );
    const [own] = bring([text]).own;
    assert.deepEqual(own?.substitutions, []);
    assert.equal(own.files["/etc/keepalived/keepalived.conf"], text);
  });

  it("leave everything else as it is, and each change is told", () => {
    const text = `! kept\n${pass("opensesame", "$NET=10.9.9\n")}\r\n# lvs-lab: accept garp-once because the pass is short\n`;
    const [own] = bring([text]).own;
    assert.equal(own?.files["/etc/keepalived/keepalived.conf"], text.replace("opensesame", "lab-1"));
    assert.deepEqual(
      own.substitutions.map(({ at, what }) => [at, what]),
      [[{ file: "lb1/keepalived.conf", line: 8, column: 19 }, "a password"]],
    );
  });
});
