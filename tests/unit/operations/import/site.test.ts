import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { loadTopology } from "../../../../documents/load";
import { readInput } from "../../../../operations/audit/input";
import { importSite } from "../../../../operations/import";
import type { Imported } from "../../../../operations/import/imported";
import { importJson, importText } from "../../../../operations/import/report";
import { Services } from "../../../../operations/import/services";
import { proofs as imports } from "../../../lab/proofs/imports";
import { inRoot } from "../../../../operations/paths";
import { tryRun } from "../../../../operations/run";
import { golden, goldenFiles } from "../../../golden";
import { rehearsed, unexpected } from "../../../lab/importedSites";
import { siteFixtures, type SiteFixture, writeSite } from "../../model/plan/sites";

type Files = ReadonlyMap<string, { readonly text: string; readonly isExecutable: boolean }>;

const folder = inRoot("tests", "fixtures", "imports");
const fixtures = siteFixtures(folder);
const fixture = (name: string): SiteFixture => {
  const found = fixtures.find(({ rule }) => rule === name);
  assert.ok(found, name);
  return found;
};

/** Runs a function with the files of a site in a folder, whose name is that of the site. */
function withSite<T>(name: string, files: Files, run: (site: string) => T): T {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  const site = path.join(base, name);
  try {
    writeSite(site, files);
    return run(site);
  } finally {
    fs.rmSync(base, { recursive: true, force: true });
  }
}

/** The lab of a site, and its texts without the folder. */
const imported = (name: string, files: Files): { result: Imported; text: string; report: string } =>
  withSite(name, files, (site) => {
    const result = importSite(readInput([site]), { name, folder: path.dirname(site) });
    const plain = (text: string): string => text.replaceAll(`${path.dirname(site)}/`, "");
    return { result, text: plain(result.text), report: plain(`${importText(result)}\n`) };
  });

/** Files of one machine for each text. */
const machines = (...texts: readonly string[]): Files =>
  new Map(texts.map((text, index) => [`lb${index + 1}/keepalived.conf`, { text, isExecutable: false }]));
const instance = (vips: readonly string[], more = "", card = "eth0"): string =>
  `vrrp_instance VI_${card} {\n  interface ${card}\n  virtual_router_id 51\n  ${more}\n  virtual_ipaddress {\n${vips.join("\n")}\n  }\n}\n`;
const service = (head: string, kind: string, reals: readonly string[], more = ""): string =>
  `virtual_server ${head} {\n  lb_kind ${kind}\n  protocol TCP\n  ${more}\n${reals
    .map((real) => `  real_server ${real} {\n    TCP_CHECK {\n    }\n  }\n`)
    .join("")}}\n`;
const both = (text: string): Files => machines(text, text);

