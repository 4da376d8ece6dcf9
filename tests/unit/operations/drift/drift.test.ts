import * as assert from "node:assert/strict";
import type { PlatformObject } from "../../../../components/platform/platform";
import { execFileSync } from "node:child_process";
import { lookAtSteps, stepDifferences } from "../../../../operations/drift/configured";
import { isAnother } from "../../../../operations/engine/deployedTopology";
import { deployedPassword, passwordIn } from "../../../../operations/drift/password";
import { type Difference, differenceText } from "../../../../operations/drift/difference";
import { clientDifferences, objectDifferences, propertyDifferences } from "../../../../operations/drift/host";
import { replacements } from "../../../../operations/drift";
import { runningDifferences } from "../../../../operations/drift/running";
import { MASKED, withoutSecrets } from "../../../../model/topology/secrets";
import { shippedLabs } from "../../../../operations/topologies";
import { type Sections, sections } from "../../../../components/looks/look";
import type { NodeSeen } from "../../../../components/looks/machine";
import { rulesFile, settings, type Step } from "../../../../components/machine/remote/script";
import { roleSteps } from "../../../../components/roles/index";
import { shellQuote } from "../../../../model/shellQuote";
import { quoted } from "../../../../model/keepalived/quote";
import type { Topology } from "../../../../model/topology/topology";
import { fixture, lab } from "../../../fixtures";
import { healthyLab } from "../verify/healthy";

const nodesOf = (topology: Topology) => Object.values(withoutSecrets(topology).nodes);
const stepsOf = (topology: Topology, node: string): Step[] => {
  const of = withoutSecrets(topology);
  const found = of.nodes[node];
  if (found === undefined) throw new Error(`no node ${node}`);
  return roleSteps(of, found, MASKED);
};

/** The mark of these looks. It is fixed here, so that a damage can name a section. */
const MARK = "===";
const read = (said: string): Sections => sections(said, MARK);

/** The answers of a machine that is in the expected state. */
function healthy(steps: readonly Step[]): string {
  const show = (section: string, lines: readonly string[]): string => `${MARK} ${section}\n${lines.join("")}\n`;
  const files = steps.filter((step) => ["file", "line", "sysctl", "ruleset", "absent"].includes(step.kind));
  const rules = steps.filter((step) => step.kind === "ruleset");
  const units = steps.filter((step) => step.kind === "unit");
  const line = (text: string): string => `${text}\n`;
  return [
    ...files.map((step, index) => {
      if (step.kind === "line") return show(`file${index}`, ["/dev/vda / ext4 defaults 0 0\n", line(step.line)]);
      if (step.kind === "ruleset") return show(`file${index}`, [rulesFile(step)]);
      return show(`file${index}`, "content" in step ? [(step.content ?? "").replaceAll(MASKED, "secret77")] : []);
    }),
    ...steps
      .filter((step) => step.kind === "network")
      .map(({ content = "" }, index) => show(`network${index}`, [content])),
    show(
      "modes",
      files.flatMap((step) =>
        step.kind === "absent" || !("path" in step)
          ? []
          : [line(`${("mode" in step ? step.mode : undefined)?.slice(1) ?? "644"} ${step.path}`)],
      ),
    ),
    show(
      "settings",
      steps.flatMap((step) =>
        step.kind === "sysctl" ? settings(step.content).map(([path, value]) => line(`/proc/sys/${path}:${value}`)) : [],
      ),
    ),
    ...rules.map((step, index) => show(`rules${index}`, [step.rules])),
    show(
      "sums",
      steps.flatMap((step) => (step.kind === "made" ? [line(`${step.sha256}  ${step.path}`)] : [])),
    ),
    show(
      "modules",
      steps.flatMap((step) => (step.kind === "module" ? [line(`/sys/module/${step.name}`)] : [])),
    ),
    show(
      "active",
      units.map(({ active }) => line(active ? "active" : "inactive")),
    ),
    show("wanted", [
      ...units.flatMap(({ name, enabled }) => (enabled ? [line(name.includes(".") ? name : `${name}.service`)] : [])),
      ...rules.map(() => line("nftables.service")),
    ]),
  ].join("");
}

