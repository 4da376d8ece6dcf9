import "./stackTraces";
import * as libvirt from "@pulumi/libvirt";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster";
import type { MadeMachine } from "../components/platform/hardware";
import { configurationOf } from "./configuration";
import { bracketed } from "../model/plan/addresses";
import { DEBIAN } from "../model/topology/guest";
import { servicesOf, sshAddress, vipsOf } from "../model/topology/queries";
import { domainName } from "../model/topology/names";
import type { Topology } from "../model/topology/topology";
import { virtualServicesOf } from "../model/topology/virtualServices";
import type { LabOutputs, NodeOutput } from "./outputs";
import { withoutPassword } from "../model/topology/secrets";
import { programVersion } from "./program";
import { readSettings, type Settings } from "./settings";

const { uri, ...settings } = readSettings();
const provider = new libvirt.Provider("libvirt", { uri });
const cluster = new Cluster(settings.topology.name, settings, { providers: { libvirt: provider } });

export const { version, lab, vip, url, nodes, realServers, client, topology, program, configuration, sshPrivateKey } =
  outputs(settings, cluster);

/** Outputs from the topology and the keys of the lab. */
function outputs(
  { topology: of, clientNamespace: namespace }: Pick<Settings, "topology" | "clientNamespace">,
  { machines, loginKey }: Cluster,
): { [K in keyof LabOutputs]-?: pulumi.Input<NonNullable<LabOutputs[K]>> } {
  const { client } = of;
  const vip = vipsOf(of)[0] ?? "";
  const brought = virtualServicesOf(of);
  const asked = brought.filter(({ protocol }) => protocol === "TCP").flatMap(({ endpoints }) => endpoints);
  const port = servicesOf(of)[0]?.port ?? asked.find(({ address }) => address === vip)?.port ?? 80;
  const serving = new Set([
    ...servicesOf(of).flatMap((server) => Object.keys(server.realServers)),
    ...brought.flatMap(({ realServers }) => realServers.flatMap(({ node }) => node ?? [])),
  ]);
  return {
    version: 1,
    lab: of.name,
    vip,
    url: `http://${bracketed(vip)}${port === 80 ? "" : `:${port}`}/`,
    nodes: pulumi.all(Object.values(machines).map((machine) => nodeOutput(of, machine))),
    realServers: Object.keys(of.nodes).filter((name) => serving.has(name)),
    client: { ...(client.kind === "vm" ? {} : { namespace }), addresses: client.addresses, mac: client.mac },
    topology: JSON.stringify(withoutPassword(of)),
    program: programVersion(),
    configuration: JSON.stringify(
      configurationOf(of, (name) => ({ family: machines[name]?.machine.guest.family ?? DEBIAN.family })),
    ),
    sshPrivateKey: loginKey.privateKey,
  };
}

function nodeOutput(of: Topology, { node, machine, hostKey }: MadeMachine): pulumi.Output<NodeOutput> {
  const address = sshAddress(node);
  const interfaces = Object.entries(node.interfaces).map(([name, card]) => ({ name, ...card }));
  const domain = domainName(of.name, node.name);
  return hostKey.apply((key) => ({
    name: node.name,
    role: node.role,
    family: machine.guest.family,
    domain,
    address,
    interfaces,
    ssh: `root@${address}`,
    hostKey: key,
  }));
}
