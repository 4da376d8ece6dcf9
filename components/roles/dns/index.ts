import type { DnsNode } from "../../../model/topology/node";
import type { Ports } from "../../machine/firewall/opening";
import { STAGED } from "../../machine/remote/script";
import type { Role } from "../role";
import { names } from "./ask";
import { DNS } from "./checks";
import { CONF, renderDnsmasq, renderDnsmasqUnit } from "./dnsmasq";
import { DNSMASQ } from "./family";

/** RFC 7766: a DNS server answers on both. */
const PORTS: readonly Ports[] = [
  { transport: "tcp", ports: [53] },
  { transport: "udp", ports: [53] },
];

/** So many names have room in its box. */
const MOST_DRAWN = 4;

/** A DNS server: dnsmasq with the records of the topology. */
export const dns: Role<DnsNode> = {
  component: "DnsServer",
  after: [],
  secret: false,
  group: "dns_servers",
  drawn: {
    label: "DNS server",
    pill: "DNS",
    short: "DNS server",
    colour: "nfs",
    notes({ records }) {
      const all = Object.entries(records).map(([name, address]) => `${name} is ${address}`);
      return all.length > MOST_DRAWN ? [`${all.length} names`] : all;
    },
  },
  software: () => [DNSMASQ],
  steps: (topology, node) => [
    {
      kind: "file",
      path: CONF,
      content: renderDnsmasq(node),
      check: ["dnsmasq", "--test", `--conf-file=${STAGED}`],
      backup: true,
      // It reads its configuration only when it starts.
      events: ["restart:dnsmasq"],
    },
    {
      kind: "file",
      path: "/etc/systemd/system/dnsmasq.service",
      content: renderDnsmasqUnit(topology),
      events: ["restart:dnsmasq"],
    },
    { kind: "unit", name: "dnsmasq", enabled: true, active: true },
  ],
  openings: () => PORTS.map((what) => ({ name: "DNS", what })),
  listeners: () => [...PORTS],
  units: () => ({ dnsmasq: "dnsmasq" }),
  asks: names,
  checks: DNS,
};