const brief = (all: readonly Difference[]): string[] =>
  all.map(({ path, expected, found }) => `${path}: ${found}, must be ${expected}`);

describe("drift of what is configured", () => {
  for (const topology of shippedLabs()) {
    it(`${topology.name}: there is none after every step, and the look is valid shell`, () => {
      for (const { name } of nodesOf(topology)) {
        const steps = stepsOf(topology, name);
        assert.deepEqual(brief(stepDifferences(name, steps, read(healthy(steps)))), []);
        execFileSync("sh", ["-n"], { input: lookAtSteps(steps) });
      }
    });
  }

  /** One change on a node, and the reported differences. */
  const damages: readonly [
    title: string,
    labName: string,
    node: string,
    from: string | RegExp,
    to: string,
    told: string[],
  ][] = [
    [
      "a priority by hand",
      "dr-keepalived",
      "zhuserver",
      "priority 100",
      "priority 10",
      ["zhuserver:/etc/keepalived/keepalived.conf:13:     priority 10, must be     priority 100"],
    ],
    [
      "a sysctl of the running kernel",
      "dr-keepalived",
      "web1",
      "/proc/sys/net/ipv4/conf/lo/arp_ignore:1",
      "/proc/sys/net/ipv4/conf/lo/arp_ignore:0",
      ["web1:net.ipv4.conf.lo.arp_ignore: 0, must be 1"],
    ],
    [
      "a mode",
      "dr-keepalived",
      "zhuserver",
      "600 /etc/keepalived/keepalived.conf",
      "644 /etc/keepalived/keepalived.conf",
      ["zhuserver:/etc/keepalived/keepalived.conf mode: 0644, must be 0600"],
    ],
    [
      "a file that is gone",
      "dr-keepalived",
      "web1",
      /^644 \/etc\/systemd\/system\/lvs-lab-vip.service\n/m,
      "",
      ["web1:/etc/systemd/system/lvs-lab-vip.service: nothing, must be a file"],
    ],
    [
      "a module",
      "dr-keepalived",
      "zhuserver",
      "/sys/module/ip_vs\n",
      "",
      ["zhuserver:module ip_vs: not loaded, must be loaded"],
    ],
    [
      "a unit that another boot would not start",
      "dr-keepalived",
      "web1",
      /(=== wanted\n[^=]*)apache2.service\n/,
      "$1",
      ["web1:unit apache2 at boot: disabled, must be enabled"],
    ],
    [
      "rules that were flushed",
      "dr-keepalived",
      "web1",
      /(=== rules0\n)[^=]*/,
      "$1\n",
      ["web1:table inet lvs-lab:1: an empty line, must be table inet lvs-lab {"],
    ],
    [
      "rules that somebody opened, and another boot would not load",
      "dr-keepalived",
      "zhuserver",
      /(=== rules0\n[^=]*)policy drop;([^=]*[^]*)nftables.service\n/,
      "$1policy accept;$2",
      [
        "zhuserver:table inet lvs-lab:13: type filter hook input priority filter; policy accept;, must be type filter hook input priority filter; policy drop;",
        "zhuserver:unit nftables at boot: disabled, must be enabled",
      ],
    ],
    [
      "exports",
      "dr-ipvsadm-nfs",
      "nfs",
      "no_root_squash",
      "root_squash",
      [
        "nfs:/etc/exports:2: /opt/wwwroot 192.168.16.0/24(rw,sync,root_squash,no_subtree_check), must be /opt/wwwroot 192.168.16.0/24(rw,sync,no_root_squash,no_subtree_check)",
      ],
    ],
  ];
  for (const [title, name, node, from, to, told] of damages) {
    it(title, () => {
      const topology = lab(name);
      const at =
        topology.nodes[node] === undefined ? (nodesOf(topology).find(({ role }) => role === node)?.name ?? node) : node;
      const steps = stepsOf(topology, at);
      const said = healthy(steps);
      const damaged = said.replace(from, to);
      assert.notEqual(damaged, said);
      assert.deepEqual(brief(stepDifferences(at, steps, read(damaged))), told);
    });
  }

  it("a password that was changed by hand is reported, without either password", () => {
    const steps = stepsOf(lab("dr-keepalived"), "zhuserver");
    const said = healthy(steps);
    assert.deepEqual(stepDifferences("zhuserver", steps, read(said), "secret77"), []);
    const told = stepDifferences(
      "zhuserver",
      steps,
      read(said.replace("auth_pass secret77", "auth_pass guessed")),
      "secret77",
    );
    assert.deepEqual(
      told.map(({ path, expected, found }) => [path.replace(/\d+$/, "N"), expected.trim(), found.trim()]),
      [["zhuserver:/etc/keepalived/keepalived.conf:N", "auth_pass ********", "auth_pass ********, but different"]],
    );
    // Another difference in the same file is reported first, without either password.
    const both = said.replace("auth_pass secret77", "auth_pass guessed").replace("priority 100", "priority 10");
    const first = stepDifferences("zhuserver", steps, read(both), "secret77");
    assert.match(brief(first).join(), /priority 10, must be/);
    assert.doesNotMatch(JSON.stringify([told, first]), /secret77|guessed/);
  });

  it("units that failed, and files that must not exist", () => {
    const steps: Step[] = [
      { kind: "unit", name: "keepalived", enabled: true, active: true },
      { kind: "unit", name: "ipvsadm", enabled: false, active: false },
      { kind: "absent", path: "/etc/x" },
      { kind: "line", path: "/etc/fstab", word: "/srv", line: "nfs:/share /srv nfs" },
      { kind: "network", interface: "eth0", content: "[Route]\n" },
    ];
    const said = [
      "=== file0\nanything\n\n=== file1\nother:/share /srv nfs\n\n=== network0\n\n",
      "=== modes\n644 /etc/x\n644 /etc/fstab\n\n=== active\nfailed\nfailed\n\n=== wanted\nipvsadm.service\n\n",
    ].join("");
    assert.deepEqual(brief(stepDifferences("lb", steps, read(said))), [
      "lb:/etc/x: a file, must be no such file",
      "lb:/etc/fstab (/srv): other:/share /srv nfs, must be nfs:/share /srv nfs",
      "lb:routes of eth0:1: an empty line, must be [Route]",
      "lb:unit keepalived: failed, must be active",
      "lb:unit keepalived at boot: disabled, must be enabled",
      "lb:unit ipvsadm at boot: enabled, must be disabled",
    ]);
  });
});

