/**
 * Every name that a lab gives to something outside of its guests. Pure, from stable keys: a node that is added or
 * moved in the topology file renames nothing else.
 */
import { createHash } from "node:crypto";

/** libvirt's storage pool of a lab. */
export const poolName = (lab: string): string => lab;

/** libvirt's domain of a node. */
export const domainName = (lab: string, node: string): string => `${lab}-${node}`;

/** libvirt's uuid of a domain, its own as long as it has this name: saved memory is of one uuid (host/fork). */
export function domainUuid(domain: string): string {
  const hex = createHash("sha256").update(domain).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** libvirt's network of a segment. */
export const networkName = (lab: string, segment: string): string => `${lab}-${segment}`;

/** The root disk of a node in the lab's pool. */
export const diskName = (node: string): string => `${node}.qcow2`;

/** The seed disk of a node in the lab's pool. */
export const seedName = (node: string): string => `${node}-seed.sh`;

/** The seed disk of a node that boots a stock cloud image. */
export const cidataName = (node: string): string => `${node}-cidata.iso`;

/** The image's files as volumes of the lab's pool, by the digest of its recipe. */
export const imageVolume = (part: "root" | "kernel" | "initrd", digest: string): string => `${part}-${digest}`;

/** Folder of a lab's pool on the hypervisor, unless the stack names another. */
export const defaultPoolPath = (lab: string): string => `/var/lib/libvirt/lvs-lab/${lab}`;

/** Folder of the serial logs on the hypervisor, unless the stack names another. */
export const defaultConsoleDir = "/var/log/libvirt/qemu";

/** The serial log of a domain. Not <domain>.log: in its own folder libvirt keeps QEMU's messages there. */
export const consoleLog = (domain: string): string => `${domain}-console.log`;

/**
 * The host's bridge of a segment that libvirt makes itself: 13 characters, for the kernel takes 15 at most (IFNAMSIZ),
 * and unlike any other lab's.
 */
export const bridgeName = (lab: string, segment: string): string => `lvs${digest(lab, segment)}`;

/** What the network namespace of the embedded libvirt (host/libvirtd) is called, unless LVS_LAB_NAMESPACE says otherwise. */
export const defaultNetns = "lvs-lab";

/** The network namespace of an embedded libvirt, by its URI; undefined: this is another libvirt. */
export const netnsOf = (uri: string): string | undefined =>
  /[?&]socket=\/run\/([^/]+)\/libvirt\/libvirt-sock/.exec(uri)?.[1];

/**
 * The client's network namespace. Such names are the whole host's: beside the default embedded libvirt a second one has labs of its
 * own, maybe of the same name. The dot, which no lab's name has, keeps `a`'s lab `b-c` apart from `a-b`'s lab `c`.
 */
export function clientNamespace(lab: string, uri: string): string {
  const netns = netnsOf(uri) ?? defaultNetns;
  return netns === defaultNetns ? `lvs-${lab}-client` : `${netns}.${lab}-client`;
}

/** The bridge's end of the client's veth pair: 14 characters. */
export const clientPort = (lab: string): string => `lvsc${digest(lab, "client")}`;

/** The namespace's end of the client's veth pair. */
export const clientInterface = "client0";

const digest = (...keys: readonly string[]): string =>
  createHash("sha256").update(keys.join("\0")).digest("hex").slice(0, 10);
