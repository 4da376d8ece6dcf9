import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { renderKeepalived } from "../../components/roles/director/keepalived";
import { errataOf } from "../../documents";
import { quoted, writable } from "../../model/keepalived/quote";
import { balancersOf } from "../../model/topology/queries";
import { fixture } from "../fixtures";
import { accepted, randomTopology, SEED } from "../random";
import { goldenFiles, goldenPath } from "../golden";
import { rounds } from "../soak";
import { judge, type Judgement } from "./run";

/**
 * `keepalived --config-test` in a separate network namespace, with the interfaces that the file names and none
 * of the host's: the parser refuses a file whose interface does not exist. The daemon itself is never started.
 */
function parse(file: string): Judgement {
  const text = fs.readFileSync(file, "utf8");
  const names = [
    ...[...text.matchAll(/^\s*interface (\S+)|\bdev (\S+)/gm)].map(([, card, device]) => card ?? device ?? ""),
    ...[...text.matchAll(/track_interface \{([^}]*)\}/g)].flatMap(([, cards = ""]) => cards.trim().split(/\s+/)),
  ];
  const links = [...new Set(names)].map((name, index) => `ip link add ${name} type veth peer name peer${index} &&`);
  const namespace = process.getuid?.() === 0 ? ["--net"] : ["--net", "--map-root-user"];
  // A script that does not exist is refused too.
  const scripts = [...fs.readFileSync(file, "utf8").matchAll(/^\s*script "(\/etc\/keepalived\/[^"]+)"/gm)]
    .map(([, name = ""]) => `printf '#!/bin/sh\\n' >${name} && chmod 0755 ${name} &&`)
    .join(" ");
  const folder = scripts === "" ? "" : "mount -t tmpfs -o mode=0755 tmpfs /etc/keepalived &&";
  const script = `${links.join(" ")} ${folder} ${scripts} exec keepalived --config-test --use-file="$1"`;
  return judge("unshare", ...namespace, ...(scripts === "" ? [] : ["--mount"]), "sh", "-c", script, "sh", file);
}

/** The same for a text. */
function parseText(text: string): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-keepalived-"));
  try {
    const file = path.join(folder, "keepalived.conf");
    fs.writeFileSync(file, text);
    return parse(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const known = (): string => fs.readFileSync(goldenPath("keepalived/dr-keepalived.zhuserver.conf"), "utf8");

/** Files that the parser must refuse: good files with one change. A parser that refuses nothing proves nothing. */
const refused: readonly (readonly [title: string, from: string, to: string, says: RegExp])[] = [
  [
    "persistence_timeout 0 (document 000)",
    "protocol TCP",
    "persistence_timeout 0\n    protocol TCP",
    /persistence_timeout invalid/,
  ],
  ["nb_get_retry in TCP_CHECK (document 000)", "retry 3", "nb_get_retry 3", /Unknown keyword 'nb_get_retry'/],
  ["a scheduler that the kernel has not", "lb_algo rr", "lb_algo best", /Invalid lvs_scheduler 'best'/],
  ["virtual_router_id 256", "virtual_router_id 10", "virtual_router_id 256", /not valid|VRID/],
  ["priority 256", "priority 100", "priority 256", /Priority not valid|outside range/i],
  [
    "a sorry server without an address",
    "protocol TCP",
    "protocol TCP\n    sorry_server",
    /sorry_server|missing|invalid/i,
  ],
  ["an mcast group that is none", "smtp_server 127.0.0.1", "vrrp_mcast_group4 192.168.0.18", /mcast|multicast/i],
  ["a block that is not closed", "vrrp_instance VI_1 {", "vrrp_instance VI_1 {\n  virtual_routes {", /./],
];

describe("keepalived's own parser", () => {
  for (const file of goldenFiles("keepalived")) {
    it(`accepts ${file} without a message`, () => {
      assert.deepEqual(parse(goldenPath(`keepalived/${file}`)), { code: 0, said: "" });
    });
  }

  for (const [title, from, to, says] of refused) {
    it(`refuses ${title}`, () => {
      assert.ok(known().includes(from), from);
      const { code, said } = parseText(known().replace(from, to));
      assert.notEqual(code, 0, said);
      assert.match(said, says);
    });
  }

  for (const name of ["as-printed-000", "as-printed-001", "as-printed-004"]) {
    it(`refuses ${name} with the message in the table of mistakes`, () => {
      const topology = fixture(name);
      const words = errataOf(topology).flatMap(({ refused }) => refused ?? []);
      const { code, said } = parseText(renderKeepalived(topology, balancersOf(topology)[0]?.name ?? ""));
      assert.notEqual(code, 0, said);
      assert.ok(words.length > 0 && words.every((one) => said.includes(one)), said);
    });
  }

  it("reads every character of a password", () => {
    const conf = (pass: string) => known().replace(/auth_pass \S+/, `auth_pass ${quoted(pass)}`);
    const held = Array.from({ length: 0x7f - 0x20 }, (_, n) => String.fromCharCode(0x20 + n)).filter(writable);
    // One word for several characters each, at its beginning, inside and at its end.
    for (let n = 0; n < held.length; n += 3) {
      const [a = "a", b = "b", c = "c"] = held.slice(n, n + 3);
      const pass = `${a}x${b}yz12${c === "\\" ? "c" : c}`;
      assert.deepEqual({ ...parseText(conf(pass)), pass }, { code: 0, said: "", pass });
      // Only if it reads all of them does it know that there is one too many.
      assert.match(parseText(conf(`${pass.slice(0, 7)}+${pass.slice(7)}`)).said, /Truncating auth_pass to 8/, pass);
    }
    assert.notEqual(parseText(known().replace(/auth_pass \S+/, 'auth_pass "a"b"')).code, 0);
  });

  it("accepts as-printed-001-weight, which runs and never fails over", () => {
    const { code, said } = parseText(renderKeepalived(fixture("as-printed-001-weight"), "lb01"));
    assert.deepEqual({ code, said }, { code: 0, said: "" });
  });

  it("accepts the files of random valid topologies", function () {
    this.timeout(rounds(20_000, 300_000));
    const files = fc.sample(randomTopology, { seed: SEED, numRuns: rounds(300, 3000) }).flatMap((input) => {
      const topology = accepted(input);
      const [node] = topology?.vrrp === undefined ? [] : balancersOf(topology);
      const refused = topology !== undefined && errataOf(topology).some((one) => one.refused !== undefined);
      return topology === undefined || node === undefined || refused
        ? []
        : [renderKeepalived(topology, node.name, { authPass: "secret" })];
    });
    const sample = files.slice(0, rounds(40, 400));
    assert.equal(sample.length, rounds(40, 400));
    for (const text of sample) assert.deepEqual({ ...parseText(text), text }, { code: 0, said: "", text });
  });
});