describe("what was deployed", () => {
  const topology = lab("dr-keepalived");
  const remote = (stdin: unknown) => ({ urn: "urn", type: "command:remote:Command", inputs: { stdin } });
  const state = (...resources: readonly object[]) => ({ version: 3, deployment: { resources } }) as never;

  it("has its VRRP password in a script, secret or not", () => {
    const script =
      "{\nfile '/etc/keepalived/keepalived.conf' '0600' 'vrrp_instance VI_1 {\n        auth_pass secret77\n}\n'\n}\n";
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
    assert.equal(passwordIn(state(remote("no password"), remote(script))), "secret77");
    assert.equal(passwordIn(state(remote({ ...secret, plaintext: JSON.stringify(script) }))), "secret77");
    for (const pass of ["a b#", "it's !", "{x}"]) {
      const { content = "" } = stepsOf(topology, "zhuserver").find(
        (step) => "content" in step && step.content?.includes(MASKED),
      ) as {
        content?: string;
      };
      const word = quoted(pass);
      const written = `file '/etc/keepalived/keepalived.conf' '0600' ${shellQuote(content.replace(MASKED, word))}\n`;
      assert.equal(passwordIn(state(remote(written))), word);
    }
    assert.equal(passwordIn(state({ urn: "urn", type: "x", inputs: { stdin: script } }, remote(undefined))), undefined);
  });

  it("is not asked for a password without VRRP", async () => {
    assert.equal(await deployedPassword({ PATH: "" }, lab("dr-ipvsadm-nfs")), undefined);
  });

  it("differs from an edited file, but not by its password", () => {
    const { authentication, ...vrrp } = topology.vrrp ?? {};
    assert.ok(authentication?.pass !== undefined);
    const deployed = { ...topology, vrrp: { ...vrrp, authentication: { type: "PASS" } } } as Topology;
    assert.equal(isAnother(topology, JSON.parse(JSON.stringify(deployed)) as Topology), false);
    assert.equal(isAnother({ ...topology, description: "another" }, deployed), true);
  });
});

