/** How other programs log in to a lab's guests: files with key and host keys, and what OpenSSH and Ansible have to know. */
import * as fs from "node:fs";
import * as path from "node:path";
import { shellQuote } from "../components/vm/seed";
import type { LabOutputs, NodeOutput } from "../infra/outputs";
import type { Deployed } from "./deployed";
import { embeddedNetns, inRoot, stateDir } from "./paths";
import type { Stack } from "./stack";

/** Files that a login needs; both are the owner's alone. */
export type LoginFiles = {
  /** The lab's private key. */
  readonly key: string;
  /** The guests' host keys, known_hosts format (sshd(8)). */
  readonly hosts: string;
};

/** Where they are kept; `destroy` removes the folder. */
export const loginFolder = ({ name }: Pick<Stack, "name">): string => path.join(stateDir, "ssh", name);

/** Writes a deployed lab's login files, new ones in the place of those of an earlier deployment. */
export function writeLogin(
  folder: string,
  { nodes, sshPrivateKey }: Pick<LabOutputs, "nodes" | "sshPrivateKey">,
): LoginFiles {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = { key: path.join(folder, "key"), hosts: path.join(folder, "known_hosts") };
  put(files.key, sshPrivateKey);
  put(files.hosts, hostKeys(nodes));
  return files;
}

/** A program that reads it meanwhile has the old one or the new one, whole. */
function put(file: string, text: string): void {
  fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

/** The pinned host keys as known_hosts. */
export const hostKeys = (nodes: readonly Pick<NodeOutput, "address" | "hostKey">[]): string =>
  nodes.map(({ address, hostKey }) => `${address} ${hostKey}\n`).join("");

/** What the embedded libvirt's guests need: their addresses are in its network namespace alone. */
export const proxyCommand = (netns = embeddedNetns, connect = inRoot("host", "connect.cjs")): string =>
  ["nsenter", `--net=${netns}`, "--", process.execPath, connect]
    .map((text) => shellQuote(text).replaceAll("%", "%%"))
    .concat("%h", "%p")
    .join(" ");

/** How a guest is reached. */
export type Way = LoginFiles & {
  /** undefined: from here, as any other host. */
  readonly proxyCommand?: string;
};

/** Writes the login files of a lab that is there, and says how its guests are reached with them. */
export const wayTo = ({ stack, host, lab }: Deployed): Way => ({
  ...writeLogin(loginFolder(stack), lab),
  ...(host.embedded ? { proxyCommand: proxyCommand() } : {}),
});

/** OpenSSH's words for it (ssh_config(5)): what is pinned is asked for, and nothing else is tried. */
export const sshOptions = ({ key, hosts, proxyCommand }: Way): Readonly<Record<string, string>> => ({
  IdentityFile: word(key),
  IdentitiesOnly: "yes",
  UserKnownHostsFile: word(hosts),
  GlobalKnownHostsFile: "/dev/null",
  StrictHostKeyChecking: "yes",
  HostKeyAlgorithms: "ssh-ed25519",
  ...(proxyCommand === undefined ? {} : { ProxyCommand: proxyCommand }),
});

/** The name of a file as one word. A percent sign would begin a token. */
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
  return [`# The guests of lab ${lab}, by lab ssh-config. Of no use once the lab is destroyed.`, ...lines, ""].join(
    "\n",
  );
}
