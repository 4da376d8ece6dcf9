import * as fs from "node:fs";
import * as path from "node:path";
import { bridgeName, clientNamespace, defaultPoolPath, domainUuid } from "../../model/topology/names";
import { type Hypervisor, tryVirsh, virsh } from "./hypervisor";
import { run } from "../run";
import { savedMemory, savesDir } from "./templates";

/** Something outside the guests that bears a lab's mark, wherever it came from. */
export type Held = {
  /** Kinds in the order of their removal. memory: the saved memory from which a guest will start. */
  readonly kind: "domain" | "memory" | "namespace" | "volume" | "network" | "pool";
  readonly lab: string;
  readonly name: string;
  /** Its id in Pulumi's state: a uuid, the path of a volume, or the name of a namespace. */
  readonly id: string;
};

/** Everything that libvirt has, whether it belongs to a lab or not. */
export type Facts = {
  readonly domains: readonly Described[];
  readonly networks: readonly Described[];
  readonly pools: readonly (Described & { readonly volumes: string })[];
};

type Described = {
  readonly name: string;
  readonly active: boolean;
  /** The XML of `virsh dumpxml`; for a pool also its volumes, from `vol-list`. */
  readonly xml: string;
};

/** The folder of each lab's pool: the default, unless a stack has another one. */
export type PoolPath = (lab: string) => string;

/**
 * Finds the things that belong to labs, by marks that nobody else makes: a domain's uuid and a network's bridge are digests of their names, and
 * a pool is in the folder of its lab.
 */
export function marked({ domains, networks, pools }: Facts, poolPath: PoolPath = defaultPoolPath): Held[] {
  return [
    ...domains.flatMap(({ name, xml }): Held[] => {
      const [id = "", lab = ""] = [element(xml, "uuid"), /<source pool='([^']+)'/.exec(xml)?.[1]];
      const own = id === domainUuid(name) && lab !== "" && name.startsWith(`${lab}-`);
      return own ? [{ kind: "domain", lab, name, id }] : [];
    }),
    ...networks.flatMap(({ name, xml }): Held[] => {
      const bridge = /<bridge name='([^']+)'/.exec(xml)?.[1];
      const lab = splits(name).find(([first, second]) => bridgeName(first, second) === bridge)?.[0];
      return lab === undefined ? [] : [{ kind: "network", lab, name, id: element(xml, "uuid") ?? "" }];
    }),
    ...pools.flatMap(({ name, xml, volumes }): Held[] => {
      if (element(xml, "path") !== poolPath(name)) return [];
      // A folder that somebody chose may hold other people's files.
      const own = poolPath(name) === defaultPoolPath(name) ? parseVolumes(volumes) : [];
      return [
        ...own.map(({ name: volume, path: id }) => ({ kind: "volume", lab: name, name: volume, id }) as const),
        { kind: "pool", lab: name, name, id: element(xml, "uuid") ?? "" },
      ];
    }),
  ];
}

/** Answers of `virsh -q vol-list`: name and path, in columns. */
export const parseVolumes = (text: string): { readonly name: string; readonly path: string }[] =>
  [...text.matchAll(/^\s*(\S+)\s+(\/.*?)\s*$/gm)].map(([, name = "", path = ""]) => ({ name, path }));

const element = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];

/** Every way to read "a-b-c" as two names. */
const splits = (name: string): [string, string][] =>
  [...name.matchAll(/-/g)].map(({ index }) => [name.slice(0, index), name.slice(index + 1)]);

/** Asks a libvirt for everything that it has. Pools are refreshed first, because files come and go without libvirt. */
export async function facts({ uri }: Hypervisor): Promise<Facts> {
  const ask = (...words: readonly string[]) => virsh(uri, ...words);
  const described = async (list: string, dump: string, ...running: readonly string[]): Promise<Described[]> => {
    const names = (text: string) => text.split("\n").filter(Boolean);
    const [all, active] = await Promise.all([ask(list, "--all", "--name"), ask(list, ...running, "--name")]);
    const found = names(all).map(async (name): Promise<Described[]> => {
      // Leave out what has gone since it was listed.
      const { code, stdout } = await tryVirsh(uri, dump, name);
      return code === 0 ? [{ name, active: names(active).includes(name), xml: stdout }] : [];
    });
    return (await Promise.all(found)).flat();
  };
  const [domains, networks, pools] = await Promise.all([
    // A suspended guest does not count as running.
    described("list", "dumpxml", "--state-running"),
    described("net-list", "net-dumpxml"),
    described("pool-list", "pool-dumpxml"),
  ]);
  const withVolumes = pools.map(async (pool) => {
    if (!pool.active) return { ...pool, volumes: "" };
    await tryVirsh(uri, "pool-refresh", pool.name);
    return { ...pool, volumes: (await tryVirsh(uri, "vol-list", pool.name)).stdout };
  });
  return { domains, networks, pools: await Promise.all(withVolumes) };
}

/** Saved memory for domains that libvirt does not know. Memory of a known domain belongs to that domain. */
export function waitingMemory({ embedded }: Hypervisor, { domains }: Facts): Omit<Held, "lab">[] {
  if (!embedded || !fs.existsSync(savesDir)) return [];
  return fs.readdirSync(savesDir).flatMap((file) => {
    const name = /^(.+)\.save(\.part)?$/.exec(file)?.[1];
    if (name === undefined || domains.some((domain) => domain.name === name)) return [];
    return [{ kind: "memory", name, id: path.join(savesDir, file) } as const];
  });
}

/** The client's namespace of a lab of this libvirt. */
export function clientOf(lab: string, uri: string): Held[] {
  const name = clientNamespace(lab, uri);
  return fs.existsSync(`/run/netns/${name}`) ? [{ kind: "namespace", lab, name, id: name }] : [];
}

const ORDER: readonly Held["kind"][] = ["domain", "memory", "namespace", "volume", "network", "pool"];

/** Removes things. Each kind is removed after the kinds that need it. */
export async function remove({ uri, embedded }: Hypervisor, things: readonly Held[]): Promise<void> {
  const ask = (...words: readonly string[]) => virsh(uri, ...words);
  // The first command may have nothing to do.
  const tell = (...words: readonly string[]) => tryVirsh(uri, ...words);
  const one = async ({ kind, lab, name, id }: Held): Promise<void> => {
    switch (kind) {
      case "domain":
        await tell("destroy", id);
        // libvirt does not know this file: it does not remove it, and refuses to undefine a domain that has one.
        if (embedded) fs.rmSync(savedMemory(name), { force: true });
        // A transient domain is gone by now.
        if ((await tell("dominfo", id)).code === 0)
          await ask("undefine", "--managed-save", "--snapshots-metadata", "--checkpoints-metadata", id);
        return;
      case "memory":
        fs.rmSync(id, { force: true });
        return;
      case "namespace":
        await run(["ip", "netns", "delete", name]);
        return;
      case "volume":
        await ask("vol-delete", "--pool", lab, name);
        return;
      case "network":
        await tell("net-destroy", id);
        if ((await tell("net-info", id)).code === 0) await ask("net-undefine", id);
        return;
      case "pool":
        await tell("pool-destroy", id);
        // Remove its folder if it is empty.
        await tell("pool-delete", id);
        if ((await tell("pool-info", id)).code === 0) await ask("pool-undefine", id);
        return;
    }
  };
  for (const kind of ORDER) await Promise.all(things.filter((thing) => thing.kind === kind).map(one));
}