describe("drift of what runs", () => {
  for (const topology of shippedLabs()) {
    it(`${topology.name}: a healthy lab has none`, () => {
      assert.deepEqual(brief(runningDifferences(topology, healthyLab(topology).nodes)), []);
    });
  }

  /** The differences if one node of a lab is seen in another state. */
  const told = (name: string, node: string, change: (seen: NodeSeen) => Partial<NodeSeen>): string[] => {
    const topology = lab(name);
    const { nodes } = healthyLab(topology);
    const seen = nodes[node];
    if (seen === undefined) throw new Error(`no node ${node}`);
    return brief(runningDifferences(topology, { ...nodes, [node]: { ...seen, ...change(seen) } }));
  };

  it("an IPVS table that is empty, or has an extra row", () => {
    assert.deepEqual(told("dr-keepalived", "beiserver", () => ({ ipvs: [] })).slice(0, 1), [
      "beiserver:IPVS table: nothing, must be TCP 192.168.10.200:80 rr",
    ]);
    const strange = { protocol: "TCP", address: "192.168.10.200", port: 81, scheduler: "rr", realServers: [] };
    assert.deepEqual(
      told("dr-keepalived", "beiserver", ({ ipvs }) => ({ ipvs: [...ipvs, strange] })),
      ["beiserver:IPVS table: TCP 192.168.10.200:81 rr, must be nothing"],
    );
  });

  it("a VIP that no director holds, and one that a real server lost", () => {
    const without =
      (card: string) =>
      ({ addresses }: NodeSeen) => ({
        addresses: addresses.filter((at) => at.address !== "192.168.10.200" || at.interface !== card),
      });
    const card = Object.keys(lab("dr-keepalived").nodes.zhuserver?.interfaces ?? {})[0] ?? "";
    assert.deepEqual(told("dr-keepalived", "zhuserver", without(card)), [
      "VIP 192.168.10.200: on nobody, must be on zhuserver",
    ]);
    assert.deepEqual(told("dr-keepalived", "web1", without("lo")), [
      "web1:192.168.10.200: nothing, must be 192.168.10.200/32 on lo",
    ]);
  });

  it("a node that does not answer, which makes the holder of the VIP unknown", () => {
    assert.deepEqual(
      told("dr-keepalived", "zhuserver", () => ({ reachable: false })),
      ["zhuserver: no answer, must be answers SSH"],
    );
  });

  it("a share that is not exported, and one that is not mounted", () => {
    const topology = lab("dr-ipvsadm-nfs");
    const [nfs, web] = ["nfs", "web"].map((role) => nodesOf(topology).find((node) => node.role === role)?.name ?? "");
    assert.match(
      told("dr-ipvsadm-nfs", nfs ?? "", ({ share }) =>
        share === undefined ? {} : { share: { ...share, shown: [] } },
      ).join(),
      /:exports: nothing, must be \/\S+ \S+$/,
    );
    assert.match(
      told("dr-ipvsadm-nfs", web ?? "", ({ mount }) =>
        mount === undefined ? {} : { mount: { ...mount, mounted: "" } },
      ).join(),
      /:\/var\/www\/html: nothing, must be \S+:\/\S+ nfs4$/,
    );
  });
});

