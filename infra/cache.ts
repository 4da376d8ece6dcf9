import * as os from "node:os";
import * as path from "node:path";

/** Where what can be made again is kept (toolchain, images), across checkouts; `LVS_LAB_CACHE` moves it. */
export const cacheDir = (env: NodeJS.ProcessEnv): string =>
  env.LVS_LAB_CACHE ?? path.join(env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "lvs-lab");
