import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { bash, Folder } from "./folder";

/** Texts of stand-ins for programs and other scripts of the checkout. By default all is well. */
type StandIns = Readonly<Record<string, string>>;
const allThere: StandIns = {
  "host/packages": "exit 0",
  "host/modules": "exit 0",
  "host/libvirtd": "case $1 in uri) echo own-uri ;; esac",
  "image/build": "[[ ${1:-} == --digest ]] && echo the-image; mirror() { echo http://deb.example/debian; }",
  "toolchain/build": "[[ $1 == --cached ]]",
  "bin/uname": "echo Linux x86_64",
  "bin/node": "echo v24.9.0",
  "bin/npm": "printf 'registry=https://npm.example/\\nhttps-proxy=null\\n'",
  "bin/df": "printf 'Mounted Avail\\n/ %s\\n' 90000",
  "bin/curl": `echo "\${@: -1}" >>"$0.asked"`,
};
const noImage: StandIns = {
  "image/build": "[[ ${1:-} == --digest ]] && echo another; mirror() { echo http://deb.example/debian; }",
};
const noToolchain: StandIns = { "toolchain/build": "exit 1" };
const noModules: StandIns = { "host/modules": "exit 1" };
const offline: StandIns = { "bin/curl": "exit 6" };

describe("host/doctor and host/conditions", () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    folder.link("bash", "cat", "cut", "dirname", "grep", "id", "mktemp", "readlink", "rm", "sed", "stat", "tail");
    fs.mkdirSync(folder.at("cache", "images", "the-image"), { recursive: true });
    fs.mkdirSync(folder.at("operations", "engine"), { recursive: true });
    fs.copyFileSync(inRoot("operations", "engine", "toolchain.ts"), folder.at("operations", "engine", "toolchain.ts"));
  });
  afterEach(() => folder.remove());

  /** Runs one of the two scripts with stand-ins, as some user. */
  const run = (name: string, words: readonly string[], changed: StandIns, uid = 0, settings: StandIns = {}) => {
    for (const [file, text] of Object.entries({ ...allThere, ...changed })) folder.script(file, text);
    for (const file of ["conditions", "doctor"]) {
      const text = fs
        .readFileSync(inRoot("host", file), "utf8")
        .replaceAll("EUID", "WHO")
        .replaceAll("/dev/kvm", folder.at("kvm"));
      // Keep this host's sbin folders out of it.
      fs.writeFileSync(folder.at("host", file), text.replace(/^PATH=.*$/m, ""), { mode: 0o755 });
    }
    return bash(folder.at("host", name), words, {
      PATH: `${folder.at("bin")}:${folder.path}`,
      WHO: String(uid),
      LVS_LAB_CACHE: folder.at("cache"),
      LVS_LAB_STATE: folder.at("state"),
      LIBVIRT_DEFAULT_URI: "own-uri",
      ...settings,
    });
  };
  const rowOf = async (requirement: string, changed: StandIns, uid = 0, settings: StandIns = {}) => {
    const { code, stdout, stderr } = await run("conditions", [], changed, uid, settings);
    assert.deepEqual([code, stderr], [0, ""]);
    return stdout.split("\n").find((row) => row.split("\t")[1] === requirement);
  };
  const asked = () =>
    fs.existsSync(folder.at("bin/curl.asked")) ? fs.readFileSync(folder.at("bin/curl.asked"), "utf8") : "";

  it("with everything in place: nothing is missing, and no registry is asked", async () => {
    const { code, stdout } = await run("conditions", [], {}, 1000, { LIBVIRT_DEFAULT_URI: "qemu+ssh://host/system" });
    assert.equal(code, 0);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((row) => row.split("\t").slice(0, 2)),
      [
        ["ok", "Linux on x86-64"],
        ["ok", "root"],
        ["ok", "Node.js 24 or 22"],
        ["ok", "disk /"],
        ["note", folder.at("kvm")],
      ],
    );
    assert.equal(asked(), "");
    assert.ok(!fs.existsSync(folder.at("state")));
  });

  const rows: readonly [why: string, requirement: string, changed: StandIns, uid: number, row: RegExp][] = [
    ["root, who builds the image", "root", noImage, 0, /^ok\t/],
    [
      "an ordinary user with an image to build",
      "root",
      noImage,
      1000,
      /^missing\troot\tuid 1000\tbuilds the guest image, .*; runs the embedded libvirt .*\trun it with sudo/,
    ],
    [
      "an ordinary user with packages to install",
      "root",
      { "host/packages": "exit 1" },
      1000,
      /\tinstalls packages; runs the embedded/,
    ],
    [
      "another architecture",
      "Linux on x86-64",
      { "bin/uname": "echo Linux aarch64" },
      0,
      /^missing\t.*\tLinux aarch64\t/,
    ],
    ["Node.js 20", "Node.js 24 or 22", { "bin/node": "echo v20.20.2" }, 0, /^note\t.*\tv20\.20\.2\t.*\tinstall 24 /],
    ["Node.js 22", "Node.js 24 or 22", { "bin/node": "echo v22.23.3" }, 0, /^ok\t/],
    ["Node.js 26", "Node.js 24 or 22", { "bin/node": "echo v26.1.0" }, 0, /^note\t/],
    [
      "a disk that is too small for the builds",
      "disk /",
      { ...noImage, "bin/df": "printf 'x\\n/ 900\\n'" },
      0,
      /^missing\tdisk \/\t900 MiB free\t\d+ MiB for state .*, the image .*\tmake room/,
    ],
    ["the same disk when it is built", "disk /", { "bin/df": "printf 'x\\n/ 900\\n'" }, 0, /^ok\t/],
    [
      "the libvirt of another state folder",
      "network namespace",
      {
        "host/libvirtd":
          "case $1 in uri) echo own-uri ;; check) echo 'libvirtd: has the libvirt of /a (fix: do b)' >&2; exit 1 ;; esac",
      },
      0,
      /^missing\tnetwork namespace\tlvs-lab\thas the libvirt of \/a\tdo b$/,
    ],
    [
      "npm's registry, out of reach",
      "npm's registry",
      { ...noModules, ...offline },
      0,
      /^missing\tnpm's registry\tnpm\.example\/ does not answer\t/,
    ],
    [
      "npm's registry, with a certificate that curl does not know",
      "npm's registry",
      { ...noModules, "bin/curl": "exit 60" },
      0,
      /^ok\t/,
    ],
    [
      "Debian's mirror, out of reach",
      "Debian's mirror",
      { ...noImage, ...offline },
      0,
      /^missing\t.*\tdeb\.example\/debian does not answer\t.*LVS_LAB_DEBIAN_MIRROR/,
    ],
    [
      "no toolchain, no download, no Go",
      "Pulumi 3.250.0",
      { ...noToolchain, ...offline },
      0,
      /^missing\t.*there is no Go\t.*\tinstall Go 1\.26/,
    ],
    ["no toolchain, a download", "Pulumi 3.250.0", noToolchain, 0, /^ok\t.*\tget\.pulumi\.com\t/],
    [
      "no toolchain, no download, a Go whose proxy is out of reach",
      "Go's module proxy",
      {
        ...noToolchain,
        ...offline,
        "bin/go": "[[ $2 == GOPROXY ]] && echo https://proxy.example,direct || echo /nowhere",
      },
      0,
      /^missing\t.*\tproxy\.example does not answer\t/,
    ],
    [
      "an installed pulumi: no Go is needed",
      "Pulumi 3.250.0",
      { ...noToolchain, ...offline, "bin/pulumi": "exit 1" },
      0,
      /^$/,
    ],
  ];
  for (const [why, requirement, changed, uid, expected] of rows)
    it(`${why}: ${requirement}`, async () => {
      assert.match((await rowOf(requirement, changed, uid)) ?? "", expected);
    });

  it("asks a registry by npm's own proxy", async () => {
    const npm = "printf 'registry=https://npm.example/\\nhttps-proxy=http://proxy.example:3128\\n'";
    await run("conditions", [], { ...noModules, "bin/npm": npm, "bin/curl": 'echo "$@" >"$0.asked"' });
    assert.match(asked(), /--proxy=http:\/\/proxy\.example:3128 https:\/\/npm\.example\/$/m);
  });

  const packages = `case $2 in
    --quiet) exit 1 ;;
    --stuck) printf 'missing\\tup\\tNode.js >= 20.19\\t18.1.0\\tnodejs\\truns it\\tinstall 24\\n'; exit 1 ;;
    --tsv) printf 'ok\\tup\\tcurl\\t/bin/curl\\tcurl\\tpages\\t-\\nmissing\\toptional\\tgit\\t-\\tgit\\t"plan"\\tapt-get install git\\n'; exit 1 ;;
  esac`;

  it("before an up: silent if it would work", async () => {
    assert.deepEqual(await run("doctor", ["--before-up"], {}), { code: 0, stdout: "", stderr: "" });
  });

  it("before an up: reports everything that is missing at once, each with its fix, also what the lab needs", async () => {
    fs.writeFileSync(
      folder.at("rows"),
      "missing\tmemory\t9 MiB free\tits guests have 10\tbuy some\nok\tthis\tfine\tit is\t-\n",
    );
    const words = ["--before-up", "--with", folder.at("rows")];
    const { code, stdout, stderr } = await run(
      "doctor",
      words,
      { ...noImage, ...offline, "host/packages": packages },
      1000,
    );
    assert.deepEqual([code, stdout], [2, ""]);
    const lines = stderr.trimEnd().split("\n");
    assert.equal(lines[0], "lab: this host is not ready; nothing was started:");
    assert.deepEqual(
      lines.slice(1).map((line) => line.split(":")[0]?.trim()),
      ["Node.js >= 20.19", "root", "Debian's mirror", "memory"],
    );
    for (const line of lines.slice(1)) assert.match(line, /^ {2}.*: .* \(.*; fix: .+\)$/);
  });

  it("before an up, without npm modules: names a lab that has no file, and no other", async () => {
    const words = (lab: string) => run("doctor", ["--before-up", lab], noModules);
    const { code, stderr } = await words("no-such-lab");
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^ {2}topology: no file for no-such-lab \(the lab is made from it; fix: name a lab of labs\/, or .*\)$/m,
    );
    fs.mkdirSync(folder.at("labs"), { recursive: true });
    fs.writeFileSync(folder.at("labs", "nat.yaml"), "");
    for (const there of ["nat", folder.at("labs", "nat.yaml")]) assert.equal((await words(there)).code, 0);
  });

  it("by itself: fails on what is missing, but not on what nothing needs", async () => {
    const fine = await run("doctor", [], { "host/packages": packages, ...noModules });
    assert.equal(fine.code, 0, fine.stderr);
    assert.match(
      fine.stdout,
      /^ok +curl +\/bin\/curl\n^no +git +not found; optional: "plan"; fix: apt-get install git\n^ok +Linux on x86-64 /m,
    );
    const { code, stdout } = await run("doctor", [], { "host/packages": packages, ...noModules, ...offline });
    assert.equal(code, 1);
    assert.match(stdout, /^missing +npm's registry .*; fix: repair the network/m);
  });

  it("as JSON", async () => {
    const { code, stdout } = await run("doctor", ["--json"], { "host/packages": packages, ...noModules });
    assert.equal(code, 0);
    const { ok, rows } = JSON.parse(stdout) as { ok: boolean; rows: Record<string, unknown>[] };
    assert.equal(ok, true);
    const git = {
      state: "no",
      requirement: "git",
      found: "not found",
      why: 'optional: "plan"',
      fix: "apt-get install git",
    };
    assert.deepEqual(rows.slice(0, 2), [
      { state: "ok", requirement: "curl", found: "/bin/curl", why: "pages", fix: null },
      git,
    ]);
  });

  for (const words of [["--what"], ["--with"], ["one", "two"]])
    it(`refuses "${words.join(" ")}" with its usage`, async () => {
      const { code, stderr } = await run("doctor", words, {});
      assert.equal(code, 2);
      assert.match(stderr, /^usage: host\/doctor \[--json\] \[LAB\]\n/);
    });
});
