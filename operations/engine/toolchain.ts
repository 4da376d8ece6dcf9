import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../model/limits";
import { cacheDir, inRoot } from "../paths";
import { locked } from "./locked";
import { note } from "../terminal/progress";
import { describePulumi, installPlugin } from "./pulumi";
import { run, tryRun } from "../run";
import { UserError } from "../../model/userError";

/** What `pulumi up` needs besides the program: the CLI, with its language host in the same folder, and the plugins. */
export type Toolchain = {
  /** Path of the pulumi binary. */
  readonly pulumi: string;
  /** Folder with the plugins in `plugins/`; undefined: they are in the user's own PULUMI_HOME. */
  readonly home?: string;
  /** Whether the libvirt plugin dials only when an operation needs the daemon, as the plugin built here does, or already when it is configured. */
  readonly dialsLate: boolean;
};

const required = { cli: "3.250.0", plugins: { command: "1.2.1", libvirt: "0.5.4" } };

/**
 * Seconds that the official download may take before the build takes over: for a connection that fails or is silent, because the host may have
 * no internet access, and for each step.
 */
const patience = { connection: LIMITS.downloadSilent.seconds, step: LIMITS.download.seconds };

/** Finds the toolchain, or downloads the official one, or builds it with toolchain/. */
export async function toolchain(): Promise<Toolchain> {
  const found = await foundToolchain();
  if (found !== undefined) return found;
  note("the Pulumi toolchain is missing: downloading it, or building it in a few minutes");
  return (await downloaded()) ?? (await build());
}

/** The present toolchain: what is installed, else what was built here, else what was downloaded. Makes nothing. */
const foundToolchain = async (): Promise<Toolchain | undefined> =>
  (await installed()) ?? (await built()) ?? (await downloadedBefore());

/** The same, but throws if there is none. */
export async function presentToolchain(): Promise<Toolchain> {
  const found = await foundToolchain();
  if (found !== undefined) return found;
  throw new UserError("the Pulumi toolchain is missing (fix: run ./scripts/lab init, which installs it)");
}

/** A pulumi on PATH that is new enough, with both plugins in the user's plugin cache. */
async function installed(): Promise<Toolchain | undefined> {
  const pulumi = (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, "pulumi"))
    .find((file) => fs.existsSync(file) && !fs.realpathSync(file).startsWith(inRoot("host")));
  if (pulumi === undefined || !(await usable(pulumi))) return undefined;
  return { pulumi, dialsLate: false };
}

/** Whether a pulumi binary is new enough and knows both plugins. */
async function usable(pulumi: string, env: Readonly<Record<string, string>> = {}): Promise<boolean> {
  const found = await describePulumi(pulumi, env);
  if (found === undefined || older(found.version, required.cli)) return false;
  return Object.entries(required.plugins).every(([name, wanted]) =>
    found.plugins.some((plugin) => plugin.name === name && plugin.version === wanted),
  );
}

/** Whether version a is older than b. Both are like "1.2.3"; anything after a hyphen is ignored. */
export function older(a: string, b: string): boolean {
  const numbers = (version: string) => (version.split("-")[0] ?? "").split(".").map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  const differs = right.findIndex((number, index) => (left[index] ?? 0) !== number);
  return differs >= 0 && (left[differs] ?? 0) < (right[differs] ?? 0);
}

/** Where the official release is kept, and what it holds. */
const officialHome = path.join(cacheDir, "toolchain", `official-${required.cli}`);
const official = (folder: string): Toolchain => ({
  pulumi: path.join(folder, "pulumi", "pulumi"),
  home: folder,
  dialsLate: false,
});

/** The official release, if it is in the cache already. */
async function downloadedBefore(): Promise<Toolchain | undefined> {
  const tools = official(officialHome);
  return fs.existsSync(tools.pulumi) && (await usable(tools.pulumi, { PULUMI_HOME: officialHome })) ? tools : undefined;
}

/** Downloads the official release; undefined: it cannot be reached. */
async function downloaded(): Promise<Toolchain | undefined> {
  note("trying the official Pulumi download");
  fs.mkdirSync(path.dirname(officialHome), { recursive: true });
  // Download into a separate folder beside the final one: only a whole release gets the final name, and two commands at once do not collide.
  const work = fs.mkdtempSync(`${officialHome}.part-`);
  const removal = (): void => fs.rmSync(work, { recursive: true, force: true });
  process.once("exit", removal);
  try {
    if (!(await download(work, official(work).pulumi))) {
      note("the official download cannot be reached: building from toolchain/");
      return undefined;
    }
    // Two commands must not replace the folder at once: the second would remove what the first has just begun to use.
    return await locked(`${officialHome}.lock`, async () => {
      // Another command may have been first. Otherwise an unusable folder is in the way.
      const first = await downloadedBefore();
      if (first !== undefined) return first;
      fs.rmSync(officialHome, { recursive: true, force: true });
      fs.chmodSync(work, 0o755);
      fs.renameSync(work, officialHome);
      return official(officialHome);
    });
  } finally {
    process.off("exit", removal);
    removal();
  }
}

/** Downloads the official release into a folder. Returns whether it can be used. */
async function download(folder: string, pulumi: string): Promise<boolean> {
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  const archive = path.join(folder, "pulumi.tgz");
  const url = `https://get.pulumi.com/releases/sdk/pulumi-v${required.cli}-linux-${arch}.tar.gz`;
  // A connection that becomes silent counts as failed too.
  const limits = [
    "--connect-timeout",
    `${patience.connection}`,
    "--speed-limit",
    "1024",
    "--speed-time",
    `${patience.connection}`,
  ];
  const env = { PULUMI_HOME: folder };
  const timeout = patience.step;
  const steps = [
    ["curl", "-fsSL", ...limits, "-o", archive, url],
    ["tar", "-xzf", archive, "-C", folder],
  ];
  for (const step of steps) if ((await tryRun(step, { timeout })).code !== 0) return false;
  for (const [name, version] of Object.entries(required.plugins))
    if (!(await installPlugin(name, version, { program: pulumi, env, timeout }))) return false;
  fs.rmSync(archive);
  return usable(pulumi, env);
}

/** The toolchain built from toolchain/, if it is in the cache already. */
async function built(): Promise<Toolchain | undefined> {
  const { code, stdout } = await tryRun([inRoot("toolchain", "build"), "--cached", cacheDir]);
  return code === 0 ? layout(stdout.trim()) : undefined;
}

/** Builds it now. */
async function build(): Promise<Toolchain> {
  return layout((await run([inRoot("toolchain", "build"), cacheDir], { show: "errors" })).trim());
}

const layout = (home: string): Toolchain => ({
  pulumi: path.join(home, "bin", "pulumi"),
  home,
  dialsLate: true,
});
