/** Recognizes the kind of a file that is not a topology. Nothing of its content is shown. */

/** What a keepalived.conf seems to be. */
export const KEEPALIVED = "a keepalived.conf";

/** What a topology file seems to be. */
export const TOPOLOGY = "a topology file";

type Kind = { readonly name: string; readonly is: (file: Seen) => boolean };
type Seen = {
  readonly text: string;
  /** The parsed YAML; undefined: the file is not YAML. */
  readonly data: unknown;
};

const has =
  (pattern: RegExp) =>
  ({ text }: Seen) =>
    pattern.test(text);
const keys = (data: unknown): readonly string[] =>
  typeof data === "object" && data !== null && !Array.isArray(data) ? Object.keys(data) : [];
const hasKeys =
  (...wanted: readonly string[]) =>
  ({ data }: Seen) =>
    wanted.every((key) => keys(data).includes(key));
const listOf =
  (...wanted: readonly string[]) =>
  ({ data }: Seen) =>
    Array.isArray(data) && data.some((one) => wanted.some((key) => keys(one).includes(key)));
const isJson = ({ text }: Seen): boolean => {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
};

/** The first match counts. */
const KINDS: readonly Kind[] = [
  { name: "a key or a certificate", is: has(/^-----BEGIN /m) },
  { name: "a binary file", is: has(/\0/) },
  { name: "a script", is: has(/^#! *\//) },
  {
    name: KEEPALIVED,
    is: has(/^\s*(global_defs|vrrp_\w+|virtual_server(_group)?|static_\w+)\b[^:\n]*(\{|$)/m),
  },
  { name: "an nftables ruleset", is: has(/^\s*(add )?table (inet|ip6?|arp|bridge|netdev) \S+ *\{?/m) },
  { name: "an iptables ruleset", is: has(/^\*(filter|nat|mangle|raw)$/m) },
  { name: "a table of ipvsadm", is: has(/^\s*(ipvsadm\s+)?(-[AaEe]|--add-\w+)\s+(-[tuf]|--\w+-service)\s/m) },
  { name: "an haproxy.cfg", is: has(/^(global|defaults|(frontend|backend|listen)[ \t]+\S+)[ \t]*$/m) },
  { name: "an nginx.conf", is: has(/^\s*(events|http|stream|server|upstream\s+\S+)\s*\{/m) },
  { name: "a ldirectord.cf", is: has(/^\s*virtual\s*=/m) },
  { name: "a Terraform file", is: has(/^\s*(resource|provider|variable|terraform|module)\s+("[^"\n]*"\s*)*\{/m) },
  { name: "an XML or HTML document", is: has(/^\s*<[?!a-zA-Z]/) },
  { name: "a systemd unit or another file with sections in brackets", is: has(/^\[[\w .-]+\]\s*$/m) },
  { name: "a cloud-config of cloud-init", is: has(/^#cloud-config/) },
  { name: "a manifest of Kubernetes", is: hasKeys("apiVersion", "kind") },
  { name: "a playbook of Ansible", is: listOf("hosts", "tasks", "import_playbook") },
  { name: "an inventory of Ansible", is: hasKeys("all") },
  { name: "a project file of Pulumi", is: hasKeys("name", "runtime") },
  {
    name: "a stack's configuration of Pulumi",
    is: ({ data }) => ["config", "encryptionsalt"].some((key) => keys(data).includes(key)),
  },
  { name: "a Compose file", is: hasKeys("services") },
  { name: "a configuration of netplan", is: hasKeys("network") },
  { name: "a description of an image (lvs-lab:image)", is: hasKeys("disk") },
  { name: TOPOLOGY, is: hasKeys("segments", "nodes") },
  { name: "a JSON document", is: isJson },
];

/** What a file seems to be; undefined: unknown. */
export const fileKind = (text: string, data: unknown): string | undefined =>
  KINDS.find(({ is }) => is({ text, data }))?.name;
