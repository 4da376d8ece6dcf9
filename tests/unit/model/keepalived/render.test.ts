import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import type { Config } from "../../../../model/keepalived/config/config";
import { render } from "../../../../model/keepalived/render";
import { Secret } from "../../../../model/keepalived/secret";
import { inRoot } from "../../../../operations/paths";
import { planOfFiles, siteFixtures } from "../plan/sites";
import { read } from "./reading";

/** The values without their places, and passwords as text. */
function values(of: unknown): unknown {
  if (of instanceof Secret) return of.reveal();
  if (Array.isArray(of)) return of.map(values);
  if (typeof of !== "object" || of === null) return of;
  const entries = Object.entries(of).filter(([key]) => !["at", "file", "files"].includes(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, values(value)]));
}

/** Words that the fixtures have only beside those that nothing writes. */
const rare = `linkbeat_interfaces {
  eth0 MII
  eth1
}
interface_up_down_delays {
  eth0 1.5 2
}
vrrp_instance V {
  interface eth0
  virtual_router_id 1
  use_ipvlan vip0 192.0.2.9/24 bridge
  auth_hmac {
    key 1 0123456789abcdef0123456789abcdef
    active_key 1
  }
  virtual_ipaddress {
    192.0.2.1/24 brd + scope link peer 192.0.2.2 no_track
  }
}
virtual_server_group web {
  192.0.2.1-9 80
  192.0.2.16/28 80
  fwmark 7 inet
}
`;

/** Every configuration of the fixtures that the daemon takes as it is. */
const configs: readonly Config[] = [
  ...siteFixtures().flatMap(({ bad, mended }) => [bad, mended].flatMap((files) => planOfFiles(files).nodes)),
  ...["vrrp", "servers", "global"].map((name) =>
    read(fs.readFileSync(inRoot("tests", "fixtures", "keepalived", `${name}.conf`), "utf8")),
  ),
  read(rare),
].flatMap(({ config, findings }) => (findings.some(({ severity }) => severity === "error") ? [] : [config]));

/** Words of the fixtures that nothing writes: a route's model leaves words out (encap, onlink), and a regular expression has other escapes. */
const unwritten = ["regex", "static_routes", "virtual_routes"];

describe("writing a configuration", () => {
  it("says what was read, in the same order", () => {
    const refused = new Set<string>();
    let written = 0;
    for (const config of configs) {
      let text: string;
      try {
        text = render(config);
      } catch (error) {
        refused.add(
          /^nothing writes (\w+) into a keepalived\.conf yet$/.exec((error as Error).message)?.[1] ?? String(error),
        );
        continue;
      }
      written += 1;
      const again = read(text).config;
      assert.deepEqual(values(again), values(config), text);
      assert.equal(render(again), text);
    }
    assert.deepEqual([...refused].sort(), unwritten);
    assert.ok(written > 200, `only ${written} of ${configs.length}`);
  });

  it("quotes what needs it, and refuses what no file can hold", () => {
    const text = (command: string): string =>
      render(read(`vrrp_script a {\n  script ${command}\n}\nglobal_defs {\n  router_id "a b"\n}\n`).config);
    assert.equal(
      text("\"/bin/check  one 'two words'\""),
      `vrrp_script a {\n    script "/bin/check one 'two words'"\n}\n\nglobal_defs {\n    router_id "a b"\n}\n`,
    );
    assert.throws(() => text('"/bin/check \\\\"'), /a command with quotes or a backslash is not written/);
  });
});
