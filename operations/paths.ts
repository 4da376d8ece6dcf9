import * as os from "node:os";
import * as path from "node:path";
import { cacheDir as cacheOf } from "../infra/cache";
import { defaultNetns } from "../model/topology/names";

/** The checkout. */
export const root = path.resolve(__dirname, "..");

const home = os.homedir();
const env = process.env;

/** Folder of toolchain and images, which can be made again. */
export const cacheDir = path.resolve(cacheOf(process.env));

/** Folder of what cannot be made again: stacks, passphrase, the embedded libvirt's files. `LVS_LAB_STATE` moves it. */
export const stateDir = path.resolve(
  env.LVS_LAB_STATE ?? path.join(env.XDG_STATE_HOME ?? path.join(home, ".local", "state"), "lvs-lab"),
);

/** Network namespace of the embedded libvirt (host/libvirtd). */
export const embeddedNetns = `/run/netns/${env.LVS_LAB_NAMESPACE ?? defaultNetns}`;

/** A script or file of the checkout. */
export const inRoot = (...parts: string[]): string => path.join(root, ...parts);
