import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { RUN_SCRIPT } from "../../../../../components/machine/remote/runScript";
import { cardSetting, composeScript, STAGED, type Step } from "../../../../../components/machine/remote/script";
import { inRoot } from "../../../../../operations/paths";
import { Bench } from "./bench";

const nasty = `it's "quoted" $HOME \`id\` \\n\n\ttab %s {staged} \n\n`;

describe("the configuration script", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });
  afterEach(() => {
    fs.rmSync(bench.folder, { recursive: true });
  });

  const conf = (content: string, more: Partial<Extract<Step, { kind: "file" }>> = {}): Step => ({
    kind: "file",
    path: bench.at("etc/daemon.conf"),
    content,
    check: ["grep", "-q", "good", STAGED],
    events: ["reload:daemon"],
    ...more,
  });
  const daemon: Step = { kind: "unit", name: "daemon", enabled: true, active: true };

  it("takes / for the folder of a file in /, wherever it makes folders", () => {
    const functions = fs.readFileSync(inRoot("components", "machine", "remote", "prelude.sh"), "utf8");
    assert.ok(functions.includes('%/*}/"'));
    assert.ok(!functions.includes('%/*}"'));
  });

  it("changes everything once, and nothing the second time", () => {
    bench.write("proc/net/key", "1\n");
    const steps: Step[] = [
      { kind: "module", name: "ip_vs" },
      { kind: "sysctl", path: bench.at("etc/sysctl.conf"), content: "# why\nnet.key = 0\n" },
      conf("good\n", { backup: true, mode: "0600" }),
      daemon,
    ];
    const first = bench.apply(...steps);
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(first.lines, [
      "loaded ip_vs",
      `wrote ${bench.at("etc/sysctl.conf")}`,
      "set net/key = 0",
      `kept ${bench.at("etc/daemon.conf")}.bak`,
      `wrote ${bench.at("etc/daemon.conf")}`,
      "enable daemon",
      "start daemon",
      "changed: 7",
    ]);
    assert.deepEqual(bench.calls(), ["modprobe ip_vs", "enable daemon", "start daemon"]);
    assert.equal(bench.read("proc/net/key"), "0\n");
    assert.equal(fs.statSync(bench.at("etc/daemon.conf")).mode & 0o777, 0o600);

    const files = ["etc/daemon.conf", "etc/daemon.conf.bak", "etc/sysctl.conf", "proc/net/key", "etc"];
    const times = () => files.map((file) => fs.statSync(bench.at(file)).mtimeMs);
    const before = times();
    const second = bench.apply(...steps);
    assert.deepEqual(second, { code: 0, lines: ["changed: 0"], stderr: "" });
    assert.deepEqual(bench.calls(), []);
    assert.deepEqual(times(), before);
  });

  it("writes any text unchanged", () => {
    const file: Step = { kind: "file", path: bench.at("a 'b'/c"), content: nasty };
    assert.equal(bench.apply(file).code, 0);
    assert.equal(bench.read("a 'b'/c"), nasty);
    assert.deepEqual(bench.apply(file).lines, ["changed: 0"]);
  });

  it("notices a change of the last newline, and of the mode", () => {
    bench.apply(conf("good\n"));
    assert.deepEqual(bench.apply(conf("good")).lines.at(-1), "changed: 1");
    fs.chmodSync(bench.at("etc/daemon.conf"), 0o666);
    assert.deepEqual(bench.apply(conf("good")).lines, [`mode 0644: ${bench.at("etc/daemon.conf")}`, "changed: 1"]);
  });

  it("reloads what changed, once, and only if it runs", () => {
    const other: Step = { kind: "file", path: bench.at("etc/other"), content: "1", events: ["reload:daemon"] };
    bench.apply(conf("good 1"), daemon);
    bench.calls();
    bench.apply(conf("good 2"), other, daemon);
    assert.deepEqual(bench.calls(), ["reload daemon"]);
    bench.write("units/daemon/stale", "");
    bench.apply(conf("good 3", { events: ["restart:daemon"] }), daemon);
    assert.deepEqual(bench.calls(), ["daemon-reload", "restart daemon"]);
  });

  it("makes systemd read its files again for an unknown unit that must run", () => {
    bench.write("units/pages.mount/unknown", "");
    bench.apply({ kind: "unit", name: "pages.mount", enabled: false, active: false });
    assert.deepEqual(bench.calls(), []);
    bench.apply({ kind: "unit", name: "pages.mount", enabled: false, active: true });
    assert.deepEqual(bench.calls(), ["daemon-reload", "start pages.mount"]);
  });

  it("makes systemd read its files again for a package's unit that a file of the lab replaces", () => {
    const own: Step = { kind: "file", path: bench.at("units/daemon.service"), content: "[Service]\n" };
    bench.write("units/daemon/fragment", "/usr/lib/systemd/system/daemon.service\n");
    bench.apply(daemon);
    assert.deepEqual(bench.calls(), ["enable daemon", "start daemon"]);
    bench.apply(own, daemon);
    assert.deepEqual(bench.calls(), ["daemon-reload"]);
    bench.write("units/daemon/fragment", `${bench.at("units/daemon.service")}\n`);
    bench.apply(own, daemon);
    assert.deepEqual(bench.calls(), []);
  });

  it("starts a stopped unit, and stops and disables one that must be off", () => {
    bench.apply(daemon);
    fs.rmSync(bench.at("units/daemon/active"));
    bench.calls();
    bench.apply(daemon);
    assert.deepEqual(bench.calls(), ["start daemon"]);
    bench.apply({ kind: "unit", name: "daemon", enabled: false, active: false });
    assert.deepEqual(bench.calls(), ["disable daemon", "stop daemon"]);
  });

  it("keeps other lines of a file, and replaces every earlier line of its own", () => {
    const line = (text: string) =>
      composeScript([
        { kind: "line", path: bench.at("fstab"), word: "/pages", line: text, events: ["restart:pages.mount"] },
      ]);
    bench.write("fstab", "# /pages-of-others\n/dev/vda / ext4 rw 0 1\nold:/x\t/pages nfs\nolder:/x /pages nfs\nlast");
    assert.equal(bench.run(line("new:/x /pages nfs")).code, 0);
    const whole = "# /pages-of-others\n/dev/vda / ext4 rw 0 1\nlast\nnew:/x /pages nfs\n";
    assert.equal(bench.read("fstab"), whole);
    assert.deepEqual(bench.run(line("new:/x /pages nfs")).lines, ["changed: 0"]);
    assert.equal(bench.read("fstab"), whole);
  });

  it("writes a line into a new file, and keeps the file if the check refuses the line", () => {
    const path = bench.at("etc/fstab");
    const step = { kind: "line", path, word: "/pages", line: "new:/x /pages nfs" } as const;
    assert.equal(bench.run(composeScript([step])).code, 0);
    assert.equal(bench.read("etc/fstab"), "new:/x /pages nfs\n");
    const refused = bench.run(composeScript([{ ...step, line: "bad /pages", check: ["grep", "-q", "nfs", STAGED] }]));
    assert.notEqual(refused.code, 0);
    assert.equal(bench.read("etc/fstab"), "new:/x /pages nfs\n");
  });

  it("shows the root file system below its mounts, once", () => {
    bench.tool("mount", `echo "mount $*" >>"$CALLS"; mkdir -p "$LVS_LAB_RUN/root/etc"`);
    const script = composeScript([{ kind: "beneath" }]);
    bench.run(script);
    assert.deepEqual(bench.calls(), [`mount --bind --make-private / ${bench.at("run/root")}`]);
    bench.run(script);
    assert.deepEqual(bench.calls(), []);
  });

  it("does not install what the check refuses, and reloads nothing", () => {
    bench.apply(conf("good"), daemon);
    bench.calls();
    const refused = bench.apply(conf("bad", { check: ["sh", "-c", "echo line 1: bad >&2; exit 4", STAGED] }), daemon);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /line 1: bad\n.*daemon\.conf: refused by: .*the file in place stays as it was/s);
    assert.equal(bench.read("etc/daemon.conf"), "good");
    assert.deepEqual(fs.readdirSync(bench.at("etc")), ["daemon.conf"]);
    assert.deepEqual(bench.calls(), []);
    assert.deepEqual(bench.apply(conf("good"), daemon).lines, ["changed: 0"]);
  });

  it("does the reload that an interrupted earlier run missed", () => {
    bench.apply(conf("good"), daemon);
    bench.calls();
    assert.equal(bench.apply(conf("good 2"), { kind: "module", name: "missing/folder" }, daemon).code, 1);
    assert.deepEqual(bench.calls(), ["modprobe missing/folder"]);
    assert.deepEqual(bench.apply(conf("good 2"), daemon).lines, ["reload daemon", "changed: 1"]);
    assert.deepEqual(bench.calls(), ["reload daemon"]);
  });

  it("prints the messages of a unit that does not start", () => {
    bench.write("units/daemon/broken", "");
    const { code, stderr } = bench.apply(daemon);
    assert.equal(code, 1);
    assert.match(stderr, /this is what daemon said\n.*systemctl start daemon failed/s);
  });

  it("keeps the first backup: of the file, of the sample, or an empty one", () => {
    bench.write("etc/daemon.conf", "packaged");
    bench.apply(conf("good 1", { backup: true }));
    bench.apply(conf("good 2", { backup: true }));
    assert.equal(bench.read("etc/daemon.conf.bak"), "packaged");
    bench.write("etc/other.sample", "sample");
    bench.apply({ kind: "file", path: bench.at("etc/other"), content: "", backup: true });
    assert.equal(bench.read("etc/other.bak"), "sample");
    bench.apply({ kind: "file", path: bench.at("etc/third"), content: "", backup: true });
    assert.equal(bench.read("etc/third.bak"), "");
  });

  it("removes unwanted files once, and reloads for it", () => {
    const path = bench.at("etc/routes.conf");
    const steps: Step[] = [
      { kind: "absent", path, events: ["reload:daemon"] },
      { kind: "reload", name: "daemon" },
    ];
    assert.deepEqual(bench.apply(...steps).lines, ["changed: 0"]);
    bench.write("etc/routes.conf", "old");
    assert.deepEqual(bench.apply(...steps).lines, [`removed ${path}`, "reload daemon", "changed: 2"]);
    assert.equal(fs.existsSync(path), false);
    assert.deepEqual(bench.calls(), ["reload daemon"]);
    assert.deepEqual(bench.apply(...steps).lines, ["changed: 0"]);
    assert.deepEqual(bench.calls(), []);
  });

  it("adds a drop-in to an interface's networkd file, and removes it again", () => {
    const steps = (content?: string): Step[] => [
      { kind: "network", interface: "eth0", ...(content === undefined ? {} : { content }) },
      { kind: "reload", name: "systemd-networkd" },
    ];
    assert.match(bench.apply(...steps("[Route]\n")).stderr, /eth0: found no file of networkd for this interface/);
    assert.deepEqual(bench.apply(...steps()).lines, ["changed: 0"]);
    for (const [folder, author] of [
      ["networks", "lvs-lab"],
      ["run-networks", "netplan"],
    ] as const) {
      bench.write(`${folder}/10-${author}-eth0.network`, "");
      const path = bench.at(`networks/10-${author}-eth0.network.d/routes.conf`);
      assert.deepEqual(bench.apply(...steps("[Route]\n")).lines, [
        `wrote ${path}`,
        "reload systemd-networkd",
        "changed: 2",
      ]);
      assert.deepEqual(bench.apply(...steps("[Route]\n")).lines, ["changed: 0"]);
      assert.deepEqual(bench.apply(...steps()).lines, [`removed ${path}`, "reload systemd-networkd", "changed: 2"]);
      fs.rmSync(bench.at(`${folder}/10-${author}-eth0.network`));
    }
  });

  it("loads a firewall table, again only if the kernel's differs, and links its unit", () => {
    // Loads by keeping the file, and refuses one with the word bad; a table is what follows the first empty line.
    bench.tool(
      "nft",
      `echo "nft $1" >>"$CALLS"
      case $1 in
        --file) ! grep bad "$2" && cp "$2" "$UNITS/kernel" ;;
        *) [ "$*" = "--numeric-protocol list table inet lvs-lab" ] && sed '1,/^$/d' "$UNITS/kernel" ;;
      esac`,
    );
    fs.mkdirSync(bench.at("units"));
    const path = bench.at("etc/nftables.conf");
    const step = (rules: string): Step => ({
      kind: "ruleset",
      path,
      table: "inet lvs-lab",
      rules: `table inet lvs-lab {\n\tchain a {\n\t}\n\n\tchain ${rules} {\n\t}\n}\n`,
      target: "sysinit.target",
    });
    const first = bench.apply(step("one"));
    assert.deepEqual(first.lines, [`wrote ${path}`, "enable nftables", "changed: 2"], first.stderr);
    assert.deepEqual(bench.calls(), ["nft --file"]);
    assert.equal(
      fs.readlinkSync(bench.at("units/sysinit.target.wants/nftables.service")),
      "/usr/lib/systemd/system/nftables.service",
    );
    assert.deepEqual(bench.apply(step("one")).lines, ["changed: 0"]);
    assert.deepEqual(bench.calls(), ["nft --numeric-protocol"]);

    bench.write("units/kernel", "");
    assert.deepEqual(bench.apply(step("one")).lines, [`loaded ${path}`, "changed: 1"]);
    assert.deepEqual(bench.apply(step("two")).lines, [`wrote ${path}`, "changed: 1"]);
    assert.equal(bench.read("units/kernel"), bench.read("etc/nftables.conf"));

    const { code, stderr } = bench.apply(step("bad"));
    assert.equal(code, 1);
    assert.match(stderr, /nftables\.conf: refused by: nft --file .* the file in place stays as it was/);
    assert.match(bench.read("etc/nftables.conf"), /chain two/);
    assert.deepEqual(bench.apply(step("two")).lines, ["changed: 0"]);
  });

  it("enables a unit with only WantedBy= by a link, and any other with systemctl", () => {
    const fragment = bench.at("lib/daemon.service");
    const wants = ["one.target", "two.target"].map((target) => bench.at(`units/${target}.wants/daemon.service`));
    const step: Step = { kind: "unit", name: "daemon", enabled: true, active: false };
    const reset = (install: string): void => {
      fs.rmSync(bench.at("units"), { recursive: true, force: true });
      bench.write("units/daemon/fragment", `${fragment}\n`);
      bench.write("lib/daemon.service", `[Unit]\nAlias=not here\n\n[Service]\nExecStart=[x]\n${install}`);
    };
    reset("[Install]\n# why\nWantedBy=one.target two.target\n");
    assert.deepEqual(bench.apply(step).lines, ["enable daemon", "changed: 1"]);
    assert.deepEqual(bench.calls(), []);
    assert.deepEqual(
      wants.map((link) => fs.readlinkSync(link)),
      [fragment, fragment],
    );
    assert.deepEqual(bench.apply(step).lines, ["changed: 0"]);
    for (const install of ["[Install]\nWantedBy=one.target\nAlso=daemon.socket\n", "[Install]\n", ""]) {
      reset(install);
      assert.deepEqual(bench.apply(step).lines, ["enable daemon", "changed: 1"]);
      assert.deepEqual(bench.calls(), ["enable daemon"], install);
    }
  });

  it("enables a unit by the lab's own file, not by the package's or another unit's", () => {
    bench.write("lib/other.service", "[Install]\nWantedBy=one.target\n");
    bench.write("units/other/fragment", `${bench.at("lib/other.service")}\n`);
    bench.write("units/daemon/fragment", `${bench.at("lib/other.service")}\n`);
    const own: Step = {
      kind: "file",
      path: bench.at("units/daemon.service"),
      content: "[Install]\nWantedBy=two.target\n",
    };
    const unit = (name: string): Step => ({ kind: "unit", name, enabled: true, active: false });
    bench.apply(own, unit("other"), unit("daemon"), unit("unknown"));
    assert.deepEqual(bench.calls(), ["daemon-reload", "enable unknown"]);
    assert.equal(fs.readlinkSync(bench.at("units/one.target.wants/other.service")), bench.at("lib/other.service"));
    assert.equal(fs.readlinkSync(bench.at("units/two.target.wants/daemon.service")), bench.at("units/daemon.service"));
    assert.equal(fs.existsSync(bench.at("units/one.target.wants/daemon.service")), false);
  });

  it("enables a socket once", () => {
    const socket: Step = { kind: "unit", name: "spool.socket", enabled: true, active: true };
    fs.mkdirSync(bench.at("units/sockets.target.wants"), { recursive: true });
    fs.symlinkSync(".", bench.at("units/sockets.target.wants/spool.socket"));
    assert.deepEqual(bench.apply(socket).lines, ["start spool.socket", "changed: 1"]);
    assert.deepEqual(bench.apply(socket).lines, ["changed: 0"]);
  });

  it("makes a file by a command, and again only if its digest is wrong", () => {
    const path = bench.at("srv/object");
    const sha256 = createHash("sha256").update("1\n2\n").digest("hex");
    const made = (command: readonly string[]): Step => ({ kind: "made", path, sha256, command });
    assert.deepEqual(bench.apply(made(["seq", "1", "2"])).lines, [`made ${path}`, "changed: 1"]);
    assert.equal(bench.read("srv/object"), "1\n2\n");
    assert.deepEqual(bench.apply(made(["false"])).lines, ["changed: 0"]);
    bench.write("srv/object", "broken");
    const { code, stderr } = bench.apply(made(["seq", "1", "3"]));
    assert.equal(code, 1);
    assert.match(stderr, /srv\/object: seq 1 3 printed something else than sha256/);
    assert.equal(bench.read("srv/object"), "broken");
    assert.equal(bench.apply(made(["seq", "1", "2"])).code, 0);
    assert.equal(bench.read("srv/object"), "1\n2\n");
  });

  it("refuses a sysctl that the kernel lacks", () => {
    const { code, stderr } = bench.apply({ kind: "sysctl", path: bench.at("s"), content: "net.no.such=1\n" });
    assert.equal(code, 1);
    assert.match(stderr, /net\/no\/such: this kernel has no such sysctl/);
  });

  it("does nothing and fails if it is incomplete", () => {
    const script = composeScript([conf("good")]);
    const cuts = [
      0,
      1,
      2,
      script.indexOf("begin\n"),
      script.lastIndexOf("file "),
      script.lastIndexOf("finish"),
      script.lastIndexOf("}"),
    ];
    for (const length of cuts) {
      assert.notEqual(bench.run(script.slice(0, length)).code, 0, `${length} characters`);
      assert.equal(fs.existsSync(bench.at("etc")), false, `${length} characters`);
    }
  });

  it("waits for another run on the same machine", () => {
    const text = `{ d=${bench.at("")}; ( flock 8; sleep 0.5; echo other >>"$d/order" ) 8>"$d/run/lock" & sleep 0.2; }`;
    const held = bench.run(`${text}\n${composeScript([{ kind: "module", name: "m" }])}`);
    assert.equal(held.code, 0, held.stderr);
    assert.equal(bench.read("order"), "other\n");
  });

  it("does not put its content on the command line", () => {
    assert.doesNotMatch(RUN_SCRIPT, /keepalived/);
    assert.ok(RUN_SCRIPT.length < 200);
  });

  for (const shell of [
    ["sh", "-n"],
    ["bash", "-n"],
    ["shellcheck", "-s", "sh", "--severity=warning", "-"],
  ]) {
    it(`is accepted by ${shell.join(" ")}`, () => {
      const script = composeScript([conf(nasty, { backup: true }), daemon, { kind: "module", name: "ip_vs" }]);
      const [program = "", ...words] = shell;
      const { status, stdout, stderr } = spawnSync(program, words, { input: script, encoding: "utf8" });
      assert.equal(status, 0, `${stdout}${stderr}`);
    });
  }
});

describe("sysctl files", () => {
  const settingsOf = (content: string) =>
    composeScript([{ kind: "sysctl", path: "/s", content }])
      .split("\n")
      .filter((line) => line.startsWith("settings "));

  it("name a dot of a card's name by a slash between dots", () => {
    assert.deepEqual(settingsOf(cardSetting("eth0.10", "rp_filter", 2) + cardSetting("all", "arp_ignore", 1)), [
      "settings 'net/ipv4/conf/eth0.10/rp_filter' '2' 'net/ipv4/conf/all/arp_ignore' '1'",
    ]);
  });

  it("name settings with dots, or with slashes if names contain dots", () => {
    assert.deepEqual(settingsOf("; no\n#no\n\nnet.a.b=1\nnet/c/eth0.1/d = 2 3\n"), [
      "settings 'net/a/b' '1' 'net/c/eth0.1/d' '2 3'",
    ]);
  });

  it("with an invalid line are refused", () => {
    assert.throws(() => settingsOf("net.a.b 1\n"), /sysctl: got net\.a\.b 1, need key = value/);
  });
});
