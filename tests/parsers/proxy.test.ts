import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { filesOf } from "../../operations/plan/files";
import { proxiesOf } from "../../model/topology/queries";
import { accepted, randomTopology, SEED } from "../random";
import { rounds } from "../soak";
import { goldenFiles, goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

/** Runs a proxy's own parser on a text. Files of a running daemon are in a temporary folder. */
function parse(text: string, kind: "haproxy" | "nginx"): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-proxy-"));
  try {
    const file = path.join(folder, "proxy.conf");
    fs.writeFileSync(file, text.replaceAll("/run/nginx.pid", `${folder}/pid`).replaceAll("/var/log/nginx", folder));
    return kind === "haproxy" ? judge("haproxy", "-c", "-f", file) : judge("nginx", "-t", "-q", "-c", file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const kindOf = (name: string) => (name.endsWith(".cfg") ? ("haproxy" as const) : ("nginx" as const));
const known = (name: string): string => fs.readFileSync(goldenPath(`proxy/${name}`), "utf8");

describe("the proxies' own parsers", () => {
  for (const name of goldenFiles("proxy").filter((one) => /\.(cfg|conf)$/.test(one))) {
    it(`accept ${name}`, () => {
      const { code, said } = parse(known(name), kindOf(name));
      assert.equal(code, 0, said);
      assert.doesNotMatch(said, /warn/i);
    });
  }
  for (const [title, name, from, to, says] of [
    ["a balance that haproxy has not", "l7-haproxy.haproxy.cfg", "roundrobin", "best", /balance only supports/],
    ["a backend that is not defined", "l7-haproxy.haproxy.cfg", "default_backend web", "default_backend www", /www/],
    ["a directive that nginx has not", "l7-nginx.nginx.conf", "proxy_pass", "proxy_passes", /unknown directive/],
    ["a weight that is none", "l7-nginx.nginx.conf", "weight=1", "weight=many", /invalid parameter/],
  ] as const) {
    it(`refuse ${title}`, () => {
      assert.ok(known(name).includes(from), from);
      const { code, said } = parse(known(name).replace(from, to), kindOf(name));
      assert.notEqual(code, 0, said);
      assert.match(said, says);
    });
  }
  it("accept the files of random valid topologies", function () {
    this.timeout(rounds(20_000, 300_000));
    const files = fc
      .sample(randomTopology, { seed: SEED, numRuns: rounds(600, 3000) })
      .flatMap((input) => accepted(input) ?? [])
      .flatMap((topology) => filesOf(topology)[proxiesOf(topology)[0]?.name ?? ""] ?? [])
      .filter(({ path: at }) => /haproxy\.cfg|nginx\.conf/.test(at));
    assert.ok(files.length >= 10, `${files.length} have proxies`);
    for (const { path: at, text } of files.slice(0, rounds(20, 200))) {
      const { code, said } = parse(text, kindOf(at));
      assert.equal(code, 0, `${said}${text}`);
    }
  });
  for (const name of ["haproxy_check.sh", "nginx_check.sh"]) {
    it(`shellcheck accepts ${name}`, () => {
      const { code, said } = judge("shellcheck", goldenPath(`proxy/${name}`));
      assert.equal(code, 0, said);
    });
  }
});
