import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { goldenFiles, goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

/**
 * `keepalived --config-test` in a network namespace of its own, which has the interfaces that the file names and none
 * of the host's: the parser refuses a file whose interface does not exist. The daemon itself is never started.
 */
function parse(file: string): Judgement {
  const names = [...fs.readFileSync(file, "utf8").matchAll(/^\s*interface (\S+)|\bdev (\S+)/gm)].map(
    ([, interfaceName, device]) => interfaceName ?? device ?? "",
  );
  const links = [...new Set(names)].map((name, index) => `ip link add ${name} type veth peer name peer${index} &&`);
  const namespace = process.getuid?.() === 0 ? ["--net"] : ["--net", "--map-root-user"];
  // A script that is not there is refused too.
  const scripts = [...fs.readFileSync(file, "utf8").matchAll(/^\s*script "(\/etc\/keepalived\/[^"]+)"/gm)]
    .map(([, name = ""]) => `printf '#!/bin/sh\\n' >${name} && chmod 0755 ${name} &&`)
    .join(" ");
  const folder = scripts === "" ? "" : "mount -t tmpfs -o mode=0755 tmpfs /etc/keepalived &&";
  const script = `${links.join(" ")} ${folder} ${scripts} exec keepalived --config-test --use-file="$1"`;
  return judge("unshare", ...namespace, ...(scripts === "" ? [] : ["--mount"]), "sh", "-c", script, "sh", file);
}

const known = (): string => fs.readFileSync(goldenPath("keepalived/dr-keepalived.zhuserver.conf"), "utf8");

/** Files that the parser must refuse, each a good one with one change: a parser that refuses nothing proves nothing. */
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
    it(`accepts ${file} without a word`, () => {
      assert.deepEqual(parse(goldenPath(`keepalived/${file}`)), { code: 0, said: "" });
    });
  }

  for (const [title, from, to, says] of refused) {
    it(`refuses ${title}`, () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-keepalived-"));
      try {
        const file = path.join(folder, "keepalived.conf");
        assert.ok(known().includes(from), from);
        fs.writeFileSync(file, known().replace(from, to));
        const { code, said } = parse(file);
        assert.notEqual(code, 0, said);
        assert.match(said, says);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });
  }
});
