import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { readInput } from "../../../../operations/audit/input";
import { type Imported, importSite } from "../../../../operations/import/short";
import { Names } from "../../../../operations/import/names";
import { importJson, importText, topologyText } from "../../../../operations/import/short/report";
import { inRoot } from "../../../../operations/paths";
import { tryRun } from "../../../../operations/run";
import { shippedLabs } from "../../../../operations/topologies";
import { renderKeepalived } from "../../../../components/roles/director/keepalived";
import { parseTopology } from "../../../../documents/load";
import { balancersOf } from "../../../../model/topology/queries";
import type { Topology } from "../../../../model/topology/topology";
import type { Machine } from "../../../../model/plan/site";
import { NOTHING, readSiteFile } from "../../../../model/plan/siteFile";
import { siteFixtures } from "../../model/plan/sites";

type Files = Readonly<Record<string, string>>;

/** The keepalived.conf of each director of a lab, by its name. */
const filesOfLab = (lab: Topology): Files =>
  Object.fromEntries(
    balancersOf(lab).map(({ name }) => [
      name,
      renderKeepalived(lab, name, lab.vrrp?.authentication ? { authPass: "s3cret" } : {}),
    ]),
  );

const machinesOf = (files: Files): readonly Machine[] =>
  Object.entries(files).map(([name, text]) => {
    const main = `${name}/keepalived.conf`;
    return { name, main, files: new Map([[main, { text, isExecutable: false }]]) };
  });

const imported = (files: Files, { yaml = "", hasPassword = false, name = "mine" } = {}): Imported =>
  importSite(
    { machines: machinesOf(files), facts: yaml === "" ? NOTHING : readSiteFile(yaml).facts },
    { name, hasPassword },
  );

const labs = shippedLabs().filter(({ vrrp }) => vrrp !== undefined);
const lab = (name: string): Topology => {
  const found = labs.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
};

/** A pair of directors that differ only in their priority. */
const pair = (instance: string, rest = "", tops: readonly string[] = ["", ""]): Files => {
  const conf = (priority: number, top = ""): string =>
    `${top}vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n  priority ${priority}\n${instance}\n}\n${rest}`;
  return { lb1: conf(100, tops[0]), lb2: conf(90, tops[1]) };
};
const vip = (address = "192.0.2.100"): string => `  virtual_ipaddress {\n    ${address}\n  }`;
const service = (kind: string, reals: readonly string[], more = ""): string =>
  [
    "virtual_server 192.0.2.100 80 {",
    "  lb_algo rr",
    `  lb_kind ${kind}`,
    "  protocol TCP",
    more,
    ...reals.map((real) => `  real_server ${real} 80 {\n    TCP_CHECK {\n      connect_timeout 3\n    }\n  }`),
    "}\n",
  ].join("\n");
const told = ({ unsaid }: Imported): readonly string[] =>
  unsaid.map(({ at: { file, line }, what }) => `${file}:${line} ${what}`);

