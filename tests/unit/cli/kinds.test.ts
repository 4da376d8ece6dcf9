import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { inRoot } from "../../../operations/paths";
import { commands } from "../../../cli/reference";

/** Requests to each verb that only looks, and the exit codes. No lab is up, also for verbs about a running lab. */
const looks: Readonly<Record<string, readonly [words: string, codes: readonly number[]][]>> = {
  audit: [
    ["audit tests/fixtures/pair", [1]],
    ["audit --sarif --fail-on never tests/fixtures/pair", [0]],
  ],
  capture: [["capture web1", [2]]],
  check: [
    ["check labs/nat.yaml", [0]],
    ["check --json tests/fixtures/invalid-several.yaml", [1]],
  ],
  collect: [["collect root@docs -o .", [2]]],
  completion: [
    ["completion bash", [0]],
    ["completion words -- gra", [0]],
  ],
  console: [["console web1", [2]]],
  doctor: [["doctor", [0, 1]]],
  drift: [["drift --json", [2]]],
  env: [["env nat", [2]]],
  exec: [["exec web1 true", [2]]],
  graph: [["graph nat --svg", [0]]],
  help: [["help", [0]]],
  import: [
    ["import tests/fixtures/pair", [0, 1]],
    ["import --json tests/fixtures/pair", [0, 1]],
  ],
  inspect: [["inspect --json", [2]]],
  list: [["list --json", [0]]],
  predict: [
    ["predict tests/fixtures/pair", [0]],
    ["predict --json --two --fail-on note nat", [1]],
  ],
  report: [["report nat", [2]]],
  shell: [
    ["shell true", [2]],
    ["shell client true", [2]],
  ],
  snapshots: [["snapshots --json", [2]]],
  ssh: [["ssh web1 true", [2]]],
  walk: [["walk nat", [0]]],
};

/** Requests to verbs of the other kinds without a lab to change, and wrong words. */
const others: readonly [words: string, codes: readonly number[]][] = [
  ["verify nat", [2]],
  ["verify nat --list --json", [0]],
  ["snapshot before", [2]],
  ["drain web1", [2]],
  ["undrain nat web1", [2]],
  ["failover", [2]],
  ["failover nat --back", [2]],
  ["restore before", [2]],
  ["reset nat", [2]],
  ["repair nat", [2]],
  ["resume", [2]],
  ["resume nat", [2]],
  ["resume tests/fixtures/invalid-address-twice.yaml", [2]],
  ["destroy nat", [0]],
  ["sweep", [0]],
  ["sweep nat --yes", [0]],
  ["up no-such-lab --nonsense", [2]],
];

/** Requests that are wrong in themselves, to verbs that would install or build something first. */
const mistaken: readonly [words: string, message: RegExp][] = [
  ...["up", "init", "recreate", "preview", "plan"].flatMap((verb): [string, RegExp][] => [
    [`${verb} tests/fixtures/invalid-address-twice.yaml`, /^lab: .*invalid-address-twice\.yaml/],
    [`${verb} no-such-lab`, /^lab: got the lab no-such-lab, need the path of a topology file or one of: /],
  ]),
  ["up nat --webs 3", /^lab: .*\n {2}lvs-lab:webs: got 3, need a topology with one group/],
  [
    "plan nat --against no-such-revision",
    /^lab: --against: got no-such-revision, need a revision of this git checkout/,
  ],
  ["review --against no-such-revision", /^lab: --against: got no-such-revision, need a revision of this git checkout/],
];

/** Requests that the front alone answers, so without modules too. */
const byFront = ["", "--version", "help up", "up --help", "grpah", "up --nonsense", "completion zsh"];

/** Seconds that an answer may take on a busy machine: ten times the goal. doctor asks the network. */
const patience = { front: 3, verb: 10, doctor: 50 };

/** Programs that start, install or change something, unless they are asked for their version. */
const forbidden = ["npm", "apt-get", "virsh", "pulumi", "go", "curl", "libvirtd", "systemctl", "ip"];

const nobody = 65534;

