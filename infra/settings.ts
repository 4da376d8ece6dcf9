import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseSource } from "../components/machine/family/packageSource";
import type { ForkPlace } from "../components/platform/libvirt/vm/fork";
import { cacheDir } from "./cache";
import { checkAuthPass } from "../model/topology/authPass";
import { checkClientPlace } from "../model/topology/clientPlace";
import { ConfigError } from "../model/topology/error";
import { type HostRoute, hostRouteConflicts } from "../model/topology/hostRoutes";
import { loadCloudImage } from "../model/topology/image";
import { loadTopology } from "../documents/load";
import type { CloudImage } from "../model/topology/cloudImage";
import { labNames } from "../model/topology/labNames";
import { BARE, type Family, type PackageSource } from "../model/topology/guest";
import { embeddedSocket, systemSockets } from "../components/platform/libvirt/sockets";
import { clientNamespace, defaultConsoleDir, defaultPoolPath, netnsOf } from "../model/topology/names";
import type { Topology } from "../model/topology/topology";
import type { ClusterArgs } from "../components/cluster";
import type { Accelerator } from "../components/platform/platform";
import { templatesDir } from "../components/platform/templateSpec";

/** The checked settings from the stack's configuration and the environment. Nothing else in the program reads those two. */
export type Settings = Omit<ClusterArgs, "cloudImage"> & {
  /**
   * libvirt's URI. It is unknown in an offline dry run if the plugin connects when it is configured: then the engine does not configure
   * the plugin, but also cannot ask it for the differences of a stack with state.
   */
  readonly uri: pulumi.Input<string>;
  /**
   * A stock cloud image that all machines boot instead of the guest image. It is a setting of the stack, not a key of the
   * topology: the same lab runs on either, and the path of an image depends on the host.
   */
  readonly cloudImage?: CloudImage | undefined;
};

const root = path.resolve(__dirname, "..");

/** Reads and checks all settings. Throws a RunError, of which Pulumi prints only the message. */
export function readSettings(): Settings {
  const config = new pulumi.Config("lvs-lab");
  const topology = loadTopology(topologyFile(config.require("lab")), { webs: config.getNumber("webs") });
  const offline = pulumi.runtime.isDryRun() && config.getBoolean("offline") === true;
  const uri = new pulumi.Config("libvirt").get("uri") ?? process.env.LIBVIRT_DEFAULT_URI ?? "qemu:///system";
  if (!offline) checkPlace(topology, uri, thisHost);
  const image = config.get("image");
  const bare = image === BARE;
  const stock = image === undefined || bare ? undefined : loadCloudImage(path.resolve(root, image));
  const imageDigest = execFileSync(path.join(root, "image", "build"), ["--digest", ...(bare ? ["--bare"] : [])], {
    encoding: "utf8",
  }).trim();
  const cache = cacheDir(process.env);
  return {
    topology,
    uri: offline && process.env.LVS_LAB_DIALS_LATE === undefined ? unknown() : uri,
    accelerator: accelerator(config.get("accelerator") ?? "tcg"),
    poolPath: config.get("poolPath") ?? defaultPoolPath(topology.name),
    consoleDir: config.get("consoleDir") ?? defaultConsoleDir,
    clientNamespace: clientNamespace(topology.name, uri),
    authPass: authPass(topology, offline),
    fork: forkPlace(config, templatesDir(cache, imageDigest)),
    bootTimeout: bootTimeout(config.get("bootTimeout")),
    imageDigest,
    bare,
    cloudImage: stock,
    packages: packages(config.get("packages"), stock?.family ?? "debian"),
    cacheDir: cache,
  };
}

/** A value that is not known yet, as in a dry run. */
const unknown = (): pulumi.Output<string> => pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;

/** The file of a lab: a name in labs/, or a path. */
function topologyFile(lab: string): string {
  if (lab.includes("/")) return path.resolve(root, lab);
  const known = labNames(root);
  if (known.includes(lab)) return path.join(root, "labs", `${lab}.yaml`);
  throw refused("lvs-lab:lab", lab, `one of ${known.join(", ")}, or the path of a topology file`);
}

