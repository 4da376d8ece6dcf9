/**
 * Finds suites of the real labs that were green before with the same inputs: a developer's run of scripts/test need not repeat them. As a
 * program it prints those of its arguments that must run. LVS_LAB_TEST_GREEN is the folder of the records.
 */
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cacheDir, root } from "../../operations/paths";

/** Files of a checkout that are not inputs of a lab. Files of the tests are inputs only if a suite imports them. All other files are inputs. */
const NO_INPUT =
  /^(docs|tests|\.github|\.ci)\/|^[^/]*\.md$|^(LICENSE|biome\.json|\.editorconfig|\.gitignore|\.oxlintrc\.json)$/;

/** Files that a module of the tests reads without importing them. */
const READS: Readonly<Record<string, RegExp>> = {
  "tests/lab/lab.ts": /^tests\/lab\/([^/]+\.(yaml|json)|sites\/.+)$/,
  "tests/lab/proofs/servers.ts": /^tests\/fixtures\/valid-servers\.yaml$/,
  "tests/fixtures.ts": /^tests\/fixtures\/[^/]+\.yaml$/,
  "tests/unit/docs/markdown.ts": /^(README|docs\/quick-start|docs\/tutorial)\.md$/,
};

/** Variables that change where or how a run goes, but not what it proves. */
const NO_MATTER = ["LVS_LAB_NAMESPACE", "LVS_LAB_STATE", "LVS_LAB_SOAK"];

/** The file of an import; undefined: it is a package. */
function imported(from: string, name: string): string | undefined {
  const at = path.resolve(path.dirname(from), name);
  return [at, `${at}.ts`, path.join(at, "index.ts")].find((file) =>
    fs.statSync(file, { throwIfNoEntry: false })?.isFile(),
  );
}

/** A module of the tests with all modules that it imports, by absolute path. Other files are inputs anyway. */
function closure(file: string, tests: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, name = ""] of fs.readFileSync(file, "utf8").matchAll(/\b(?:from|import|require\()\s*"(\.[^"]*)"/g)) {
    const next = imported(file, name);
    if (next?.startsWith(`${tests}${path.sep}`)) closure(next, tests, seen);
  }
  return seen;
}

/** A program's version; empty: the program is missing. */
function version(program: string): string {
  try {
    return execFileSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return "";
  }
}

/** What labs are made with on this machine, besides the checkout: cached images and toolchains, programs, the kernel, settings. */
export function surroundings(env: NodeJS.ProcessEnv = process.env, cache = cacheDir): string {
  const kept = ["images", "cloud-images", "toolchain"].flatMap((kind) => {
    const folder = path.join(cache, kind);
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => !name.endsWith("lock")) : [];
    // An image that was rebuilt under the same name has other packages.
    const since = (name: string): string =>
      kind === "images" ? `${fs.statSync(path.join(folder, name)).mtimeMs}` : "";
    return names.map((name) => [kind, name, since(name)].join(" "));
  });
  const settings = Object.keys(env)
    .filter((name) => /^(LVS_LAB|PULUMI)_/.test(name) && !name.startsWith("LVS_LAB_TEST_") && !NO_MATTER.includes(name))
    .map((name) => `${name}=${env[name]}`);
  const programs = ["qemu-system-x86_64", "libvirtd", "pulumi", "python3"].map(version);
  return [os.release(), os.arch(), process.version, ...programs, ...kept.sort(), ...settings.sort()].join("\n");
}

/** The files of a checkout, committed or not, without those that git ignores; undefined: it is not a git checkout. */
function filesOf(checkout: string): string[] | undefined {
  const words = ["-C", checkout, "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  try {
    const listed = execFileSync("git", words, {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return listed.split("\0").filter(Boolean);
  } catch {
    return undefined;
  }
}

/** One digest over everything that a suite's result depends on: the content of every file, committed or not. */
export function digestOf(suite: string, { checkout = root, beside = surroundings() } = {}): string {
  const files = filesOf(checkout);
  // Without git nobody knows the files, so every digest is different.
  if (files === undefined) return crypto.randomUUID();
  const modules = [...closure(suite, path.join(checkout, "tests"))].map((file) => path.relative(checkout, file));
  const read = modules.flatMap((module) => READS[module] ?? []);
  const inputs = files.filter((file) => !NO_INPUT.test(file) || read.some((pattern) => pattern.test(file)));
  const hash = crypto.createHash("sha256").update(beside);
  for (const file of [...new Set([...inputs, ...modules])].sort()) {
    const at = path.join(checkout, file);
    // git also lists a file that is removed but not committed.
    const stat = fs.lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const content = stat.isSymbolicLink() ? fs.readlinkSync(at) : stat.isFile() ? fs.readFileSync(at) : "";
    const sum = crypto.createHash("sha256").update(content).digest("hex");
    hash.update(`\0${file}\0${(stat.mode & 0o100) !== 0}\0${sum}`);
  }
  return hash.digest("hex");
}

/** The record of a suite's last green run: one line with the digest of its inputs. */
const recordOf = (folder: string, suite: string): string => path.join(folder, path.basename(suite, ".test.ts"));

/** Records that a suite was green, if its inputs have not changed since its begin. */
export function keep(folder: string, suite: string, begun: string): void {
  if (digestOf(suite) !== begun) return;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(recordOf(folder, suite), `${begun}\n`);
}

/** Whether a suite must run: always in CI, otherwise if something has changed since it was green. */
export function hasToRun(
  folder: string,
  suite: string,
  env: NodeJS.ProcessEnv = process.env,
  digest = (): string => digestOf(suite),
): boolean {
  if (!["", "false", undefined].includes(env.CI)) return true;
  const record = recordOf(folder, suite);
  return !fs.existsSync(record) || fs.readFileSync(record, "utf8") !== `${digest()}\n`;
}

if (require.main === module) {
  const { LVS_LAB_TEST_GREEN: folder = "" } = process.env;
  // The same for every suite, and some programs are asked for it.
  let beside: string | undefined;
  for (const name of process.argv.slice(2)) {
    const suite = path.join(__dirname, `${name}.test.ts`);
    const digest = (): string => digestOf(suite, { beside: (beside ??= surroundings()) });
    if (hasToRun(folder, suite, process.env, digest)) console.log(name);
    else console.error(`${name}: skipped, for it was green with the same inputs (./scripts/test --all runs it)`);
  }
}
