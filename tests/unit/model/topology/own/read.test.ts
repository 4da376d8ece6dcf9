import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { compile } from "../../../../../model/topology/compile";
import { forwards } from "../../../../../model/topology/packetPaths";
import { isSite, ownDirectorsOf } from "../../../../../model/topology/own/config";
import { vipsOf } from "../../../../../model/topology/queries";
import { virtualServicesOf } from "../../../../../model/topology/virtualServices";
import { fixture, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";
import { bring, instance } from "./bring";

const script = (command: string, more = ""): string =>
  `vrrp_script chk {\n    script "${command}"\n${more}}\n${instance("    track_script {\n        chk\n    }\n")}`;

describe("a configuration that a director brings", () => {
  const files = ownDirectorsOf(fixture("valid-site-dns")).flatMap(({ name, keepalived }) =>
    Object.entries(keepalived.files)
      .filter(([path]) => path.endsWith(".conf"))
      .map(([path, text]) => [`${name}.${path.split("/").at(-1)}`, text] as const),
  );
  for (const [name, text] of files)
    it(`is carried with its substitutions: ${name}`, () => {
      golden(`own/site-dns.${name}`, text);
    });
  it("has no golden file without a case", () => {
    assert.deepEqual(goldenFiles("own"), files.map(([name]) => `site-dns.${name}`).sort());
  });

  it("is compiled to the same plan, with the lab's cards", () => {
    const { nodes } = compile(fixture("valid-site-crossed"));
    assert.deepEqual(
      nodes.map(({ name, cards }) => [name, cards.map((card) => card.addresses.map(({ address }) => address))]),
      [
        ["gw1", [["10.9.61.11", "2001:db8:61::11"], ["10.9.62.11"]]],
        ["gw2", [["10.9.61.12", "2001:db8:61::12"], ["10.9.62.12"]]],
      ],
    );
    assert.deepEqual(
      nodes.map(({ config }) => config.file),
      ["own/crossed/gw1/keepalived.conf", "own/crossed/gw2/keepalived.conf"],
    );
  });

  it("has the VIPs of both families, IPv4 first and link-local last", () => {
    assert.deepEqual(vipsOf(fixture("valid-site-crossed")), ["10.9.61.100", "2001:db8:61::100", "fe80::61:100"]);
  });

  it("has its virtual servers once, with the nodes that serve behind them", () => {
    assert.deepEqual(virtualServicesOf(lab("dr-keepalived")), []);
    const [dns, page] = virtualServicesOf(fixture("valid-site-dns"));
    assert.deepEqual(dns, {
      name: "virtual_server 10.9.60.100 53",
      endpoints: [{ address: "10.9.60.100", port: 53 }],
      fwmarks: [],
      protocol: "UDP",
      scheduler: "rr",
      forwarding: "DR",
      directors: ["lvs1", "lvs2"],
      realServers: [
        { address: "10.9.60.21", port: 53, weight: 1, forwarding: "DR", node: "ns1", serves: "dns" },
        { address: "10.9.60.22", port: 53, weight: 1, forwarding: "DR", node: "ns2", serves: "dns" },
      ],
    });
    assert.equal(page?.persistence, 50);
    assert.deepEqual(
      page.realServers.map(({ weight, serves }) => [weight, serves]),
      [
        [2, "http"],
        [1, "http"],
      ],
    );
  });

  it("has groups and firewall marks as virtual servers, too", () => {
    const text = instance(
      "",
      `virtual_server_group G {\n    10.9.9.100 80\n    10.9.9.101-103 443\n    fwmark 7\n}
virtual_server group G {\n    lb_kind TUN\n    protocol TCP\n    real_server 10.9.9.22 514 {\n    }\n    real_server 10.9.9.99 80 {\n    }\n}
virtual_server fwmark 9 {\n    real_server 10.9.9.21 80 {\n    }\n}\n`,
    );
    const [group, mark] = virtualServicesOf(bring([text]).topology);
    assert.deepEqual(group?.endpoints, [
      { address: "10.9.9.100", port: 80 },
      { address: "10.9.9.101", last: "10.9.9.103", port: 443 },
    ]);
    assert.deepEqual([group.fwmarks, mark?.fwmarks], [[7], [9]]);
    // udp 514 is not TCP, and nobody has 10.9.9.99.
    assert.deepEqual(group.realServers, [
      { address: "10.9.9.22", port: 514, weight: 1, forwarding: "TUN", node: "rs2" },
      { address: "10.9.9.99", port: 80, weight: 1, forwarding: "TUN" },
    ]);
    assert.equal(mark?.realServers[0]?.serves, "http");
  });

  it("expects the stand-ins' pages by their digests", () => {
    const check = (address: string): string =>
      `    real_server ${address} 80 {\n        HTTP_GET {\n            url {\n                path /\n                digest 0123456789abcdef0123456789abcdef\n            }\n        }\n    }\n`;
    const text = instance(
      "",
      `virtual_server 10.9.9.100 80 {\n    protocol TCP\n${check("10.9.9.21")}${check("10.9.9.99")}}\n`,
    );
    const [own] = bring([text]).own;
    const digest = createHash("md5").update("rs1\n").digest("hex");
    const said = [...(own?.files["/etc/keepalived/keepalived.conf"] ?? "").matchAll(/digest (\w+)/g)].map(
      ([, one]) => one,
    );
    assert.deepEqual(said, [digest, "0123456789abcdef0123456789abcdef"]);
  });

  it("has no host block of SMTP_CHECK, which keepalived 2.3.3 never ends reading", () => {
    const host = (address: string): string =>
      `            host {\n                connect_ip ${address}\n            }\n`;
    const text = (hosts: string): string =>
      instance(
        "",
        `virtual_server 10.9.9.100 25 {\n    real_server 10.9.9.21 25 {\n        SMTP_CHECK {\n            helo_name lb\n${hosts}        }\n    }\n}\n`,
      );
    const { own, topology, examined } = bring([text(host("10.9.9.22"))]);
    assert.deepEqual(examined.problems, []);
    assert.match(
      own[0]?.files["/etc/keepalived/keepalived.conf"] ?? "",
      /helo_name lb\n +\n +connect_ip 10\.9\.9\.22\n +\n/,
    );
    assert.deepEqual(
      own[0]?.substitutions.map(({ at, what }) => [at.line, what]),
      [[12, "a host block of SMTP_CHECK"]],
    );
    const [check] = compile(topology).nodes[0]?.config.virtualServers[0]?.realServers[0]?.checks ?? [];
    assert.equal(check?.target.address, "10.9.9.22");
    const [problem] = bring([text(host("10.9.9.21") + host("10.9.9.22"))]).examined.problems;
    assert.match(problem?.got ?? "", /^lb1\/keepalived\.conf:15: a second host block/);
  });

  it("forwards between segments, with NAT, and otherwise not", () => {
    const forwarding = (topology: ReturnType<typeof fixture>): boolean[] =>
      ownDirectorsOf(topology).map((node) => forwards(topology, node));
    assert.deepEqual(forwarding(fixture("valid-site-crossed")), [true, true]);
    assert.deepEqual(forwarding(fixture("valid-site-dns")), [false, false]);
    const nat = instance("", "virtual_server 10.9.9.100 80 {\n    real_server 10.9.9.21 80 {\n    }\n}\n");
    assert.deepEqual(forwarding(bring([nat]).topology), [true]);
  });

  it("makes a site lab, which no other lab is", () => {
    assert.ok(isSite(fixture("valid-site-dns")));
    assert.ok(!isSite(fixture("valid-full")));
  });
});

describe("programs that a brought configuration starts", () => {
  const cases: readonly (readonly [command: string, there: string, standIns: readonly string[]])[] = [
    ["/opt/agent/check.sh 80", "/opt/agent/check.sh 80", ["/opt/agent/check.sh"]],
    ["killall -0 haproxy", "killall -0 haproxy", ["killall"]],
    [
      "/usr/bin/killall -0 haproxy",
      "/usr/local/lib/lvs-lab/stand-ins/killall -0 haproxy",
      ["/usr/local/lib/lvs-lab/stand-ins/killall"],
    ],
    ["pidof haproxy", "/usr/local/lib/lvs-lab/stand-ins/pidof haproxy", ["/usr/local/lib/lvs-lab/stand-ins/pidof"]],
    [
      "/bin/systemctl is-active x",
      "/usr/local/lib/lvs-lab/stand-ins/systemctl is-active x",
      ["/usr/local/lib/lvs-lab/stand-ins/systemctl"],
    ],
    ["/usr/bin/test -e /etc/x", "/usr/bin/test -e /etc/x", []],
    ["/sbin/ipvsadm -ln", "/sbin/ipvsadm -ln", []],
    ["/bin/sh -c 'test -e /a || exit 1'", "/bin/sh -c 'test -e /a || exit 1'", []],
    [
      "/bin/sh -c 'pidof x'",
      "/usr/local/lib/lvs-lab/stand-ins/sh -c 'pidof x'",
      ["/usr/local/lib/lvs-lab/stand-ins/sh"],
    ],
    ["/bin/bash /opt/agent/check.sh", "/bin/bash /opt/agent/check.sh", ["/opt/agent/check.sh"]],
  ];
  for (const [command, there, standIns] of cases)
    it(command, () => {
      const [own] = bring([script(command)]).own;
      assert.deepEqual(own?.standIns.scripts, standIns);
      assert.match(own.files["/etc/keepalived/keepalived.conf"] ?? "", new RegExp(`script "${there}"`));
    });

  it("come along if they stand beside it, with the files that they name", () => {
    const beside = {
      "check.sh": "#!/bin/sh\n. /etc/keepalived/lib/common.sh\n",
      "lib/common.sh": "common=yes\n",
      "unrelated.sh": "#!/bin/sh\n",
    };
    const [own] = bring([script("/etc/keepalived/check.sh")], beside).own;
    assert.deepEqual(Object.keys(own?.files ?? {}), [
      "/etc/keepalived/keepalived.conf",
      "/etc/keepalived/check.sh",
      "/etc/keepalived/lib/common.sh",
    ]);
    assert.deepEqual(own?.standIns.scripts, []);
  });

  it("have their users, and what is told something is known", () => {
    const text =
      `global_defs {\n    script_user checker staff\n    notify_fifo /run/fifo reader\n    notify_fifo_script /opt/fifo.sh\n}\n${script("/opt/check.sh", "    user nobody\n")}`.replace(
        "virtual_ipaddress",
        'notify_master "/opt/told.sh up" pager\n    virtual_ipaddress',
      );
    const [own] = bring([text]).own;
    assert.deepEqual(own?.standIns, {
      scripts: ["/opt/fifo.sh", "/opt/check.sh", "/opt/told.sh"],
      notifies: ["/opt/fifo.sh", "/opt/told.sh"],
      processes: [],
      files: [],
      users: ["checker", "staff", "reader", "nobody", "pager"],
    });
  });

  it("stand beside processes and files that it tracks", () => {
    const text = `vrrp_track_process p {\n    process /usr/sbin/haproxy\n}\nvrrp_track_process q {\n    process sshd\n}\ntrack_file f {\n    file /var/lib/load\n}\n${instance("    track_process {\n        p\n        q\n    }\n    track_file {\n        f weight 1\n    }\n")}`;
    const [own] = bring([text]).own;
    assert.deepEqual([own?.standIns.processes, own?.standIns.files], [["haproxy"], ["/var/lib/load"]]);
  });
});