describe("lab import --short", () => {
  describe("makes of a lab's own files the same files again", () => {
    for (const one of labs)
      it(one.name, () => {
        const files = filesOfLab(one);
        const result = imported(files, { name: one.name, hasPassword: true });
        assert.deepEqual(
          [
            result.verdict,
            importText({ ...result, assumed: [] })
              .split("\n")[0]
              ?.startsWith("whole"),
          ],
          ["whole", true],
          importText(result),
        );
        assert.ok(result.data);
        const again = parseTopology(parse(topologyText(result)), "imported");
        assert.deepEqual(filesOfLab(again), files);
        for (const [name, text] of Object.entries(files)) assert.equal(renderKeepalived(again, name), text);
      });
  });

  it("reports each line that the second machine lacks, except the daemon's defaults and the machine's own lines", () => {
    const silent = new Set<string>();
    let heard = 0;
    for (const name of ["dr-keepalived", "dr-two-networks", "nat", "l7-haproxy"]) {
      const files = filesOfLab(lab(name));
      const [, second = ""] = Object.keys(files);
      const lines = (files[second] ?? "").split("\n");
      for (const [index, line] of lines.entries()) {
        if (!/\S \S|^\s+\d/.test(line) || line.endsWith("{") || line.includes("#")) continue;
        const less = lines.filter((_, other) => other !== index).join("\n");
        const { verdict } = imported({ ...files, [second]: less }, { hasPassword: true });
        if (verdict === "whole") silent.add(line.trim().split(" ")[0] ?? "");
        else heard += 1;
      }
    }
    assert.ok(heard > 25, String(heard));
    const defaults = [
      "advert_int",
      "delay_before_retry",
      "interface",
      "lb_kind",
      "retry",
      "smtp_connect_timeout",
      "weight",
    ];
    const own = ["connect_port", "priority", "router_id", "script_user", "smtp_server", "state"];
    assert.deepEqual([...silent].sort(), [...defaults, ...own].sort());
  });

  it("reports each word that a topology does not have, with its place and a reason", () => {
    const result = imported(
      pair(
        `  use_vmac\n  notify_master "/bin/x c4nary"\n  unicast_peer {\n    192.0.2.12\n  }\n${vip()}`,
        `${service("DR", ["192.0.2.21"], "  quorum 2\n  foo c4nary")}vrrp_instance VI_2 {\n  interface eth1\n  virtual_router_id 9\n  use_vmac\n}\n`,
      ),
    );
    assert.equal(result.verdict, "partial");
    assert.deepEqual(
      told(result).filter((one) => one.startsWith("lb1")),
      [
        "lb1/keepalived.conf:5 vrrp_instance: use_vmac",
        "lb1/keepalived.conf:6 vrrp_instance: notify_master",
        "lb1/keepalived.conf:8 vrrp_instance: unicast_peer",
        "lb1/keepalived.conf:18 virtual_server 192.0.2.100 80 TCP: quorum",
        "lb1/keepalived.conf:19 virtual_server 192.0.2.100 80 TCP: a word",
        "lb1/keepalived.conf:26 vrrp_instance VI_2",
      ],
    );
    assert.ok(result.unsaid.every(({ reason }) => reason !== ""));
    for (const shown of [importText, importJson, topologyText]) assert.ok(!shown(result).includes("c4nary"));
  });

  it("reports where the machines differ", () => {
    const files = pair(`  advert_int 3\n${vip()}`, service("DR", ["192.0.2.21", "192.0.2.22"]));
    const result = imported({
      ...files,
      lb2: (files.lb2 ?? "").replace("  advert_int 3\n", "").replace(/ {2}real_server 192\.0\.2\.22[^]*?\n {2}}\n/, ""),
    });
    assert.deepEqual(told(result), [
      "lb2/keepalived.conf:1 vrrp_instance: advert_int",
      "lb2/keepalived.conf:9 virtual_server 192.0.2.100 80 TCP: real_server 192.0.2.22 80",
    ]);
    const without = imported({ ...files, lb2: (files.lb2 ?? "").split("virtual_server")[0] ?? "" });
    assert.deepEqual(told(without), ["lb2/keepalived.conf:1 virtual_server 192.0.2.100 80 TCP"]);
  });

  it("reports a default value of keepalived if the lab has another value", () => {
    const files = pair(`  advert_int 3\n${vip()}`);
    const result = imported({ ...files, lb2: (files.lb2 ?? "").replace("advert_int 3", "advert_int 1") });
    assert.deepEqual(told(result), ["lb2/keepalived.conf:5 vrrp_instance: advert_int"]);
  });

  it("tells of an instance that has another name than the first machine's", () => {
    const files = pair(vip());
    const result = imported({ ...files, lb2: (files.lb2 ?? "").replace("VI_1", "VI_2") });
    assert.deepEqual(told(result), ["lb2/keepalived.conf:1 vrrp_instance VI_2"]);
  });

  it("leaves out a VIP on another card if it cannot be a gateway", () => {
    const second = "  virtual_ipaddress {\n    192.0.2.100\n    192.0.2.101 dev eth1\n  }";
    assert.deepEqual(told(imported(pair(second))), [
      "lb1/keepalived.conf:7 vrrp_instance: virtual_ipaddress",
      "lb2/keepalived.conf:7 vrrp_instance: virtual_ipaddress",
    ]);
  });

  it("reports virtual servers that a lab cannot have, and keeps the others", () => {
    const udp = service("DR", ["192.0.2.21"]).replace("protocol TCP", "protocol UDP");
    const result = imported(
      pair(vip(), udp + service("DR", ["192.0.2.21"]) + service("DR", ["192.0.2.22"]).replace(" 80 {", " 0 {")),
    );
    assert.equal(result.verdict, "partial");
    assert.deepEqual(
      told(result).filter((one) => one.startsWith("lb1")),
      [
        "lb1/keepalived.conf:9 virtual_server 192.0.2.100 80 UDP",
        "lb1/keepalived.conf:31 virtual_server 192.0.2.100 0 TCP",
      ],
    );
    assert.match(result.unsaid[0]?.reason ?? "", /TCP alone, this is UDP/);
    assert.equal(result.topology?.virtualServers.length, 1);
  });

  for (const [title, files, reason] of [
    ["no instance", { lb1: service("DR", ["192.0.2.21"]) }, /no instance has/],
    ["IPv6 alone", pair(vip("2001:db8::1")), /no instance has a virtual_router_id and a VIP of IPv4/],
    [
      "LVS only by firewall marks",
      pair(vip(), "virtual_server fwmark 1 {\n  real_server 192.0.2.21 80 {\n  }\n}\n"),
      /addresses with a port/,
    ],
    [
      "addresses that no machine can have",
      pair(vip("169.254.0.1")),
      /the topology would be refused: segments\.lan\.cidr/,
    ],
  ] as const)
    it(`makes no topology from ${title}, and says why`, () => {
      const result = imported(files);
      assert.equal(result.verdict, "none");
      assert.equal(topologyText(result), "");
      assert.match(importText(result), reason);
      assert.match(importText(result), /none: these files make no topology/);
    });

  describe("connects the machines as their forwarding method needs", () => {
    for (const [title, files] of [
      ["DR in the VIP's segment", pair(vip(), service("DR", ["192.0.2.21", "192.0.2.22"]))],
      ["DR in another segment", pair(vip(), service("DR", ["198.51.100.21", "198.51.100.22"]))],
      [
        "NAT behind an address that moves",
        pair(
          `  virtual_ipaddress {\n    192.0.2.100\n    198.51.100.254 dev eth1\n  }\n  track_interface {\n    eth1\n  }`,
          service("NAT", ["198.51.100.21"]),
        ),
      ],
      ["NAT in the VIP's segment", pair(vip(), service("NAT", ["192.0.2.21"]))],
      ["NAT behind a single director", { lb1: pair(vip(), service("NAT", ["198.51.100.21"])).lb1 ?? "" }],
      ["TUN in the VIP's segment and beyond", pair(vip(), service("TUN", ["192.0.2.21", "198.51.100.21"]))],
      ["proxies", pair(vip())],
      ["a persistent service", pair(vip(), service("DR", ["192.0.2.21", "192.0.2.22"], "  persistence_timeout 50"))],
    ] as const)
      it(title, () => {
        const result = imported(files);
        assert.equal(result.verdict, result.unsaid.length === 0 ? "whole" : "partial");
        assert.deepEqual(told(result), [], importText(result));
        assert.ok(result.data && parseTopology(parse(topologyText(result)), title));
      });
  });

  it("keeps VRRP mistakes that a lab may have, and corrects and reports the others", () => {
    const both = pair(`  state MASTER\n${vip()}`);
    assert.equal(imported(both).data?.vrrpCase, "both-master");
    assert.equal(imported(both).verdict, "whole");
    const equal = { ...both, lb2: (both.lb2 ?? "").replace("priority 90", "priority 100") };
    assert.equal(imported(equal).data?.form, "as-printed");
    assert.match(imported(equal).assumed.join("\n"), /form as-printed of document 004/);
    const backups = pair(`  state BACKUP\n${vip()}`);
    const lowest = (backups.lb2 ?? "").replace("priority 90", "priority 80\n  nopreempt");
    // Mistakes of two documents, which no lab can have together.
    const mended = imported({ ...backups, lb2: backups.lb1 ?? "", lb3: lowest });
    assert.equal(mended.verdict, "partial", importText(mended));
    assert.ok(
      told(mended).some((one) => /^lb2.* vrrp_instance: (?:priority|state)$/.test(one)),
      importText(mended),
    );
  });

  it("uses what site.yaml and the files' addresses say, and lists the rest as assumed", () => {
    const files = pair(`  unicast_src_ip 10.0.4.11\n  unicast_peer {\n    10.0.4.12\n  }\n${vip("10.0.4.100")}`);
    const yaml = "segments: { vpc: { cidr: 10.0.4.0/22 } }\nnodes: { lb2: { addresses: { eth0: [10.0.4.12/22] } } }\n";
    const bare = {
      ...files,
      lb2: (files.lb2 ?? "").replace(/ {2}unicast_src_ip.*\n {2}unicast_peer \{\n.*\n {2}}\n/, ""),
    };
    const { data, assumed } = imported(bare, { yaml });
    assert.deepEqual(data?.segments, { vpc: { cidr: "10.0.4.0/22" } });
    assert.deepEqual(
      [data?.nodes.lb1?.interfaces, data?.nodes.lb2?.interfaces],
      [{ eth0: { segment: "vpc", address: "10.0.4.11" } }, { eth0: { segment: "vpc", address: "10.0.4.12" } }],
    );
    assert.doesNotMatch(assumed.join("\n"), /lb1 has|lb2 has|prefix/);
    const alone = imported(bare);
    assert.match(alone.assumed.join("\n"), /segment lan is 10\.0\.4\.0\/24: no file has its prefix/);
    // lb1's only peer is lb2.
    assert.equal(alone.data?.nodes.lb2?.interfaces.eth0?.address, "10.0.4.12");
  });

  it("writes the password only on request, and shows it nowhere else", () => {
    const files = pair(`  authentication {\n    auth_type PASS\n    auth_pass c4nary\n  }\n${vip()}`);
    const without = imported(files);
    assert.deepEqual([without.verdict, without.data?.vrrp.authentication], ["whole", { type: "PASS" }]);
    assert.match(without.assumed.join("\n"), /lvs-lab:authPass/);
    for (const shown of [importText, importJson, topologyText]) assert.ok(!shown(without).includes("c4nary"));
    const withPassword = imported(files, { hasPassword: true });
    assert.match(topologyText(withPassword), /pass: c4nary/);
    assert.ok(!importText(withPassword).includes("c4nary"));
    const differing = imported({ ...files, lb2: (files.lb2 ?? "").replace("c4nary", "c4n4ry") });
    assert.deepEqual(told(differing), ["lb2/keepalived.conf:7 vrrp_instance: authentication: auth_pass"]);
    assert.ok(!importText(differing).includes("c4n"));
  });

  it("accepts any site: it makes a valid topology, and each item of its list has a place in the files", () => {
    for (const { rule, bad, mended } of siteFixtures())
      for (const files of [bad, mended]) {
        const texts = Object.fromEntries(
          [...files].flatMap(([file, { text }]) =>
            file.endsWith("/keepalived.conf") ? [[file.split("/")[0] ?? "", text]] : [],
          ),
        );
        const result = imported(texts);
        if (result.data) assert.ok(parseTopology(parse(topologyText(result)), rule), rule);
        else assert.ok(result.unsaid.length > 0, rule);
        for (const { at } of result.unsaid) {
          const [machine = ""] = at.file.split("/");
          assert.ok(at.line <= (texts[machine] ?? "").split("\n").length, `${rule} ${at.file}:${at.line}`);
        }
      }
  });

  it("gives valid host names, each once", () => {
    const names = new Names();
    assert.deepEqual(
      ["LB_1", "lb-1", "10.0.0.1", "client", "web", "web", "-"].map((one) => names.take(one)),
      ["lb-1", "lb-1-2", "node", "node-client", "web", "web-2", "node-2"],
    );
  });

  it("prints the topology or writes a new file, and ends with 0, 1 or 2", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const site = (name: string, files: Files): string => {
      for (const [machine, text] of Object.entries(files)) {
        fs.mkdirSync(path.join(folder, name, machine), { recursive: true });
        fs.writeFileSync(path.join(folder, name, machine, "keepalived.conf"), text);
      }
      return path.join(folder, name);
    };
    const run = (...words: readonly string[]) =>
      tryRun([inRoot("scripts", "lab"), ...words], { env: { HOME: folder } });
    try {
      const [whole, partial, none] = [
        site("whole", pair(vip())),
        site("partial", pair(`  use_vmac\n${vip()}`)),
        site("none", { lb1: "vrrp_script x {\n}\n" }),
      ];
      const file = path.join(folder, "mine.yaml");
      const [printed, written, nothing] = await Promise.all([
        run("import", "--short", whole),
        run("import", "--short", "-o", file, partial),
        run("import", "--short", none),
      ]);
      assert.deepEqual([printed.code, written.code, nothing.code], [0, 1, 2]);
      assert.equal((parse(printed.stdout) as { name: string }).name, "whole");
      assert.deepEqual([written.stdout, nothing.stdout], ["", ""]);
      assert.match(
        written.stderr,
        /partial\/lb1\/keepalived\.conf:5:3: vrrp_instance: use_vmac: a topology has no key for it/,
      );
      const again = await run("import", "--short", "-o", file, whole);
      assert.equal(again.code, 2);
      assert.match(again.stderr, /which exists, need the path of a new file/);
      const checked = await run("check", file);
      assert.equal(checked.code, 0, checked.stdout);
      assert.ok(checked.stdout.startsWith(`${file}: ok`), checked.stdout);
      assert.ok(readInput([whole]).machines.length === 2);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }).timeout(90_000);
});
