/** What the client asks of directors that bring their own configurations. */
import { canonical } from "../../model/plan/addresses";
import { compile } from "../../model/topology/compile";
import { vipsOf } from "../../model/topology/queries";
import { clientReaches } from "../../model/topology/packetPaths";
import type { Node, Service } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import {
  addressOwners,
  type Endpoint,
  type VirtualService,
  virtualServicesOf,
} from "../../model/topology/virtualServices";
import { answerOf, type Question, whoAnswered } from "../roles/server/ask";

/** A virtual server that the client asks, with the machines that may answer; or why it cannot ask. */
export type Asked =
  | {
      readonly question: Question;
      readonly times: number;
      /** Names of its real servers' machines, as `whoAnswered` says them. */
      readonly from: readonly string[];
      /** Whether all of them must answer: they take turns, and no client stays on one. */
      readonly takesTurns: boolean;
      /** The service of which the client must get one server alone, however often and at which place it asks; undefined: it is not persistent. */
      readonly staysIn?: string;
    }
  | { readonly unasked: string };

/** Schedulers that give every real server its turn. */
const IN_TURN = ["rr", "wrr"];

/** Seconds of persistence that certainly outlast the questions to one virtual server. */
const lasting = 30;

/** The most requests to one virtual server. */
const most = 40;

/** The name of a virtual server with its protocol: the same address may have both. */
export const nameOfService = ({ name, protocol }: VirtualService): string =>
  [name.replace("virtual_server ", ""), ...(protocol === undefined ? [] : [protocol])].join(" ");

/** Port 0 is every port: then the machine's first service is asked for. */
function served(node: Node | undefined, port: number): Service | undefined {
  const serves = node !== undefined && "serves" in node ? (node.serves ?? []) : [];
  return serves.find((one) => port === 0 || one.port === port);
}

/** Where a virtual server is asked: at its own addresses, or at those whose packets are marked for it. */
type Place = Endpoint & { readonly protocol: VirtualService["protocol"] };

const placesOf = ({ endpoints, marked = [], protocol }: VirtualService): readonly Place[] => [
  ...endpoints.map((one) => ({ ...one, protocol })),
  ...marked.map(
    ({ to, port, protocol: transport }): Place => ({
      address: canonical(to.split("/")[0] ?? ""),
      port,
      protocol: transport === "udp" ? "UDP" : "TCP",
    }),
  ),
];

function asked(topology: Topology, service: VirtualService, place: Place | undefined): Asked {
  const { scheduler, persistence } = service;
  if (service.protocol === undefined && place === undefined) return { unasked: "the client sets no firewall mark" };
  if (service.protocol === "SCTP") return { unasked: "the client does not speak SCTP" };
  if (place === undefined || !clientReaches(topology, place.address))
    return { unasked: "the client has no route there" };
  // A template of a firewall mark counts for every address and port; another one for its own (Linux, net/netfilter/ipvs/ip_vs_core.c, ip_vs_sched_persist).
  const at = service.protocol === undefined ? "" : ` at ${place.address} ${place.port}`;
  const serving = servingOf(topology, service, place);
  const [first] = serving;
  if (first === undefined) return { unasked: "no machine of the lab serves it" };
  const weights = serving.map(({ weight }) => weight);
  const round = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    question: {
      protocol: first.protocol,
      address: place.address,
      port: place.port === 0 ? first.port : place.port,
      ...(first.protocol === "dns" ? { transport: place.protocol === "UDP" ? "udp" : "tcp" } : {}),
    },
    times: Math.min(most, 2 * round),
    from: [...new Set(serving.map(({ name }) => name))],
    takesTurns: IN_TURN.includes(scheduler) && persistence === undefined && 2 * round <= most,
    ...(persistence === undefined || persistence < lasting ? {} : { staysIn: `${nameOfService(service)}${at}` }),
  };
}

/** The real servers that can answer at a place of a virtual server. */
function servingOf(topology: Topology, { realServers }: VirtualService, { port }: Endpoint) {
  const owners = addressOwners(topology);
  return realServers.flatMap((rs) => {
    const node = owners.get(rs.address);
    const service = served(node, rs.port === 0 ? port : rs.port);
    if (node === undefined || service === undefined || rs.weight === 0) return [];
    const protocol = rs.serves ?? service.protocol;
    const name = whoAnswered(answerOf(node.name, { ...service, protocol }));
    return [{ name, protocol, port: service.port, weight: rs.weight }];
  });
}

/** Every virtual server of the directors' configurations by its name. One at several places is asked at each: another director may hold that address. */
export const askedOf = (topology: Topology): Readonly<Record<string, Asked>> =>
  Object.fromEntries(
    virtualServicesOf(topology).flatMap((one): (readonly [string, Asked])[] => {
      const name = nameOfService(one);
      const places = placesOf(one);
      if (places.length < 2) return [[name, asked(topology, one, places[0])]];
      return places.map((place) => [`${name} at ${place.address} ${place.port}`, asked(topology, one, place)]);
    }),
  );

/** Where the client can hold a conversation with a real server: SMTP, in which a connection is asked again and again. Undefined: nowhere. */
export function conversationOf(topology: Topology): Endpoint | undefined {
  const talks = virtualServicesOf(topology).filter(({ protocol }) => protocol === "TCP");
  return talks
    .filter(({ realServers }) => realServers.some(({ serves }) => serves === "smtp"))
    .flatMap(({ endpoints }) => endpoints)
    .find(({ address }) => clientReaches(topology, address));
}

/** Whether the kernels of several directors tell each other of their connections. */
export const areTold = (topology: Topology): boolean =>
  compile(topology).nodes.filter(({ config }) => config.global.lvsSyncDaemon !== undefined).length > 1;

/** VIPs without a virtual server: undefined if the client can ask, else why not. */
export function askedVips(topology: Topology): Readonly<Record<string, string | undefined>> {
  const served = new Set(
    virtualServicesOf(topology).flatMap(({ endpoints }) => endpoints.map(({ address }) => address)),
  );
  return Object.fromEntries(
    vipsOf(topology)
      .filter((vip) => !served.has(vip))
      .map((vip) => [vip, clientReaches(topology, vip) ? undefined : "the client has no route there"]),
  );
}
