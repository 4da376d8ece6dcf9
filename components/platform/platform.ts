/** Where the machines of labs come from. libvirt/ is the one implementation; another source of machines is another folder. */

/** What executes a machine's instructions: the processor (kvm), or QEMU's emulation (tcg). */
export type Accelerator = "kvm" | "tcg";

/** Files of a built guest image, as `image/build` prints them. */
export type ImageFiles = {
  readonly digest: string;
  readonly root: string;
  readonly kernel: string;
  readonly initrd: string;
};

/** Something that exists on a platform. */
export type PlatformObject = {
  readonly kind: "domain" | "memory" | "volume" | "network" | "pool";
  readonly name: string;
  /** Its id in Pulumi's state: a uuid, or the path of a volume. */
  readonly id: string;
  /** Whether it runs, or can be used. A suspended machine does not run. */
  readonly active: boolean;
  /** The lab whose mark it bears; undefined: it belongs to no lab. */
  readonly lab?: string;
};

/** A resource of Pulumi's state, with the fields that are read here. */
export type StateResource = {
  readonly type: string;
  /** The provider's id. */
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
};

/** What such a resource is on a platform. */
export type StateObject = Pick<PlatformObject, "kind"> & Partial<Pick<PlatformObject, "name" | "id">>;

/** When a snapshot of a machine was taken, and of which deployment. */
export type Taken = {
  /** ISO 8601. */
  readonly taken: string;
  /** Digest of the deployment. */
  readonly deployment: string;
};

/** What a machine and the template of its memory must agree in. */
export type TemplateSpec = {
  /** MiB. */
  readonly memory: number;
  readonly vcpus: number;
  /** Number of network cards. */
  readonly cards: number;
  readonly accelerator: Accelerator;
};

/** A machine without identity that is booted only to save its memory, from which other machines go on. */
export interface Template {
  readonly machine: string;
  /** File with its serial log. */
  readonly log: string;
  boot(): Promise<void>;
  /** Saves its memory into a folder. It does not run any more then. */
  save(folder: string): Promise<void>;
  /** Ends it if this process started it. */
  end(): Promise<void>;
}

/** One place that holds machines: a hypervisor. */
export interface Platform {
  /** Its address. */
  readonly uri: string;
  /** True for one of lvs-lab's own, which has a network namespace for its machines. */
  readonly embedded: boolean;
  /** The stack's settings that tell the Pulumi program where it is. */
  readonly settings: Readonly<Record<string, string>>;

  answers(): Promise<boolean>;
  /** Its last error; empty: none is known. */
  lastError(): string;
  /** Ends one of lvs-lab's own if nothing is in it any more. */
  stopIfIdle(): Promise<void>;
  /** kvm if a machine was seen to boot with it, else tcg. Says so if it cannot be tried. */
  accelerator(image: Pick<ImageFiles, "kernel" | "initrd">): Promise<Accelerator>;
  /** This machine's path of a file on the hypervisor; undefined: it cannot be seen from here. */
  seenHere(onHypervisor: string): string | undefined;

  /** State of every machine by name; of these machines with the reason if they do not run. Undefined: the platform does not answer. */
  states(machines: readonly string[]): Promise<ReadonlyMap<string, string> | undefined>;
  /** Starts a machine that is off. Its end is seen in its state. */
  start(machine: string): Promise<void>;
  /** Resets a machine that hangs. */
  reset(machine: string): Promise<void>;
  /** Takes the power of a machine away. */
  powerOff(machine: string): Promise<void>;
  /** Takes the link of one of its cards away, or gives it back. */
  setLink(machine: string, mac: string, link: "down" | "up"): Promise<void>;
  /** Names of the machines that are paused. */
  paused(): Promise<string[]>;
  pause(machine: string): Promise<void>;
  /** The same for a machine that may be off. */
  pauseIfRunning(machine: string): Promise<void>;
  resume(machine: string): Promise<void>;
  /** Resumes a machine if it can; returns why not. */
  tryResume(machine: string): Promise<string | undefined>;
  /** Removes the platform's own logs of machines that are gone. */
  removeLogs(machines: readonly string[]): void;

  /** Everything that exists, whether it belongs to a lab or not. `poolPath`: the folder of a lab's pool, unless it is the default. */
  objects(poolPath?: (lab: string) => string): Promise<PlatformObject[]>;
  /** Saved memory for machines that are not among these objects. Memory of an existing machine belongs to that machine. */
  waitingMemory(objects: readonly PlatformObject[]): PlatformObject[];
  /** Removes objects. Each kind is removed after the kinds that need it. */
  remove(objects: readonly Omit<PlatformObject, "active">[]): Promise<void>;
  /** Starts a pool by its id: a stopped pool shows no volumes. */
  startPool(id: string): Promise<void>;
  /** Defines a pool for a lab's folder if the folder exists without a pool: else a stale disk in it would be taken for a new one. */
  adoptFolder(lab: string): Promise<void>;

  /** Names of a machine's snapshots. */
  snapshotNames(machine: string): Promise<string[]>;
  /** About a snapshot of a machine; undefined: it is not lvs-lab's. */
  describeSnapshot(machine: string, name: string): Promise<Taken | undefined>;
  /** Takes a snapshot of memory and root disk. */
  takeSnapshot(machine: string, name: string, deployment: string): Promise<void>;
  /** Removes a snapshot if there is one. */
  removeSnapshot(machine: string, name: string): Promise<void>;
  /** Goes back to a snapshot. The machine is paused then. */
  revert(machine: string, name: string): Promise<void>;

  /** A template that is not booted yet. `work` is a path of a file in an empty folder. */
  template(spec: TemplateSpec, image: ImageFiles, work: (file: string) => string): Template;
  /** Templates that exist, with the path of their disk. */
  templates(): Promise<{ readonly machine: string; readonly disk: string }[]>;
  /** Ends templates. Nothing of them is left. */
  endTemplates(machines: readonly string[]): Promise<void>;
  /** Removes saved memory that was placed for these machines but not restored. Returns those machines, each with the reason. */
  dropUnrestored(machines: readonly string[]): Promise<{ readonly machine: string; readonly reason: string }[]>;
}

/** Finds platforms. */
export interface Platforms {
  /** The stack's setting that holds the address of its platform. */
  readonly setting: string;
  /** What a resource of Pulumi's state is on a platform; undefined: nothing, like a command. */
  objectOf(resource: StateResource): StateObject | undefined;
  /** Address that a stack's setting or the environment names; undefined: neither names one. */
  wantedUri(configured: string | undefined): string | undefined;
  /** Address of the one of lvs-lab's own. */
  embeddedUri(): Promise<string>;
  /** The one of lvs-lab's own, started if it has files from an earlier run; undefined: there is none. */
  embedded(): Promise<Platform | undefined>;
  /** One by its address, as it is: it may have ended. */
  at(uri: string): Promise<Platform>;
  /** The one of a stack's setting, if there is one. The embedded one counts only once it has files. */
  standing(configured: string | undefined): Promise<Platform | undefined>;
  /** Address of the one that a stack will use, without starting one; undefined: the embedded one. */
  expectedUri(configured: string | undefined): Promise<string | undefined>;
  /** The one of a stack's setting, which answers; the embedded one is started if it does not run. */
  ready(configured: string | undefined): Promise<Platform>;
}