describe("lab import", () => {
  describe("makes the lab of a site", () => {
    for (const { rule: name, bad } of fixtures)
      it(name, () => {
        const { result, text, report } = imported(name, bad);
        golden(`import/${name}.yaml`, text);
        golden(`import/${name}.txt`, report);
        assert.notEqual(result.verdict, "none", report);
      });
  });

  it("has a golden topology and a golden report of each site, and no others", () => {
    const wanted = fixtures.flatMap(({ rule }) => [`${rule}.txt`, `${rule}.yaml`]).sort();
    assert.deepEqual(goldenFiles("import"), wanted);
  });

  it("makes the labs of the suite imports, byte for byte", () => {
    for (const { lab } of imports) {
      const [folder, name] = [path.dirname(lab), path.basename(lab, ".yaml")];
      const { text, verdict } = importSite(readInput([path.join(folder, name)]), { name, folder });
      assert.deepEqual([text, verdict], [fs.readFileSync(inRoot(lab), "utf8"), "whole"], lab);
    }
  });

  it("is rehearsed by the long form of the suite imports: every site but one whose keepalived cannot start in a lab", () => {
    const left = fixtures.filter(({ rule }) => !rehearsed.some((one) => one.rule === rule));
    assert.deepEqual(
      left.map(({ rule }) => rule),
      ["proxies"],
    );
    const table = { "own-table": ["lb1: it lacks a row"] };
    const runs = { "own-runs": ["lb1: it fell"] };
    assert.deepEqual([unexpected("whole", table), unexpected("partial", table)], [table, {}]);
    assert.deepEqual(unexpected("partial", { ...table, ...runs }), runs);
  });

  it("makes a topology that lab check accepts, wherever it is written", () => {
    for (const { rule: name, bad } of fixtures)
      withSite(name, bad, (site) => {
        const written = path.join(path.dirname(site), "labs", "mine.yaml");
        fs.mkdirSync(path.dirname(written));
        const result = importSite(readInput([site]), { name: "mine", folder: path.dirname(written) });
        fs.writeFileSync(written, result.text);
        assert.deepEqual(result.errors, [], name);
        const topology = loadTopology(written);
        assert.equal(topology.name, "mine");
        assert.ok(
          Object.values(topology.nodes).some((node) => node.role === "director" && node.keepalived),
          name,
        );
      });
  });

  it("shows no secret", () => {
    const { bad } = fixture("dr");
    assert.ok([...bad.values()].some(({ text }) => text.includes("c4nary")));
    const { result, text, report } = imported("dr", bad);
    for (const shown of [text, report, importJson(result), JSON.stringify(result.topology)])
      assert.ok(!shown.includes("c4nary"));
  });

  it("says what the lab does not show, with its place", () => {
    const { result } = imported("proxies", fixture("proxies").bad);
    assert.equal(result.verdict, "partial");
    assert.deepEqual(
      result.unrehearsed.map(({ at, what }) => `${path.basename(at.file)}:${at.line} ${what}`),
      ["keepalived.conf:1 net_namespace", "keepalived.conf:19 the peer 10.20.1.9", "take.sh:3 notify_master"],
    );
    const whole = imported("dr", fixture("dr").bad);
    assert.equal(whole.result.verdict, "whole");
  });

  it("takes what site.yaml and the files' addresses say, and assumes nothing about them", () => {
    const { result } = imported("two-boxes", fixture("two-boxes").bad);
    assert.deepEqual(
      result.assumed.filter((text) => /own addresses|network/.test(text)),
      [],
    );
    assert.deepEqual(Object.keys(result.made?.data.nodes ?? {}), ["ns1", "ns2"]);
    assert.deepEqual(result.made?.data.nodes.ns1?.serves, [{ protocol: "dns", port: 53 }]);
    const alone = imported(
      "two-boxes",
      new Map([...fixture("two-boxes").bad].filter(([file]) => file !== "site.yaml")),
    );
    assert.match(
      alone.result.assumed.join("\n"),
      /if they are the directors themselves, write their addresses into site.yaml/,
    );
  });

  describe("connects what the files put into several networks", () => {
    const cases: readonly (readonly [title: string, files: Files, check: (result: Imported) => void])[] = [
      [
        "DR: the directors get a card beside their real servers, and a router takes the answers",
        both(instance(["192.0.2.100"]) + service("192.0.2.100 80", "DR", ["198.51.100.21 80"])),
        ({ made }) => {
          const { lb1, rs1, router } = made?.data.nodes ?? {};
          assert.deepEqual(Object.keys(lb1?.interfaces ?? {}), ["eth0", "eth1"]);
          assert.equal(rs1?.gateway, router?.interfaces.eth1?.address);
        },
      ],
      [
        "NAT beside the VIP: the client is behind a router",
        both(instance(["192.0.2.100"]) + service("192.0.2.100 80", "NAT", ["192.0.2.21 8080"])),
        ({ made }) => {
          const { client, nodes } = made?.data ?? {};
          assert.equal(client?.segment, "clients");
          assert.equal(nodes?.rs1?.gateway, "192.0.2.100");
          assert.equal(nodes?.lb1?.gateway, nodes?.router?.interfaces.eth0?.address);
        },
      ],
      [
        "two VIPs of one instance: the way to one is the other",
        both(instance(["192.0.2.100/24", "10.1.0.1/24 dev eth1"])),
        ({ made }) => {
          assert.deepEqual(made?.data.client.routes, [{ to: "10.1.0.0/24", via: "192.0.2.100" }]);
          assert.equal(made?.data.nodes.router, undefined);
        },
      ],
      [
        "peers in different networks: a router joins them",
        machines(
          instance(["192.0.2.100"], "unicast_src_ip 172.16.1.4\n  unicast_peer {\n    10.50.2.4\n  }"),
          instance(["192.0.2.100"], "unicast_src_ip 10.50.2.4\n  unicast_peer {\n    172.16.1.4\n  }"),
        ),
        ({ made }) => {
          const { lb1, lb2, router } = made?.data.nodes ?? {};
          assert.deepEqual(lb1?.routes, [{ to: "10.50.2.0/24", via: router?.interfaces.eth0?.address }]);
          assert.deepEqual(lb2?.routes, [{ to: "172.16.1.0/24", via: router?.interfaces.eth1?.address }]);
        },
      ],
      [
        "VIPs of several networks on one card: every machine there is in these networks",
        both(instance(["10.1.1.100/24", "192.0.2.100/24"]) + service("192.0.2.100 80", "DR", ["10.1.1.5 80"])),
        ({ made }) => {
          const { lb1, rs1 } = made?.data.nodes ?? {};
          for (const aliases of [
            lb1?.interfaces.eth0?.aliases,
            rs1?.interfaces.eth0?.aliases,
            made?.data.client.aliases,
          ])
            assert.match(aliases?.[0] ?? "", /^192\.0\.2\.\d+\/24$/);
        },
      ],
      [
        "a range of IPv6 addresses: a real server holds all of them",
        both(
          `${instance(["2001:db8::10/64", "2001:db8::11/64"])}virtual_server_group WEB {\n  2001:db8::10-11 80\n}\n${service(
            "group WEB",
            "DR",
            ["2001:db8::21 80"],
          )}`,
        ),
        ({ made, unrehearsed }) => {
          assert.deepEqual(made?.data.nodes.rs1?.holds, ["2001:db8::10/128", "2001:db8::11/128"]);
          assert.deepEqual(unrehearsed, []);
        },
      ],
      [
        "a mark that no file says: what the checks ask, at every VIP",
        both(instance(["192.0.2.100", "192.0.2.101"]) + service("fwmark 7", "DR", ["192.0.2.21 80", "192.0.2.22 443"])),
        ({ made, unrehearsed, assumed }) => {
          assert.deepEqual(made?.data.nodes.lb1?.marks, [
            { mark: 7, to: "192.0.2.100/32", protocol: "tcp", port: 80 },
            { mark: 7, to: "192.0.2.100/32", protocol: "tcp", port: 443 },
            { mark: 7, to: "192.0.2.101/32", protocol: "tcp", port: 80 },
            { mark: 7, to: "192.0.2.101/32", protocol: "tcp", port: 443 },
          ]);
          assert.match(
            assumed.join("\n"),
            /lb1 marks tcp 80 to 192\.0\.2\.100 and 192\.0\.2\.101, tcp 443 .* with 7: no ruleset/,
          );
          assert.deepEqual(unrehearsed, []);
        },
      ],
      [
        "a mark that site.yaml says: it alone, and the stand-in serves it",
        new Map([
          ...both(instance(["192.0.2.100"]) + service("fwmark 7", "DR", ["192.0.2.21 0"])),
          [
            "site.yaml",
            {
              text: "marks:\n  - { mark: 7, to: 192.0.2.100, protocol: udp, port: 514 }\n  - { mark: 7, to: 192.0.2.100, protocol: udp, port: 600, lastPort: 700 }\n",
              isExecutable: false,
            },
          ],
        ]),
        ({ made, assumed }) => {
          assert.deepEqual(made?.data.nodes.lb2?.marks, [
            { mark: 7, to: "192.0.2.100/32", protocol: "udp", port: 514 },
            { mark: 7, to: "192.0.2.100/32", protocol: "udp", port: 600, lastPort: 700 },
          ]);
          assert.deepEqual(made?.data.nodes.rs1?.serves, [{ protocol: "udp", port: 514 }]);
          assert.doesNotMatch(assumed.join("\n"), /marks/);
        },
      ],
      [
        "no address at all on a card that is tracked",
        both(instance(["192.0.2.100"], "track_interface {\n    eth0\n    eth7\n  }")),
        ({ made }) => assert.deepEqual(Object.keys(made?.data.segments ?? {}), ["lan", "eth7"]),
      ],
      [
        "a service of several machines without VRRP",
        both(service("192.0.2.100 80", "DR", ["192.0.2.21 80"])),
        ({ made }) => {
          assert.equal(made?.data.nodes.lb1?.interfaces.eth0?.address, "192.0.2.100");
          assert.deepEqual(made?.data.nodes.lb2?.holds, ["192.0.2.100/32"]);
        },
      ],
    ];
    for (const [title, files, check] of cases)
      it(title, () => {
        const { result, report } = imported("site", files);
        assert.deepEqual(result.problems, [], report);
        check(result);
      });
  });

  it("gives many stand-ins less memory, and tells how much all need", () => {
    const reals = Array.from({ length: 40 }, (_, index) => `192.0.2.${index + 1} 80`);
    const { result, report } = imported(
      "many",
      both(instance(["192.0.2.100"]) + service("192.0.2.100 80", "DR", reals)),
    );
    assert.deepEqual([result.guests, result.memory], [42, 2 * 512 + 40 * 256]);
    assert.match(report, /42 guests with 11264 MiB of memory: that is much for one host/);
  });

  it("serves one protocol for each port and transport", () => {
    const services = new Services();
    const add = (protocol: Parameters<Services["add"]>[0]["protocol"], port: number, status?: number): boolean =>
      services.add({ protocol, port, ...(status === undefined ? {} : { status }) });
    assert.deepEqual(
      [
        add("tcp", 80),
        add("udp", 80),
        add("http", 80, 301),
        add("http", 80),
        add("smtp", 80),
        add("udp", 53),
        add("dns", 53),
        add("tcp", 53),
      ],
      [true, true, true, false, false, true, true, true],
    );
    assert.deepEqual(services.written(), [
      { protocol: "dns", port: 53 },
      { protocol: "http", port: 80, status: 301 },
      { protocol: "udp", port: 80 },
    ]);
  });

  it("accepts the sites of every rule: the lab of a mended one has no error, and each note has a place", () => {
    for (const { rule, bad, mended } of siteFixtures())
      for (const files of [bad, mended]) {
        const { result, report } = imported(rule, files);
        assert.deepEqual(result.problems, [], `${rule}: ${report}`);
        if (files === mended) assert.deepEqual(result.errors, [], `${rule}: ${report}`);
        for (const { at } of result.unrehearsed) assert.ok(at.line > 0 && at.file !== "", rule);
      }
  }).timeout(120_000);

  it("prints the topology or writes a new file, and ends with 0, 1 or 2", async () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
    const write = (name: string): string => {
      writeSite(path.join(home, name), fixture(name).bad);
      return path.join(home, name);
    };
    const run = (...words: readonly string[]) => tryRun([inRoot("scripts", "lab"), ...words], { env: { HOME: home } });
    try {
      const [whole, partial] = [write("dr"), write("tunnels")];
      const file = path.join(home, "mine.yaml");
      const [printed, written, refused, password] = await Promise.all([
        run("import", "--json", whole),
        run("import", "-o", file, partial),
        run("import", "-o", path.join(whole, "lb1", "keepalived.conf"), whole),
        run("import", "--with-password", whole),
      ]);
      assert.deepEqual([printed.code, written.code, refused.code, password.code], [0, 1, 2, 2], printed.stderr);
      assert.equal((JSON.parse(printed.stdout) as { topology: { name: string } }).topology.name, "dr");
      assert.match(written.stderr, /^Stand-ins:\n(?:.*\n)*partial: the lab does not show/m);
      assert.match((parse(fs.readFileSync(file, "utf8")) as { description: string }).description, /dr1/);
      assert.match(password.stderr, /need --short too/);
      const checked = await run("check", file);
      assert.equal(checked.code, 0, checked.stdout);
    } finally {
      fs.rmSync(home, { recursive: true, force: true });
    }
  }).timeout(120_000);
});
