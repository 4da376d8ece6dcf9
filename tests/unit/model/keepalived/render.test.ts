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

/** Words that the other fixtures do not have. */
const rare = `static_routes {
  inet6 default dev eth0 no_track
  to blackhole 203.0.113.0/24 track_group g
  203.0.114.0/24 mtu lock 1400 oif eth1 preference 7 onlink no_track encap mpls 100/200 via inet 192.0.2.1
  default6 no_track nexthop via 2001:db8::1 weight 3 onlink nexthop dev eth1 realms 5 encap ip id 7 nexthop
}
static_rules {
  inet6 l3mdev priority 5
  not from 192.0.2.0/24 to 198.51.100.0/24 dev eth0 sup_pl 0 tos 0x10 order 6 type goto 400
  from 2001:db8::/32 lookup 7 fwmark 0x1/0xf preference 8 uidrange 1-9 no_track
  to default prohibit priority 9
}
linkbeat_interfaces {
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

describe("writing a configuration", () => {
  it("says what was read, in the same order", () => {
    for (const config of configs) {
      const text = render(config);
      const again = read(text).config;
      assert.deepEqual(values(again), values(config), text);
      assert.equal(render(again), text);
    }
    assert.ok(configs.length > 200, `only ${configs.length}`);
  });

  it("keeps the order of lines that come from a definition", () => {
    const { config } = read(fs.readFileSync(inRoot("tests", "fixtures", "keepalived", "definitions.conf"), "utf8"));
    assert.deepEqual(values(read(render(config)).config), values(config));
  });

  it("writes regular expressions with the escapes that the daemon decodes", () => {
    const expressions = ["^<h1>ok$", "a b", "\\\\d+", `it's "so"`, "# ! {2,}", "\t$ID", "\\\\", "", "gr\u00fc\u00df"];
    for (const expression of expressions) {
      const line = `regex "${expression.replaceAll('"', '\\"')}"`;
      const text = `virtual_server 192.0.2.1 80 {\n  real_server 192.0.2.2 80 {\n    HTTP_GET {\n      url {\n        path /\n        ${line}\n      }\n    }\n  }\n}\n`;
      const { config, findings } = read(text);
      const again = read(render(config));
      assert.deepEqual(values(again.config), values(config), render(config));
      assert.match(render(config), /\n {16}regex "/);
      assert.deepEqual(again.findings.length, findings.length);
    }
  });

  it("quotes what needs it", () => {
    const text = (command: string): string =>
      render(read(`vrrp_script a {\n  script ${command}\n}\nglobal_defs {\n  router_id "a b"\n}\n`).config);
    assert.equal(
      text("\"/bin/check  one 'two words'\""),
      `vrrp_script a {\n    script "/bin/check one 'two words'"\n}\n\nglobal_defs {\n    router_id "a b"\n}\n`,
    );
    assert.equal(
      text(String.raw`"/bin/check '' \"a\" \\b"`).split("\n")[1],
      String.raw`    script "/bin/check '' \x22a\x22 \x5cb"`,
    );
    const notify = String.raw`vrrp_instance V {
  interface eth0
  notify "/bin/check 'it\\'s' \\\\b" root
}
`;
    const { config } = read(notify);
    assert.deepEqual(config.instances[0]?.notify?.value.command, ["/bin/check", "it's", "\\b"]);
    assert.deepEqual(values(read(render(config)).config), values(config));
  });
});
