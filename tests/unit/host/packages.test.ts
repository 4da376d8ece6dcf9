import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { tryRun } from "../../../operations/run";
import { bash, Folder } from "./folder";
import { pause } from "../../../operations/wait";

const packages = inRoot("host", "packages");

describe("host/packages", () => {
  let bare: Folder;
  beforeEach(() => {
    // Only what the script itself needs, so no apt. It adds the sbin folders itself.
    bare = new Folder();
    bare.link("cat", "cut", "sed");
  });
  afterEach(() => bare.remove());
  const run = (...words: string[]) => bash(packages, words, { PATH: bare.path });
  /** The rows of the table, or the row of a requirement. */
  const rows = async () => {
    const { stdout } = await run("check", "--tsv");
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
  };
  const state = async (name: string) => (await rows()).find(([, , requirement]) => requirement === name)?.[0];

  it("prints its table as tab-separated rows", async () => {
    const table = await rows();
    assert.ok(table.length > 25, `${table.length} rows`);
    for (const row of table) {
      const [state, group, requirement, , debian, why, fix] = row;
      assert.equal(row.length, 7, row.join(" | "));
      assert.match(
        fix ?? "",
        state === "ok" ? /^-$/ : /^(install .* with your package manager|install it from that site)$/,
        row.join(" | "),
      );
      assert.match(state ?? "", /^(ok|missing)$/, row.join(" | "));
      assert.match(group ?? "", /^(up|tests|optional)$/, row.join(" | "));
      assert.ok(requirement && why, row.join(" | "));
      assert.match(debian ?? "", group === "optional" ? /./ : /^[a-z][a-z0-9.+ -]+$/, row.join(" | "));
    }
    const names = table.map(([, , requirement]) => requirement);
    assert.deepEqual(names, [...new Set(names)]);
  });

  it("names what is missing with the fix on the same line, and fails", async () => {
    const { code, stdout } = await run("check");
    assert.equal(code, 1);
    assert.match(stdout, /^missing +curl +not found; .*; fix: install curl /m);
    assert.match(stdout, /^missing +libvirtd >= 9 |^ok +libvirtd >= 9 /m);
  });

  it("names as stuck only what no install could provide", async () => {
    const { code, stdout } = await run("check", "--stuck");
    assert.equal(code, 1);
    assert.match(stdout, /^missing\tup\tcurl\t-\tcurl\t.*\tinstall curl /m);
    assert.doesNotMatch(stdout, /^ok|\t(tests|optional)\t/m);
  });

  describe("with an apt", () => {
    /** An apt that knows some packages with their versions; none: its lists were never fetched. */
    const apt = (known: Readonly<Record<string, string>>) => {
      bare.link("grep");
      const lists = Object.keys(known).length === 0 ? ":" : "echo http://deb.example/debian trixie";
      bare.script("apt-get", `[[ $1 == indextargets ]] && { ${lists}; exit; }; echo "got $*" >&2; exit 1`);
      const versions = Object.entries(known).map(([name, version]) => `${name}) version=${version} ;;`);
      const answer = `printf '%s:\\n  Installed: (none)\\n  Candidate: %s\\n  Version table:\\n' "$name" "$version"`;
      bare.script(
        "apt-cache",
        `for name in "\${@:2}"; do version='(none)'; case $name in ${versions.join(" ")} esac; ${answer}; done`,
      );
    };
    const fixOf = async (requirement: string) => (await rows()).find(([, , name]) => name === requirement)?.[6];

    it("without lists: says that they are missing, and how to fetch them", async () => {
      apt({});
      assert.equal(
        await fixOf("mmdebstrap"),
        "as root: host/packages install (it runs apt-get update, as apt has no lists yet)",
      );
      assert.equal(await fixOf("git"), "as root: apt-get update && apt-get install git");
      assert.deepEqual(await run("check", "--stuck"), { code: 0, stdout: "", stderr: "" });
    });

    it("with a new enough version: says what installs it", async () => {
      apt({ curl: "8.14.1-2", nodejs: "20.19.2+dfsg-1", git: "1:2.47.3-0" });
      assert.equal(await fixOf("curl"), "as root: host/packages install");
      assert.equal(await fixOf("Node.js >= 20.19"), "as root: host/packages install");
      assert.equal(await fixOf("git"), "as root: apt-get install git");
    });

    it("with a version that is too old, or none: says so", async () => {
      apt({ nodejs: "18.20.4+dfsg-1~deb12u1", curl: "8.14.1-2" });
      assert.match(
        (await fixOf("Node.js >= 20.19")) ?? "",
        /^apt has only 18\.20\.4.*: install 24 or 22 from https:\/\/nodejs\.org/,
      );
      assert.match((await fixOf("mmdebstrap")) ?? "", /^apt has only mmdebstrap none: install a newer one/);
      const { code, stdout } = await run("check", "--stuck");
      assert.equal(code, 1);
      assert.match(stdout, /\tNode\.js >= 20\.19\t/);
      assert.doesNotMatch(stdout, /\tcurl\t/);
    });
  });

  it("does not install without apt: it names what is missing on stderr", async () => {
    const { code, stdout, stderr } = await run("install");
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /there is no apt; missing:\n/);
    assert.match(stderr, /^missing +ssh-keygen .*fix: install openssh-client /m);
    assert.doesNotMatch(stderr, /^(ok|no) |^missing +(shellcheck|Go) /m);
  });

  const versions: readonly [text: string, state: string][] = [
    ["QEMU emulator version 8.2.2 (Debian 1:8.2.2+ds-0ubuntu1)", "ok"],
    ["QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)", "ok"],
    ["QEMU emulator version 8.1.9", "missing"],
    ["QEMU emulator version 7.2.17 (Debian 1:7.2+dfsg-7)", "missing"],
    ["no version at all", "missing"],
  ];
  for (const [text, expected] of versions) {
    it(`reads "${text}" as ${expected}`, async () => {
      bare.script("qemu-system-x86_64", `echo '${text}'`);
      assert.equal(await state("QEMU >= 8.2"), expected);
    });
  }

  it("does not take the other arping for that of iputils", async () => {
    bare.script("arping", "echo 'ARPing 2.23, by Thomas Habets'");
    assert.equal(await state("arping of iputils"), "missing");
    bare.script("arping", "echo 'arping from iputils 20221126'");
    assert.equal(await state("arping of iputils"), "ok");
  });

  // A copy of the script that needs no root. Its table has one row, which is met, and its files are the test's.
  const copy = (patience = 5) => {
    const [policy, lock] = [bare.at("policy-rc.d"), bare.at("packages")];
    const text = fs
      .readFileSync(packages, "utf8")
      .replace(/(<<'TABLE'\n)[^]*?(\nTABLE\n)/, "$1up|cat|on_path cat|coreutils|reads$2")
      .replace("/usr/sbin/policy-rc.d", policy)
      .replace(/LOCK=\S+ PATIENCE=\d+/, `LOCK=${lock} PATIENCE=${patience}`)
      .replaceAll("EUID != 0", "0");
    fs.writeFileSync(lock, text);
    bare.script("apt-get", "echo apt-get is not to be asked >&2; exit 1");
    bare.link("mv", "rm", "grep", "flock");
    return { policy, install: () => bash(lock, ["install"], { PATH: bare.path }) };
  };

  it("puts back the host's own policy for services that a killed run had moved, also if nothing is missing", async () => {
    const { policy, install } = copy();
    fs.writeFileSync(policy, "#!/bin/sh\n# lvs-lab: no service is started by this install\nexit 101\n");
    fs.writeFileSync(`${policy}.lvs-lab`, "the host's own");
    assert.deepEqual(await install(), { code: 0, stdout: "", stderr: "" });
    assert.equal(fs.readFileSync(policy, "utf8"), "the host's own");
    assert.ok(!fs.existsSync(`${policy}.lvs-lab`));
    assert.deepEqual(await install(), { code: 0, stdout: "", stderr: "" });
    assert.equal(fs.readFileSync(policy, "utf8"), "the host's own");
  });

  it("waits for another install, says so, and names the lock after it has waited in vain", async () => {
    const { policy, install } = copy(1);
    fs.writeFileSync(`${policy}.lvs-lab`, "");
    const other = tryRun(["flock", bare.at("packages"), "sleep", "2"]);
    await pause(0.2);
    const { code, stderr } = await install();
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^packages: waiting for another install \(.*\)\npackages: waited 1 s .* lock of .*\/packages /,
    );
    await other;
  });

  for (const words of [[], ["check", "--what"], ["check", "install"], ["install", "--tsv"]]) {
    it(`refuses "${words.join(" ")}" with its usage`, async () => {
      const { code, stderr } = await run(...words);
      assert.equal(code, 2);
      assert.match(stderr, /^usage: host\/packages check/);
    });
  }
});