describe("verbs that look", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
  const checkout = path.join(folder, "a checkout");
  const home = path.join(folder, "home");
  const namespace = `lvs-test-${process.pid}`;
  const uri = `qemu+unix:///system?socket=/run/${namespace}/libvirt/libvirt-sock`;
  const slowest = {
    front: { words: "", seconds: 0 },
    verb: { words: "", seconds: 0 },
    doctor: { words: "", seconds: 0 },
  };

  before(function () {
    this.timeout(120_000);
    const options = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", options, { cwd: inRoot(), encoding: "utf8" }).split("\0");
    for (const file of files.filter((one) => fs.statSync(inRoot(one), { throwIfNoEntry: false })?.isFile())) {
      fs.mkdirSync(path.dirname(path.join(checkout, file)), { recursive: true });
      fs.copyFileSync(inRoot(file), path.join(checkout, file));
    }
    fs.mkdirSync(path.join(folder, "bin"));
    const standIn = `#!/bin/sh\ncase "$1" in *version) exec env PATH="\${PATH#*:}" "\${0##*/}" "$@" ;; esac\necho "$0 $*" >>"$HOME/started"\nexit 1\n`;
    for (const name of forbidden) fs.writeFileSync(path.join(folder, "bin", name), standIn, { mode: 0o755 });
    execFileSync("chmod", ["-R", "a+rX", folder]);
  });

  after(() => {
    fs.rmSync(folder, { recursive: true });
    const said = Object.entries(slowest).map(
      ([who, { words, seconds }]) => `${who} ${seconds.toFixed(2)} s (${words})`,
    );
    console.log(`        slowest: ${said.join(", ")}`);
  });

  beforeEach(() => {
    fs.rmSync(home, { recursive: true, force: true });
    fs.mkdirSync(home);
    if (process.getuid?.() === 0) fs.chownSync(home, nobody, nobody);
  });

  /** Runs a verb as a user without rights, if possible: root can do that, on files that others may read. */
  function run(words: string): { code: number | null; stdout: string; stderr: string; seconds: number } {
    const drop = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--"];
    const loader = path.join(checkout, "node_modules", "tsx", "package.json");
    const readable = spawnSync("setpriv", [...drop.slice(1), "cat", loader]).status === 0 || !fs.existsSync(loader);
    const [program = "", ...args] = [
      ...(process.getuid?.() === 0 && readable ? drop : []),
      path.join(checkout, "scripts", "lab"),
      ...words.split(" ").filter(Boolean),
    ];
    const begin = performance.now();
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: checkout,
      encoding: "utf8",
      timeout: 60_000,
      env: {
        // doctor runs the programs themselves, because its work is to ask what is there and what can be reached.
        PATH: words.startsWith("doctor") ? process.env.PATH : `${path.join(folder, "bin")}:${process.env.PATH}`,
        HOME: home,
        XDG_CACHE_HOME: path.join(home, "cache"),
        XDG_STATE_HOME: path.join(home, "state"),
        LVS_LAB_STATE: path.join(home, "state", "lab"),
        LVS_LAB_CACHE: path.join(home, "cache", "lab"),
        LVS_LAB_NAMESPACE: namespace,
        LIBVIRT_DEFAULT_URI: uri,
        // tsx keeps its compiled files there for the next run.
        TMPDIR: "/tmp",
      },
    });
    const seconds = (performance.now() - begin) / 1000;
    return { code: status, stdout, stderr, seconds };
  }

  /** What a run has left: files, processes, an embedded libvirt. */
  function left(): string[] {
    const processes = fs.readdirSync("/proc").filter((pid) => {
      try {
        return /^\d+$/.test(pid) && fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(`HOME=${home}\0`);
      } catch {
        return false; // gone meanwhile, or another user's
      }
    });
    const places = [`/run/${namespace}`, `/run/netns/${namespace}`].filter((place) => fs.existsSync(place));
    return [...fs.readdirSync(home, { recursive: true }).map(String), ...processes, ...places];
  }

  /** Runs a verb, and checks that the answer is right and in time, and that nothing new is left. */
  function answers(
    words: string,
    codes: readonly number[],
    who: keyof typeof patience,
    message?: RegExp,
    there: readonly string[] = [],
  ): void {
    const { code, stdout, stderr, seconds } = run(words);
    if (seconds > slowest[who].seconds) slowest[who] = { words, seconds };
    assert.ok(code !== null && codes.includes(code), `${code}: ${stdout}${stderr}`);
    if (message !== undefined) assert.match(stderr, message);
    assert.ok(code !== 2 || stderr.trimEnd().split("\n").length <= 3, stderr);
    assert.ok(code === 2 || stdout !== "" || words.startsWith("destroy"), "no answer");
    assert.doesNotMatch(stderr, /\n {4}at /);
    assert.deepEqual(left(), there);
    assert.ok(seconds < patience[who], `${seconds} s`);
  }

  it("are all tested here", () => {
    const looking = commands().filter(({ spec }) => spec.kind === "pure" || spec.kind === "reads");
    assert.deepEqual(looking.map(({ spec }) => spec.name).sort(), Object.keys(looks).sort());
  });

  it("would be caught: a program that a verb starts leaves a file here", () => {
    spawnSync(path.join(folder, "bin", "npm"), ["ci"], { env: { HOME: home, PATH: process.env.PATH } });
    assert.deepEqual(left(), ["started"]);
  });

  describe("in a checkout without npm modules", function () {
    this.timeout(60_000);
    const missing =
      /^lab: the npm modules are missing \(fix: run npm ci, or \.\/scripts\/lab up, which does it too\)\n$/;
    for (const words of byFront) it(`answer all the same: lab ${words}`, () => answers(words, [0, 1, 2], "front"));
    for (const [verb, all] of Object.entries(looks))
      for (const [words, codes] of all) {
        const alone = ["completion", "doctor", "help"].includes(verb);
        it(`${alone ? "answer all the same" : "name the fix"}: lab ${words}`, () =>
          alone
            ? answers(words, codes, verb === "doctor" ? "doctor" : "front")
            : answers(words, [2], "front", missing));
      }
    it("name the fix: lab resume", () => answers("resume", [2], "front", missing));
  });

  describe("with them, and without a lab", function () {
    this.timeout(120_000);
    before(() => {
      const [from, to] = [inRoot("node_modules"), path.join(checkout, "node_modules")];
      // Use links if possible: the folder has some hundred megabytes.
      if (spawnSync("cp", ["-al", from, to]).status !== 0) execFileSync("cp", ["-a", from, to]);
    });
    const noLab =
      /^lab: (stack \S+ (holds no (lab|results)|is not set up)[^\n]*\.\/scripts\/lab (up|init) |got the lab no-such-lab|(up|collect): got)/;
    for (const [words, codes] of [...Object.values(looks).flat(), ...others])
      it(`make and start nothing: lab ${words}`, () =>
        answers(words, codes, words === "doctor" ? "doctor" : "verb", codes.includes(2) ? noLab : undefined));
  });

  describe("with them, and a mistake in the request", function () {
    this.timeout(120_000);
    for (const [words, message] of mistaken)
      it(`refuse it before anything is installed: lab ${words}`, () => answers(words, [2], "verb", message));
  });

  describe("with them, and with the configuration of a lab that does not exist", function () {
    this.timeout(120_000);
    const file = path.join("state", "lab", "stacks", "dev", "Pulumi.dev.yaml");
    const parents = file.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    beforeEach(() => {
      fs.mkdirSync(path.join(home, path.dirname(file)), { recursive: true });
      fs.writeFileSync(path.join(home, file), `config:\n  libvirt:uri: ${uri}\n`);
      if (process.getuid?.() === 0) execFileSync("chown", ["-R", `${nobody}`, home]);
    });
    const noToolchain =
      /^lab: the Pulumi toolchain is missing \(fix: run \.\/scripts\/lab init, which installs it\)\n$/;
    for (const words of ["drift", "env", "inspect", "shell", "snapshots", "ssh web1", "snapshot a", "reset", "repair"])
      it(`make and start nothing: lab ${words}`, () => answers(words, [2], "verb", noToolchain, parents));
  });
});
