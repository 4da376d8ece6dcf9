import * as fs from "node:fs";
import { spawnSync } from "node:child_process";
import { LIMITS } from "../../model/limits";
import { DEBIAN, type Guest } from "../../model/topology/guest";
import { CLIENT } from "../../model/topology/packetPaths";
import type { Topology } from "../../model/topology/topology";
import { shellQuote } from "../../model/shellQuote";
import type { Platform } from "../../components/platform/platform";
import type { LabOutputs, NodeOutput } from "../../infra/outputs";
import type { Configuration } from "../../infra/configuration";
import { deployedTopology } from "../engine/deployedTopology";
import { hostKeys } from "./login";
import { embeddedNetns } from "../paths";
import { type RunOptions, type RunResult, tryRun } from "../run";
import { UserError } from "../../model/userError";
import { Temporary } from "../temporary";

/** Words that run a command in a network namespace. */
const inNamespace = (name: string, command: readonly string[]): string[] => [
  "nsenter",
  `--net=/run/netns/${name}`,
  "--",
  ...command,
];

/** What a drill does to machines from outside. */
export type Machines = Pick<Platform, "powerOff" | "setLink" | "start">;

/**
 * Access to a deployed lab: SSH to its guests with the pinned host keys, and commands on the client, which is a guest or a network namespace.
 * Everything that uses lab addresses goes through here, so it always runs inside the lab's namespaces.
 */
export class Session {
  /** The topology as deployed. */
  readonly topology: Topology;
  /** What each guest was configured with; undefined: the lab's outputs do not say. */
  readonly configuration: Configuration | undefined;
  /** Folder of key and control sockets, which last as long as the session. */
  private readonly folder = new Temporary();

  constructor(
    readonly lab: LabOutputs,
    private readonly embedded: boolean,
    /** Where its machines are; undefined: out of reach. */
    readonly machines?: Machines,
  ) {
    this.topology = deployedTopology(lab);
    this.configuration = lab.configuration === undefined ? undefined : (JSON.parse(lab.configuration) as Configuration);
    fs.writeFileSync(this.folder.at("key"), lab.sshPrivateKey, { mode: 0o600 });
    fs.writeFileSync(this.folder.at("hosts"), hostKeys(lab.nodes));
  }

  /** A node by name. */
  node(name: string): NodeOutput {
    const found = this.lab.nodes.find((node) => node.name === name);
    if (found === undefined) {
      throw new UserError(`node: got ${name}, need one of: ${this.lab.nodes.map((node) => node.name).join(", ")}`);
    }
    return found;
  }

  /** The system of a node. */
  guest(node: string): Guest {
    const { family = DEBIAN.family } = this.node(node);
    return { family };
  }

  /** Words that run a command in a place from which the guests can be reached. */
  enter(...command: readonly string[]): string[] {
    return this.embedded ? ["nsenter", `--net=${embeddedNetns}`, "--", ...command] : [...command];
  }

  private sshWords(node: NodeOutput, ...extra: readonly string[]): string[] {
    const options = {
      IdentityFile: this.folder.at("key"),
      IdentitiesOnly: "yes",
      UserKnownHostsFile: this.folder.at("hosts"),
      StrictHostKeyChecking: "yes",
      HostKeyAlgorithms: "ssh-ed25519",
      ConnectTimeout: `${LIMITS.sshConnect.seconds}`,
      // Do one key exchange per node and session: it is the expensive part in an emulated guest.
      ControlMaster: "auto",
      ControlPath: this.folder.at("%h"),
      ControlPersist: "60",
      LogLevel: "ERROR",
    };
    const flags = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
    return this.enter("ssh", "-F", "none", ...flags, ...extra, node.ssh);
  }

  /** Runs a shell command on a node. */
  ssh(name: string, command: string, options: RunOptions = {}): Promise<RunResult> {
    return tryRun([...this.sshWords(this.node(name)), command], { timeout: LIMITS.sshCommand.seconds, ...options });
  }

  /** Gives the terminal to a shell or a command on a node, and returns its exit code. */
  interactive(name: string, command: readonly string[]): number {
    const [program = "", ...words] = [
      ...this.sshWords(this.node(name), ...(process.stdin.isTTY ? ["-t"] : [])),
      ...command,
    ];
    return spawnSync(program, words, { stdio: "inherit" }).status ?? 1;
  }

  /** Runs a command on the client: in its network namespace, or in its guest. */
  client(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const { namespace } = this.lab.client;
    const limited = { timeout: LIMITS.clientCommand.seconds, ...options };
    return namespace === undefined
      ? this.ssh(CLIENT, command.map(shellQuote).join(" "), limited)
      : tryRun(inNamespace(namespace, command), limited);
  }

  /** Gives the terminal to a shell or a command on the client, and returns its exit code. */
  clientInteractive(command: readonly string[]): number {
    const { namespace } = this.lab.client;
    if (namespace === undefined) return this.interactive(CLIENT, command.map(shellQuote));
    const shell = command.length > 0 ? command : [process.env.SHELL ?? "/bin/sh"];
    const [program = "", ...words] = inNamespace(namespace, shell);
    return spawnSync(program, words, { stdio: "inherit" }).status ?? 1;
  }

  /** Forgets the connection to a node that was away: the next command makes a new one. */
  async reconnect(name: string): Promise<void> {
    const node = this.node(name);
    if (!fs.existsSync(this.folder.at(node.address))) return;
    await tryRun([...this.sshWords(node, "-O", "exit")], { timeout: LIMITS.sshClose.seconds });
    fs.rmSync(this.folder.at(node.address), { force: true });
  }

  /** Closes the SSH connections and removes the key. */
  async close(): Promise<void> {
    await Promise.all(this.lab.nodes.map(({ name }) => this.reconnect(name)));
    this.folder.remove();
  }
}
