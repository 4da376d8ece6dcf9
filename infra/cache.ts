import * as os from "node:os";
import * as path from "node:path";

/** The cache of toolchain and images, which can be made again. All checkouts share it; `LVS_LAB_CACHE` moves it. */
export const cacheDir = (env: NodeJS.ProcessEnv): string =>
  env.LVS_LAB_CACHE ?? path.join(env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "lvs-lab");
