import type { PlatformObject, StateObject, StateResource } from "../platform";

/** Kinds of objects by the provider's types. A seed is a volume. */
const KINDS: Readonly<Record<string, PlatformObject["kind"]>> = {
  "libvirt:index/domain:Domain": "domain",
  "libvirt:index/network:Network": "network",
  "libvirt:index/pool:Pool": "pool",
  "libvirt:index/volume:Volume": "volume",
  "libvirt:index/combustion:Combustion": "volume",
};

/** What a resource of Pulumi's state is in libvirt; undefined: nothing. */
export function objectOf({ type, id, inputs }: StateResource): StateObject | undefined {
  const kind = KINDS[type];
  if (kind === undefined) return undefined;
  return {
    kind,
    ...(typeof inputs?.name === "string" ? { name: inputs.name } : {}),
    // The id of a seed is its volume's id, a semicolon and a uuid.
    ...(id === undefined ? {} : { id: id.replace(/;.*$/, "") }),
  };
}
