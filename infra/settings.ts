import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseSource } from "../components/family/source";
import type { Accelerator } from "../components/vm";
import type { ForkPlace } from "../components/vm/fork";
import { templatesDir } from "../components/vm/fork/shape";
import { cacheDir } from "./cache";
import { checkAuthPass } from "./config/authPass";
import { checkClientPlace } from "./config/clientPlace";
import { ConfigError } from "./config/error";
import { type HostRoute, hostRouteConflicts } from "./config/hostRoutes";
import { loadCloudImage } from "./config/image";
import { loadTopology } from "./config/load";
import type { CloudImage } from "./model/cloudImage";
import { BARE, type Family, type PackageSource } from "./model/guest";
import { embeddedSocket, systemSockets } from "./sockets";
import { clientNamespace, defaultConsoleDir, defaultPoolPath, netnsOf } from "./model/names";
import type { Topology } from "./model/topology";

/** What the stack's configuration and the environment say, checked; nothing else of the program reads either. */
export type Settings = {
  readonly topology: Topology;
  /**
   * libvirt's URI. Unknown in an offline dry run with a plugin that dials when it is configured: the engine leaves it alone then,
   * but cannot ask it for the differences of a stack with state.
   */
  readonly uri: pulumi.Input<string>;
  readonly accelerator: Accelerator;
  readonly poolPath: string;
  readonly consoleDir: string;
  /** Network namespace of the client, where it is none of the guests. */
  readonly clientNamespace: string;
  /** Where guests are forked from; undefined: they boot. */
  readonly fork?: ForkPlace | undefined;
  /** Seconds for which a guest may refuse SSH while it boots; undefined: what its image needs. */
  readonly bootTimeout?: number | undefined;
  readonly authPass?: pulumi.Input<string> | undefined;
  readonly imageDigest: string;
  /** The guest image without the packages of the roles. */
  readonly bare: boolean;
  /**
   * A stock cloud image that all machines boot in the place of the guest image. It is a setting of the stack and no key of the
   * topology: the same lab runs on either, and where an image lies is this host's affair, not the lab's.
   */
  readonly cloudImage?: CloudImage | undefined;
  /** Where guests get the packages that they lack; undefined: from where their own system says. */
  readonly packages?: PackageSource | undefined;
  readonly cacheDir: string;
};

const root = path.resolve(__dirname, "..");

/** Reads and checks all of it; throws a RunError, whose message is all that Pulumi prints. */
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

/** A value that is not known yet, as a dry run has many. */
const unknown = (): pulumi.Output<string> => pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;

/** The file of a lab: a name in labs/, or a path. */
function topologyFile(lab: string): string {
  if (lab.includes("/")) return path.resolve(root, lab);
  const known = fs.readdirSync(path.join(root, "labs")).map((file) => path.basename(file, ".yaml"));
  if (known.includes(lab)) return path.join(root, "labs", `${lab}.yaml`);
  throw refused("lvs-lab:lab", lab, `one of ${known.join(", ")}, or the path of a topology file`);
}

/** The repository of the guests' packages. */
function packages(value: string | undefined, family: Family): PackageSource | undefined {
  const source = value === undefined ? undefined : parseSource(value, family);
  // An address may have somebody's password in it.
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

/** Guests are forked unless the stack says otherwise, where the hypervisor's files can be reached. */
function forkPlace(config: pulumi.Config, templates: string): ForkPlace | undefined {
  const start = config.get("start") ?? "fork";
  if (start !== "fork" && start !== "boot") throw refused("lvs-lab:start", start, "fork or boot");
  const libvirtDir = config.get("libvirtDir");
  return start === "fork" && libvirtDir !== undefined ? { libvirtDir, templates } : undefined;
}

/** The stack's VRRP password, which overrides the topology's; refused when there is none at all. */
function authPass(topology: Topology, offline: boolean): pulumi.Input<string> | undefined {
  const key = "lvs-lab:authPass";
  // Not Config.getSecret: an Output can only be checked when the first resources are there already.
  const pass = pulumi.runtime.getConfig(key);
  if (pass !== undefined) return pulumi.secret(checkAuthPass(key, pass));
  const { authentication } = topology.vrrp ?? {};
  if (authentication === undefined || authentication.pass !== undefined) return undefined;
  if (offline) return unknown();
  throw refused(key, "nothing", "the VRRP password of this lab", `pulumi config set --secret ${key}`);
}

const refused = (key: string, got: string, need: string, fix?: string): ConfigError =>
  new ConfigError("configuration of the stack", [{ path: key, got, need, ...(fix === undefined ? {} : { fix }) }]);

/** What has to be known of the machine that the program runs on. */
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

const ENTER = `eval "$(./scripts/lab env)" first; its pulumi enters the namespace`;

/**
 * Refuses to go on where the lab could not be reached, or would be in the host's way. The guests of the embedded libvirt
 * (host/libvirtd) live in a network namespace of its own: a program outside would wait for them in vain.
 */
export function checkPlace(topology: Topology, uri: string, host: Host): void {
  const embedded = netnsOf(uri);
  // Inside, the routes are those of the namespace: another lab's segments.
  if (embedded !== undefined && !host.isInside(embedded))
    throw refused("libvirt:uri", "the embedded libvirt", `a program inside its network namespace ${embedded}`, ENTER);
  checkClientPlace(topology, uri);
  // A URI with a host's name is another machine, whose routes are not known here.
  if (!/^[a-z+]+:\/\/\//.test(uri)) return;
  if (uri === "qemu:///system" && !systemSockets.some(host.exists) && host.exists(embeddedSocket(process.env))) {
    throw refused("libvirt:uri", `${uri}, where nothing listens`, "the embedded libvirt, which runs", ENTER);
  }
  const conflicts = hostRouteConflicts(topology, host.routes());
  if (conflicts.length > 0) throw new ConfigError(`lab ${topology.name} on this host`, conflicts);
}