describe("drift outside the guests", () => {
  const urn = (type: string, name: string): string => `urn:pulumi:life::lvs-lab::${type}::${name}`;
  const resource = (type: string, name: string, id: string) => ({ urn: urn(type, name), type, id });
  const pool = resource("libvirt:index/pool:Pool", "life-pool", "p");
  const disk = resource("libvirt:index/volume:Volume", "life-web-disk", "/pool/web.qcow2");
  const network = resource("libvirt:index/network:Network", "life-lan-network", "n");
  const domain = resource("libvirt:index/domain:Domain", "life-web-domain", "d");
  const state = { version: 3, deployment: { resources: [pool, disk, network, domain] } };
  const seen = (active: boolean, hasVolume = true) => ({
    objects: [
      { kind: "domain", name: "life-web", id: "d", active: true },
      { kind: "network", name: "life-lan", id: "n", active },
      { kind: "pool", name: "life", id: "p", active },
      ...(active && hasVolume ? [{ kind: "volume", name: "web.qcow2", id: "/pool/web.qcow2", active } as const] : []),
    ] satisfies PlatformObject[],
    marked: [],
  });

  it("none if everything exists", () => {
    assert.deepEqual(objectDifferences(state, seen(true)), []);
  });

  it("inactive objects; an inactive pool hides its volumes", () => {
    assert.deepEqual(brief(objectDifferences(state, seen(false))), [
      "life-pool: inactive, must be active",
      "life-lan-network: inactive, must be active",
    ]);
  });

  it("missing objects, and extra ones", () => {
    const marked = [{ kind: "domain", lab: "life", name: "life-old", id: "o" }] as const;
    assert.deepEqual(brief(objectDifferences(state, { ...seen(true, false), marked })), [
      "life-web-disk: nothing, must be there",
      "domain life-old: there, must be nothing",
    ]);
  });

  it("properties that a refresh finds changed", () => {
    const states = {
      oldState: { outputs: { running: true, disks: [{ file: "a" }] } },
      newState: { outputs: { running: false } },
    };
    const steps = [
      { op: "refresh", urn: domain.urn },
      { op: "update", urn: domain.urn, detailedDiff: { running: {}, "disks[0].file": {} }, ...states },
    ];
    assert.deepEqual(brief(propertyDifferences(JSON.stringify({ steps }))), [
      "life-web-domain.running: false, must be true",
      "life-web-domain.disks[0].file: nothing, must be a",
    ]);
  });

  it("addresses of a client that is a guest", () => {
    const topology = fixture("valid-client-vm");
    const nodes = healthyLab(topology).nodes;
    const all = nodes.client?.addresses ?? [];
    assert.deepEqual(brief(runningDifferences(topology, nodes)), []);
    const damaged = { ...nodes, client: { ...nodes.client, addresses: all.slice(0, 1) } as NodeSeen };
    assert.deepEqual(brief(runningDifferences(topology, damaged)), ["client:client0: 10.1.0.31, must be 10.1.0.32"]);
  });

  it("addresses of the client's namespace", () => {
    const client = { namespace: "lvs-life-client", addresses: ["10.9.0.31", "10.9.0.32"], mac: "" };
    assert.deepEqual(brief(clientDifferences(client.addresses, ["10.9.0.31"])), [
      "client 10.9.0.32: nothing, must be there",
    ]);
  });

  it("is printed as a table, and lists what must be made again", () => {
    const found: Difference[] = [
      { path: "web:/etc/x:1", expected: "a", found: "b", nodes: ["web"], kind: "configured" },
      { path: "lb", expected: "answers SSH", found: "no answer", nodes: ["lb"], kind: "guest" },
      { path: "lb:IPVS table", expected: "a", found: "b", nodes: ["lb"], kind: "running" },
      { path: "client 10.9.0.31", expected: "there", found: "nothing", nodes: [], kind: "host" },
    ];
    const names = ["life-web-configure", "life-lb-configure", "life-web-disk", "life-lb-disk", "life-client-namespace"];
    assert.deepEqual(
      replacements(
        found,
        names.map((name) => ({ urn: urn("t", name) })),
        "life",
      ),
      ["life-web-configure", "life-lb-disk", "life-client-namespace"].map((name) => urn("t", name)),
    );
    assert.match(differenceText(found), /^PATH +EXPECTED +FOUND\nweb:\/etc\/x:1 +a +b\n/);
    assert.equal(differenceText([]), "no drift");
  });
});
