import { Libvirts } from "../components/platform/libvirt/libvirts";
import type { Platforms } from "../components/platform/platform";
import { readConfig } from "./engine/stackConfig";
import { inRoot, stateDir } from "./paths";
import { run, succeeded, tryRun } from "./run";
import { note } from "./terminal/progress";

/** Where labs can get machines from. */
export const platforms: Platforms = new Libvirts(
  { run, tryRun, succeeded, note },
  { script: (name) => inRoot("host", name), stateDir },
);

/** Address of the platform that a stack was set up for; undefined: it was not set up. */
export const platformUri = (stack: { readonly configFile: string }): string | undefined =>
  readConfig(stack, platforms.setting);
