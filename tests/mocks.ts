import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export type Recorded = {
  readonly type: string;
  readonly name: string;
  /** Inputs, including secret ones. */
  readonly inputs: Record<string, unknown>;
  /** The inputs with every secret replaced by "[secret]". */
  readonly visible: Record<string, unknown>;
  /** Type of the parent; the stack's own type for a resource without one. */
  readonly parent: string;
  readonly custom: boolean;
  /** URN and id of its provider; empty for the default one. */
  readonly provider: string;
  /** Options of the resource, with names of resources instead of URNs. */
  readonly options: {
    readonly deletedWith: string;
    readonly replaceWith: readonly string[];
    readonly dependsOn: readonly string[];
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
    readonly deleteBeforeReplace: boolean;
    readonly createTimeout: string;
  };
};

/** The output of the mock for ssh-keygen. The private half names its command, so that a test can look for it. */
export const mockKey = (name: string): string =>
  `-----BEGIN OPENSSH PRIVATE KEY-----\nprivate ${name}\n-----END OPENSSH PRIVATE KEY-----\nssh-ed25519 public-${name}\n`;

const SECRET = "4dabf18193072939515e22adb298388d";
type Wrapped = { readonly [SECRET]: string; readonly value: unknown };
const isSecret = (value: unknown): value is Wrapped => typeof value === "object" && value !== null && SECRET in value;

/** A value with each secret in it replaced. */
function replaceSecrets(value: unknown, replace: (secret: unknown) => unknown): unknown {
  if (isSecret(value)) return replace(value.value);
  if (Array.isArray(value)) return value.map((inner) => replaceSecrets(inner, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceSecrets(inner, replace)]));
}
const reveal = (value: unknown): unknown => replaceSecrets(value, reveal);
const hide = (value: unknown): unknown => replaceSecrets(value, () => "[secret]");

/** The providers' answers, by type. A missing type is a mistake of the program or of this table. */
const answers: Readonly<Record<string, (args: pulumi.runtime.MockResourceArgs) => Record<string, unknown>>> = {
  "pulumi:providers:libvirt": () => ({}),
  "libvirt:index/pool:Pool": () => ({}),
  "libvirt:index/volume:Volume": () => ({}),
  "libvirt:index/network:Network": () => ({}),
  "libvirt:index/combustion:Combustion": () => ({}),
  "libvirt:index/domain:Domain": () => ({}),
  "command:remote:Command": () => ({ stdout: "", stderr: "" }),
  "command:local:Command": ({ name, inputs }) => ({
    stdout: String((inputs as { create: string }).create).includes("ssh-keygen")
      ? mockKey(name)
      : JSON.stringify({ root: "/cache/root.qcow2", kernel: "/cache/vmlinuz", initrd: "/cache/initrd" }),
    stderr: "",
  }),
};

/** The used parts of the mock monitor and of RegisterResourceRequest, which have no types. */
type Monitor = { registerResource: (request: Request, callback: unknown) => Promise<void> };
type Request = {
  getObject(): { toJavaScript(): Record<string, unknown> };
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getDeletedwith(): string;
  getReplaceWithList(): string[];
  getDependenciesList(): string[];
  getIgnorechangesList(): string[];
  getReplaceonchangesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getDeletebeforereplace(): boolean;
  getCustomtimeouts(): { getCreate(): string } | undefined;
};

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";
const typeOf = (urn: string): string => urn.split("::").at(2)?.split("$").at(-1) ?? "";

/** Records the resources of a program, with the options that Pulumi's own mocks omit. */
export class Recorder {
  readonly resources: Recorded[] = [];

  private constructor() {}

  /** Replaces the engine and starts recording. `preview` makes it a dry run. */
  static async start({ preview = false } = {}): Promise<Recorder> {
    const recorder = new Recorder();
    await pulumi.runtime.setMocks(
      {
        newResource: (args) => {
          if (args.custom !== true) return { id: undefined, state: {} };
          const answer = answers[args.type];
          if (answer === undefined) throw new Error(`mock not implemented: resource ${args.type}`);
          return { id: `${args.name}-id`, state: { ...args.inputs, ...answer(args) } };
        },
        call: ({ token }) => {
          throw new Error(`mock not implemented: call ${token}`);
        },
      },
      "lvs-lab",
      "test",
      preview,
    );
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) => {
      recorder.record(request);
      return register(request, callback);
    };
    return recorder;
  }

  private record(request: Request): void {
    const inputs = request.getObject().toJavaScript();
    this.resources.push({
      type: request.getType(),
      name: request.getName(),
      inputs: reveal(inputs) as Record<string, unknown>,
      visible: hide(inputs) as Record<string, unknown>,
      parent: typeOf(request.getParent()),
      custom: request.getCustom(),
      provider: request.getProvider(),
      options: {
        deletedWith: nameOf(request.getDeletedwith()),
        replaceWith: request.getReplaceWithList().map(nameOf),
        dependsOn: request.getDependenciesList().map(nameOf),
        ignoreChanges: request.getIgnorechangesList(),
        replaceOnChanges: request.getReplaceonchangesList(),
        additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        createTimeout: request.getCustomtimeouts()?.getCreate() ?? "",
      },
    });
  }

  /** The one resource of this name and type. */
  find(type: string, name: string): Recorded {
    const found = this.resources.filter((resource) => resource.type === type && resource.name === name);
    if (found.length !== 1 || found[0] === undefined) {
      const names = this.resources.map((resource) => `${resource.type} ${resource.name}`).join("\n");
      throw new Error(`${found.length} resources ${type} ${name} among\n${names}`);
    }
    return found[0];
  }

  /** All resources of a type. */
  ofType(type: string): Recorded[] {
    return this.resources.filter((resource) => resource.type === type);
  }
}

/** An Output's value. Rejects if its source failed. */
export const promiseOf = <T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> =>
  new Promise((resolve, reject) => {
    (output as unknown as { promise(withUnknowns?: boolean): Promise<pulumi.Unwrap<T>> })
      .promise()
      .then(resolve, reject);
  });

/** Waits until everything that the program started is registered. This ends the recording. */
export const settle = (): Promise<void> => pulumi.runtime.disconnect();
