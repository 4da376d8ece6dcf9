/** How other programs log in to a lab's guests: files with key and host keys, and options for OpenSSH and Ansible. */
import * as fs from "node:fs";
import * as path from "node:path";
import { shellQuote } from "../../model/shellQuote";
import type { LabOutputs, NodeOutput } from "../../infra/outputs";
import { embeddedNetns, inRoot, stateDir } from "../paths";
import { writeWhole } from "../wholeFile";
import type { Stack } from "../engine/stack";
import type { DeployedLab } from "../engine/handle";

/** Files that a login needs. Only their owner can read them. */
export type LoginFiles = {
  /** The lab's private key. */
  readonly key: string;
  /** The guests' host keys, known_hosts format (sshd(8)). */
  readonly hosts: string;
};

/** The folder of these files; `destroy` removes it. */
export const loginFolder = ({ name }: Pick<Stack, "name">): string => path.join(stateDir, "ssh", name);

/** Writes a deployed lab's login files, and replaces those of an earlier deployment. */
export function writeLogin(
  folder: string,
  { nodes, sshPrivateKey }: Pick<LabOutputs, "nodes" | "sshPrivateKey">,
): LoginFiles {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = { key: path.join(folder, "key"), hosts: path.join(folder, "known_hosts") };
  writeWhole(files.key, sshPrivateKey);
  writeWhole(files.hosts, hostKeys(nodes));
  return files;
}

/** The pinned host keys as known_hosts. */
export const hostKeys = (nodes: readonly Pick<NodeOutput, "address" | "hostKey">[]): string =>
  nodes.map(({ address, hostKey }) => `${address} ${hostKey}\n`).join("");

/** The way to the embedded libvirt's guests, whose addresses exist in its network namespace only. */
export const proxyCommand = (netns = embeddedNetns, connect = inRoot("host", "connect.cjs")): string =>
  ["nsenter", `--net=${netns}`, "--", process.execPath, connect]
    .map((text) => shellQuote(text).replaceAll("%", "%%"))
    .concat("%h", "%p")
    .join(" ");

/** How a guest is reached. */
export type Way = LoginFiles & {
  /** undefined: directly, like any other host. */
  readonly proxyCommand?: string;
};

/** Writes the login files of an existing lab, and returns how to reach its guests with them. */
export const wayTo = ({ stack, host, lab }: DeployedLab): Way => ({
  ...writeLogin(loginFolder(stack), lab),
  ...(host.embedded ? { proxyCommand: proxyCommand() } : {}),
});

/** OpenSSH's options for it (ssh_config(5)): only the pinned host key and only the lab's key are used. */
export const sshOptions = ({ key, hosts, proxyCommand }: Way): Readonly<Record<string, string>> => ({
  IdentityFile: word(key),
  IdentitiesOnly: "yes",
  UserKnownHostsFile: word(hosts),
  GlobalKnownHostsFile: "/dev/null",
  StrictHostKeyChecking: "yes",
  HostKeyAlgorithms: "ssh-ed25519",
  ...(proxyCommand === undefined ? {} : { ProxyCommand: proxyCommand }),
});

/** A file name as one word of ssh_config, where a percent sign would begin a token. */
function word(file: string): string {
  const text = file.replaceAll("%", "%%");
  return /^[^\s"'#]+$/.test(text) ? text : `"${text}"`;
}

/** An ssh_config(5) for a lab's guests, each by the name of its domain. */
export function sshConfig({ lab, nodes }: Pick<LabOutputs, "lab" | "nodes">, way: Way): string {
  const lines = nodes.flatMap(({ domain, address }) => [
    "",
    `Host ${domain}`,
    `  HostName ${address}`,
    "  User root",
    ...Object.entries(sshOptions(way)).map(([name, value]) => `  ${name} ${value}`),
  ]);
  return [
    `# The guests of lab ${lab}, written by lab ssh-config. It is useless after the lab is destroyed.`,
    ...lines,
    "",
  ].join("\n");
}
