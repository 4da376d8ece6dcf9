/** Everything that a libvirt has, and the marks of labs on it. */
import { bridgeName, defaultPoolPath, domainUuid } from "../../../model/topology/names";
import type { PlatformObject } from "../platform";
import type { Virsh } from "./virsh";
import { readXml } from "./xml";

/** What `virsh` says of a thing. */
export type Described = {
  readonly name: string;
  readonly active: boolean;
  /** The XML of `virsh dumpxml`; for a pool also its volumes, from `vol-list`. */
  readonly xml: string;
};

/** The same of everything. */
export type Inventory = {
  readonly domains: readonly Described[];
  readonly networks: readonly Described[];
  readonly pools: readonly (Described & { readonly volumes: string })[];
};

/** The folder of each lab's pool: the default, unless a stack has another one. */
export type PoolPath = (lab: string) => string;

/** Asks a libvirt for everything that it has. Pools are refreshed first, because files come and go without libvirt. */
export async function takeInventory(virsh: Virsh): Promise<Inventory> {
  const described = async (list: string, dump: string, ...running: readonly string[]): Promise<Described[]> => {
    const [all, active] = await Promise.all([
      virsh.list(list, "--all", "--name"),
      virsh.list(list, ...running, "--name"),
    ]);
    const found = all.map(async (name): Promise<Described[]> => {
      // Leave out what has gone since it was listed.
      const { code, stdout } = await virsh.try(dump, name);
      return code === 0 ? [{ name, active: active.includes(name), xml: stdout }] : [];
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
    await virsh.try("pool-refresh", pool.name);
    return { ...pool, volumes: (await virsh.try("vol-list", pool.name)).stdout };
  });
  return { domains, networks, pools: await Promise.all(withVolumes) };
}

/**
 * The things of an inventory. Those of labs bear marks that nobody else makes: a domain's uuid and a network's bridge are digests of their
 * names, and a pool is in the folder of its lab.
 */
export const objectsIn = (
  { domains, networks, pools }: Inventory,
  poolPath: PoolPath = defaultPoolPath,
): PlatformObject[] => [
  ...domains.map(domainObject),
  ...networks.map(networkObject),
  ...pools.flatMap(({ volumes, ...pool }) => poolObjects(pool, volumes, poolPath)),
];

const ofLab = (lab: string | undefined): { readonly lab?: string } => (lab === undefined ? {} : { lab });

function domainObject({ name, active, xml }: Described): PlatformObject {
  const [domain] = readXml(xml).all("domain");
  const id = domain?.text("uuid") ?? "";
  const lab = domain
    ?.all("devices", "disk", "source")
    .flatMap((source) => source.attribute("pool") ?? [])
    .find(() => true);
  const isOwn = lab !== undefined && id === domainUuid(name) && name.startsWith(`${lab}-`);
  return { kind: "domain", name, id, active, ...ofLab(isOwn ? lab : undefined) };
}

function networkObject({ name, active, xml }: Described): PlatformObject {
  const [network] = readXml(xml).all("network");
  const bridge = network?.all("bridge")[0]?.attribute("name");
  const lab = splits(name).find(([first, second]) => bridgeName(first, second) === bridge)?.[0];
  return { kind: "network", name, id: network?.text("uuid") ?? "", active, ...ofLab(lab) };
}

function poolObjects({ name, active, xml }: Described, volumes: string, poolPath: PoolPath): PlatformObject[] {
  const [pool] = readXml(xml).all("pool");
  const folder = poolPath(name);
  const isOwn = pool?.text("target", "path") === folder;
  // A folder that somebody chose may hold other people's files.
  const holdsOwn = isOwn && folder === defaultPoolPath(name);
  return [
    ...parseVolumes(volumes).map(
      (volume): PlatformObject => ({
        kind: "volume",
        name: volume.name,
        id: volume.path,
        active: true,
        ...ofLab(holdsOwn ? name : undefined),
      }),
    ),
    { kind: "pool", name, id: pool?.text("uuid") ?? "", active, ...ofLab(isOwn ? name : undefined) },
  ];
}

/** Answers of `virsh -q vol-list`: name and path, in columns. */
export const parseVolumes = (text: string): { readonly name: string; readonly path: string }[] =>
  [...text.matchAll(/^\s*(\S+)\s+(\/.*?)\s*$/gm)].map(([, name = "", path = ""]) => ({ name, path }));

/** Every way to read "a-b-c" as two names. */
const splits = (name: string): [string, string][] =>
  [...name.matchAll(/-/g)].map(({ index }) => [name.slice(0, index), name.slice(index + 1)]);
