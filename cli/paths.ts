import * as os from "node:os";
import * as path from "node:path";

/** The checkout. */
export const root = path.resolve(__dirname, "..");

const home = os.homedir();
const env = process.env;

/** What can be made again: toolchain, images. Survives a fresh clone; `LVS_LAB_CACHE` moves it. */
export const cacheDir = env.LVS_LAB_CACHE ?? path.join(env.XDG_CACHE_HOME ?? path.join(home, ".cache"), "lvs-lab");

/** What cannot: stacks, passphrase, the embedded libvirt's files. `LVS_LAB_STATE` moves it. */
export const stateDir =
  env.LVS_LAB_STATE ?? path.join(env.XDG_STATE_HOME ?? path.join(home, ".local", "state"), "lvs-lab");

/** Network namespace of the embedded libvirt (host/libvirtd). */
export const embeddedNetns = "/run/netns/lvs-lab";

/** A script or file of the checkout. */
export const inRoot = (...parts: string[]): string => path.join(root, ...parts);
