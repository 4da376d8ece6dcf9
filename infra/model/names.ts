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

/** The client's network namespace. */
export const clientNamespace = (lab: string): string => `lvs-${lab}-client`;

/** The bridge's end of the client's veth pair: 14 characters. */
export const clientPort = (lab: string): string => `lvsc${digest(lab, "client")}`;

/** The namespace's end of the client's veth pair. */
export const clientInterface = "client0";

const digest = (...keys: readonly string[]): string =>
  createHash("sha256").update(keys.join("\0")).digest("hex").slice(0, 10);
