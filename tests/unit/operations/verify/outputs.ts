import { sshAddress } from "../../../../model/topology/queries";
import { guestsOf } from "../../../../model/topology/guests";
import { domainName } from "../../../../model/topology/names";
import { vipsOf } from "../../../../model/topology/queries";
import type { Topology } from "../../../../model/topology/topology";
import type { LabOutputs } from "../../../../infra/outputs";

/** Outputs of a lab as a deployed stack has them, with invalid keys. */
export function outputsOf(topology: Topology): LabOutputs {
  const vip = vipsOf(topology)[0] ?? "";
  const { client } = topology;
  return {
    version: 1,
    lab: topology.name,
    vip,
    url: `http://${vip}/`,
    nodes: Object.values(guestsOf(topology)).map((node) => ({
      name: node.name,
      role: node.role,
      domain: domainName(topology.name, node.name),
      address: sshAddress(node),
      interfaces: Object.entries(node.interfaces).map(([name, card]) => ({ name, ...card })),
      ssh: `root@${sshAddress(node)}`,
      hostKey: `ssh-ed25519 AAAA${node.name}`,
    })),
    realServers: [],
    client: {
      ...(client.kind === "vm" ? {} : { namespace: `lvs-${topology.name}-client` }),
      addresses: client.addresses,
      mac: client.mac,
    },
    topology: JSON.stringify(topology),
    sshPrivateKey: "PRIVATE KEY\n",
  };
}
