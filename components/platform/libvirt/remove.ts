import * as fs from "node:fs";
import type { PlatformObject } from "../platform";
import type { Embedded } from "./embedded";
import type { Virsh } from "./virsh";

const ORDER: readonly PlatformObject["kind"][] = ["domain", "memory", "volume", "network", "pool"];

/** Removes objects. Each kind is removed after the kinds that need it. */
export async function removeObjects(
  virsh: Virsh,
  embedded: Embedded | undefined,
  objects: readonly Omit<PlatformObject, "active">[],
): Promise<void> {
  // The first command may have nothing to do.
  const tell = (...words: readonly string[]) => virsh.try(...words);
  const one = async ({ kind, lab, name, id }: Omit<PlatformObject, "active">): Promise<void> => {
    switch (kind) {
      case "domain":
        await tell("destroy", id);
        // libvirt does not know this file: it does not remove it, and refuses to undefine a domain that has one.
        if (embedded !== undefined) fs.rmSync(embedded.savedMemory(name), { force: true });
        // A transient domain is gone by now.
        if ((await tell("dominfo", id)).code === 0)
          await virsh.ask("undefine", "--managed-save", "--snapshots-metadata", "--checkpoints-metadata", id);
        return;
      case "memory":
        fs.rmSync(id, { force: true });
        return;
      case "volume":
        await virsh.ask("vol-delete", "--pool", lab ?? "", name);
        return;
      case "network":
        await tell("net-destroy", id);
        if ((await tell("net-info", id)).code === 0) await virsh.ask("net-undefine", id);
        return;
      case "pool":
        await tell("pool-destroy", id);
        // Remove its folder if it is empty.
        await tell("pool-delete", id);
        if ((await tell("pool-info", id)).code === 0) await virsh.ask("pool-undefine", id);
        return;
    }
  };
  for (const kind of ORDER) await Promise.all(objects.filter((object) => object.kind === kind).map(one));
}
