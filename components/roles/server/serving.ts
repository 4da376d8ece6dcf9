/** What makes a machine serve as a stand-in. A director may do so, too. */
import { cidrOf, familyOf, isWithin } from "../../../model/plan/addresses";
import { vipsOf } from "../../../model/topology/queries";
import type { Topology } from "../../../model/topology/topology";
import type { Ask } from "../../looks/ask";
import type { Software } from "../../machine/family";
import type { Opening, Ports } from "../../machine/firewall/opening";
import { STAGED, type Step } from "../../machine/remote/script";
import { PROXIES } from "../proxy/family";
import { type Answer, answerOf, askWords, NO_ANSWER, parseAnswers, type Question, type WithAnswers } from "./ask";
import { renderCertificate } from "./certificate";
import {
  CERTIFICATE,
  PROGRAM,
  renderTls,
  renderTlsUnit,
  renderUnit,
  type Served,
  TLS_CONF,
  TLS_UNIT,
  tlsServices,
  UNIT,
} from "./daemon";
import { PERL } from "./family";
import type { ServingNode } from "./holds";

/** The services, with every address from which the machine may answer: its own, VIPs that it holds, and of a director also those of the lab. */
const servedBy = (topology: Topology, node: ServingNode): Served => ({
  lab: topology.name,
  name: node.name,
  services: node.serves ?? [],
  // A link-local address needs its card beside it, and no client of a lab asks it.
  addresses: [
    ...new Set([
      ...Object.values(node.interfaces).flatMap(({ address, aliases = [] }) => [address, ...aliases.map(plain)]),
      ...(node.holds ?? []).map(plain),
      ...(node.role === "director" ? vipsOf(topology) : []),
    ]),
  ].filter((address) => !isWithin(address, LINK_LOCAL)),
});

/** RFC 4291, 2.5.6. */
const LINK_LOCAL = { address: "fe80::", prefix: 10 };

/** An address without its prefix length. */
const plain = (cidr: string): string => cidrOf(cidr)?.address ?? cidr;

/** Software of the daemon, and of TLS. */
export const servingSoftware = ({ serves = [] }: ServingNode): Software[] => [
  ...(serves.length === 0 ? [] : [PERL]),
  ...(tlsServices(serves).length === 0 ? [] : [PROXIES.haproxy]),
];

const unitPath = (unit: string): string => `/etc/systemd/system/${unit}.service`;

/** Files and units of the daemon; without services, none of them. */
export function servingSteps(topology: Topology, node: ServingNode): Step[] {
  const served = servedBy(topology, node);
  const restart = { events: [`restart:${UNIT}`] } as const;
  if (served.services.length === 0) return [...gone(TLS_UNIT), ...gone(UNIT)];
  return [
    { kind: "file", path: PROGRAM.path, content: PROGRAM.text, check: ["perl", "-c", STAGED], ...restart },
    { kind: "file", path: unitPath(UNIT), content: renderUnit(served), ...restart },
    { kind: "unit", name: UNIT, enabled: true, active: true },
    ...tlsSteps(served),
  ];
}

/** haproxy with the lab's own file and unit. Its package's unit has another file. */
function tlsSteps(served: Served): Step[] {
  if (tlsServices(served.services).length === 0) return gone(TLS_UNIT);
  const restart = { events: [`restart:${TLS_UNIT}`] } as const;
  const check = ["haproxy", "-c", "-q", "-f", STAGED];
  return [
    { kind: "unit", name: "haproxy", enabled: false, active: false },
    { kind: "file", path: CERTIFICATE, content: renderCertificate(served.lab, served.name), mode: "0600", ...restart },
    { kind: "file", path: TLS_CONF, content: renderTls(served), check, ...restart },
    { kind: "file", path: unitPath(TLS_UNIT), content: renderTlsUnit(served), ...restart },
    { kind: "unit", name: TLS_UNIT, enabled: true, active: true },
  ];
}

const gone = (unit: string): Step[] => [
  { kind: "unit", name: unit, enabled: false, active: false },
  { kind: "absent", path: unitPath(unit) },
];

/** Units whose state is looked at. */
export const servingUnits = ({ serves = [] }: ServingNode): Readonly<Record<string, string>> => ({
  ...(serves.length === 0 ? {} : { [UNIT]: UNIT }),
  ...(tlsServices(serves).length === 0 ? {} : { [TLS_UNIT]: TLS_UNIT }),
});

/** Its sockets, by transport. DNS is served on both (RFC 7766). */
export function servingListeners({ serves = [] }: ServingNode): Ports[] {
  const ports = {
    tcp: serves.filter(({ protocol }) => protocol !== "udp").map(({ port }) => port),
    udp: serves.filter(({ protocol }) => protocol === "udp" || protocol === "dns").map(({ port }) => port),
  };
  return (["tcp", "udp"] as const)
    .filter((transport) => ports[transport].length > 0)
    .map((transport) => ({ transport, ports: ports[transport] }));
}

/** What it answers, in both families: requests come from any client, because IPVS does not change the source. */
export const servingOpenings = (node: ServingNode): Opening[] =>
  servingListeners(node).map((what) => ({ name: "services", what }));

/** Something that the client asks a stand-in, by a short name, and the answer that it must get. */
export type Asked = { readonly what: string; readonly question: Question; readonly want: Answer };

/**
 * The questions to a stand-in at an IPv4 address, and at its IPv6 addresses in networks of the client. DNS is asked by UDP and by TCP.
 */
export function questionsOf({ client }: Pick<Topology, "client">, node: ServingNode, address = ""): Asked[] {
  const near = (client.aliases ?? []).flatMap((one) => cidrOf(one) ?? []);
  const sixes = Object.values(node.interfaces)
    .flatMap(({ aliases = [] }) => aliases.map(plain))
    .filter((one) => familyOf(one) === "inet6" && near.some((network) => isWithin(one, network)));
  return [
    ...asked(node, address),
    ...sixes.flatMap((six) => asked(node, six).map((one) => ({ ...one, what: `${one.what} at ${six}` }))),
  ];
}

const asked = ({ name, serves = [] }: ServingNode, address: string): Asked[] =>
  serves.flatMap((service): Asked[] => {
    const { protocol, port } = service;
    const one = { what: `${protocol} ${port}`, question: { protocol, address, port }, want: answerOf(name, service) };
    return protocol === "dns"
      ? [one, { ...one, what: `${one.what} by TCP`, question: { ...one.question, transport: "tcp" } }]
      : [one];
  });

/** Asks each of its services. Nothing is asked of a machine without services. */
export const answers: Ask<ServingNode, WithAnswers> = {
  command(node, address, topology) {
    const questions = questionsOf(topology, node, address).map(({ question }) => question);
    return questions.length === 0 ? [] : askWords(questions);
  },
  read(node, output, topology) {
    const all = questionsOf(topology, node);
    const read = parseAnswers(
      all.map(({ question }) => question),
      output,
    );
    return { answers: Object.fromEntries(all.map(({ what }, index) => [what, read[index] ?? NO_ANSWER])) };
  },
};
