/**
 * Every name that a lab uses outside its guests. The names come from stable keys: adding or
 * moving a node in the topology file does not rename anything else.
 */
import { createHash } from "node:crypto";

/** libvirt's storage pool of a lab. */
export const poolName = (lab: string): string => lab;

/** libvirt's domain of a node. */
export const domainName = (lab: string, node: string): string => `${lab}-${node}`;

/** libvirt's uuid of a domain. It follows from the name, because saved memory belongs to one uuid (host/fork). */
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

/** The names of the image's files as volumes of the lab's pool, with the digest of the recipe. */
export const imageVolume = (part: "root" | "kernel" | "initrd", digest: string): string => `${part}-${digest}`;

/** Pulumi's name of a machine's components. The names of their resources begin with it. */
export const machineComponent = (lab: string, machine: string): string => `${lab}-${machine}`;

/** What operations know by its name: a guest's disk and domain, the end of its boot, its configuration; the client's namespace. */
export type ComponentPart = "disk" | "domain" | "ready" | "configure" | "namespace";

/** Pulumi's name of a resource of a component. */
export const partName = (component: string, part: ComponentPart): string => `${component}-${part}`;

/** Folder of a lab's pool on the hypervisor, unless the stack names another. */
export const defaultPoolPath = (lab: string): string => `/var/lib/libvirt/lvs-lab/${lab}`;

/** Folder of the serial logs on the hypervisor, unless the stack names another. */
export const defaultConsoleDir = "/var/log/libvirt/qemu";

/** The serial log of a domain. libvirt uses <domain>.log in its own folder for QEMU's messages, so this name differs. */
export const consoleLog = (domain: string): string => `${domain}-console.log`;

/**
 * The host's bridge of a segment that libvirt creates: 13 characters (the kernel's limit is 15, IFNAMSIZ),
 * and different from any other lab's.
 */
export const bridgeName = (lab: string, segment: string): string => `lvs${digest(lab, segment)}`;

/** The network namespace of the embedded libvirt (host/libvirtd), unless LVS_LAB_NAMESPACE names another. */
export const defaultNetns = "lvs-lab";

/** The network namespace of an embedded libvirt, by its URI; undefined: it is another libvirt. */
export const netnsOf = (uri: string): string | undefined =>
  /[?&]socket=\/run\/([^/]+)\/libvirt\/libvirt-sock/.exec(uri)?.[1];

/**
 * The client's network namespace. The whole host shares these names: a second embedded libvirt beside the default one has its own
 * labs, perhaps with the same names. No lab's name has a dot, so lab `b-c` of `a` differs from lab `c` of `a-b`.
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