/** The package repository for the guests. */
function packages(value: string | undefined, family: Family): PackageSource | undefined {
  const source = value === undefined ? undefined : parseSource(value, family);
  // An address may contain a password.
  if (typeof source === "string")
    throw refused("lvs-lab:packages", (value ?? "").replaceAll(/\/\/[^\s/]*@/g, "//…@"), source);
  return source;
}

function accelerator(value: string): Accelerator {
  if (value === "kvm" || value === "tcg") return value;
  throw refused("lvs-lab:accelerator", value, "kvm or tcg");
}

/** Whole seconds. */
function bootTimeout(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  throw refused("lvs-lab:bootTimeout", value, "a whole number of seconds, 1 or more");
}

/** Guests are forked if the hypervisor's files are reachable, unless the stack says boot. */
function forkPlace(config: pulumi.Config, templates: string): ForkPlace | undefined {
  const start = config.get("start") ?? "fork";
  if (start !== "fork" && start !== "boot") throw refused("lvs-lab:start", start, "fork or boot");
  const libvirtDir = config.get("libvirtDir");
  return start === "fork" && libvirtDir !== undefined ? { libvirtDir, templates } : undefined;
}

/** The stack's VRRP password, which overrides the topology's. Refuses a lab that needs one and has none. */
function authPass(topology: Topology, offline: boolean): pulumi.Input<string> | undefined {
  const key = "lvs-lab:authPass";
  // Config.getSecret would return an Output, which can only be checked after the first resources exist.
  const pass = pulumi.runtime.getConfig(key);
  if (pass !== undefined) return pulumi.secret(checkAuthPass(key, pass));
  const { authentication } = topology.vrrp ?? {};
  if (authentication === undefined || authentication.pass !== undefined) return undefined;
  if (offline) return unknown();
  throw refused(key, "nothing", "the VRRP password of this lab", `pulumi config set --secret ${key}`);
}

const refused = (key: string, got: string, need: string, fix?: string): ConfigError =>
  new ConfigError("configuration of the stack", [{ path: key, got, need, ...(fix === undefined ? {} : { fix }) }]);

/** Facts about the machine on which the program runs. */
export type Host = {
  readonly exists: (file: string) => boolean;
  /** Whether this process is inside a named network namespace. */
  readonly isInside: (namespace: string) => boolean;
  readonly routes: () => readonly HostRoute[];
};

const thisHost: Host = {
  exists: fs.existsSync,
  isInside: (name) => {
    const id = (file: string): string => {
      const { dev, ino } = fs.statSync(file);
      return `${dev}:${ino}`;
    };
    return fs.existsSync(`/run/netns/${name}`) && id(`/run/netns/${name}`) === id("/proc/self/ns/net");
  },
  routes: () => JSON.parse(execFileSync("ip", ["-4", "-json", "route"], { encoding: "utf8" })) as HostRoute[],
};

const ENTER = `run eval "$(./scripts/lab env)" first: its pulumi enters the namespace`;

/**
 * Refuses a place from which the lab is unreachable, or where it would conflict with the host's networks. The guests of the embedded
 * libvirt (host/libvirtd) are in its network namespace, so a program outside would never reach them.
 */
export function checkPlace(topology: Topology, uri: string, host: Host): void {
  const embedded = netnsOf(uri);
  // Inside the namespace, the routes are the segments of other labs.
  if (embedded !== undefined && !host.isInside(embedded))
    throw refused("libvirt:uri", "the embedded libvirt", `a program inside its network namespace ${embedded}`, ENTER);
  checkClientPlace(topology, uri);
  // A URI with a host name is another machine, whose routes are unknown.
  if (!/^[a-z+]+:\/\/\//.test(uri)) return;
  if (uri === "qemu:///system" && !systemSockets.some(host.exists) && host.exists(embeddedSocket(process.env))) {
    throw refused("libvirt:uri", `${uri}, where nothing listens`, "the embedded libvirt, which is running", ENTER);
  }
  const conflicts = hostRouteConflicts(topology, host.routes());
  if (conflicts.length > 0) throw new ConfigError(`lab ${topology.name} on this host`, conflicts);
}
