import * as path from "node:path";
import { words } from "../components/platform/libvirt/vm/cmdline";
import { SEED_SERIAL } from "../components/platform/libvirt/vm/xslt";
import { client, ofType, type Recipe, scripts } from "./recipe";
import { shell } from "./terraform";
import { inWork, write } from "./work";

/** Writes everything that bench/floor needs for a lab, and returns the folder. */
export function writePlan(lab: Recipe, uri: string): string {
  const file = (name: string, text: string): string => write(path.join("floor", name), text);
  const { nodes, sshPrivateKey } = lab.outputs;
  const texts = scripts(lab);
  const [network] = ofType(lab, "libvirt:index/network:Network");
  const image = ofType(lab, "libvirt:index/volume:Volume").flatMap(({ inputs }) =>
    typeof inputs.source === "string" ? [inputs.source] : [],
  );
  const part = (name: string): string => image.find((source) => path.basename(source).startsWith(name)) ?? "";
  if (network === undefined) throw new Error("the program has no network");
  const { name, bridge, addresses } = network.inputs as { name: string; bridge: string; addresses: string[] };
  file("uri", `${uri}\n`);
  file("image", `${part("root")}\n`);
  file("network", `${name}\n`);
  file(
    "network.xml",
    `<network><name>${name}</name><bridge name="${bridge}"/><dns enable="no"/>${ip(addresses[0] ?? "")}</network>\n`,
  );
  file("nodes", nodes.map(({ name, address, domain }) => `${name} ${address} ${domain}\n`).join(""));
  file("key", sshPrivateKey);
  file("hosts", nodes.map(({ address, hostKey }) => `${address} ${hostKey}\n`).join(""));
  const namespace = client(lab);
  file("client-up", shell(namespace.create, namespace.environment));
  file("client-down", shell(namespace.delete, namespace.environment));
  for (const node of nodes) {
    const domain = ofType(lab, "libvirt:index/domain:Domain").find(({ inputs }) => inputs.name === node.domain);
    const seed = ofType(lab, "libvirt:index/combustion:Combustion").find((one) =>
      one.name.endsWith(`-${node.name}-seed`),
    );
    if (domain === undefined || seed === undefined) throw new Error(`the program has no machine ${node.name}`);
    const seedFile = file(`${node.name}.seed`, String(seed.inputs.content));
    file(`${node.name}.sh`, texts[node.name] ?? "");
    file(
      `${node.name}.xml`,
      domainXml(domain.inputs as Domain, {
        disk: inWork("floor", `${node.name}.qcow2`),
        seed: seedFile,
        kernel: part("vmlinuz"),
        initrd: part("initrd"),
        network: name,
      }),
    );
  }
  return inWork("floor");
}

/** The host's address in a segment: the first one, libvirt's default. */
function ip(cidr: string): string {
  const [address = "", length = ""] = cidr.split("/");
  return `<ip address="${address.replace(/\d+$/, "1")}" prefix="${length}"/>`;
}

type Domain = {
  readonly name: string;
  readonly type: string;
  readonly memory: number;
  readonly vcpu: number;
  readonly cmdlines: readonly Readonly<Record<string, string>>[];
  readonly networkInterfaces: readonly { readonly mac: string }[];
};

/** The same domain that the provider and the program's stylesheet make. */
function domainXml(
  { name, type, memory, vcpu, cmdlines, networkInterfaces }: Domain,
  files: {
    readonly disk: string;
    readonly seed: string;
    readonly kernel: string;
    readonly initrd: string;
    readonly network: string;
  },
): string {
  const disk = (target: string, format: string, source: string, more: string): string =>
    `<disk type="file" device="disk"><driver name="qemu" type="${format}" cache="unsafe"/><source file="${source}"/><target dev="${target}" bus="virtio"/>${more}</disk>`;
  return `<domain type="${type}">
  <name>${name}</name>
  <memory unit="MiB">${memory}</memory>
  <vcpu>${vcpu}</vcpu>
  <os><type arch="x86_64">hvm</type><kernel>${files.kernel}</kernel><initrd>${files.initrd}</initrd><cmdline>${words(cmdlines)}</cmdline></os>
  <features><acpi/><apic/></features>
  <devices>
    ${disk("vda", "qcow2", files.disk, "")}
    ${disk("vdb", "raw", files.seed, `<readonly/><serial>${SEED_SERIAL}</serial>`)}
    ${networkInterfaces.map(({ mac }) => `<interface type="network"><mac address="${mac}"/><source network="${files.network}"/><model type="virtio"/><rom enabled="no"/></interface>`).join("\n    ")}
    <serial type="pty"><log file="/var/log/libvirt/qemu/${name}-console.log" append="on"/><target port="0"/></serial>
    <controller type="usb" model="none"/>
    <video><model type="none"/></video>
    <audio id="1" type="none"/>
    <memballoon model="none"/>
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
  </devices>
</domain>
`;
}
