/** The IPVS table that a Config makes, in the form in which ipvsadm saves it. */
import type { Config } from "../../model/keepalived/config/config";
import type { RealServer, VirtualServer } from "../../model/keepalived/config/servers";
import type { Forwarding } from "../../model/keepalived/kinds/servers";
import { canonical, rangeOf } from "../../model/plan/addresses";
import { ownDirectorsOf, readingOfOwn } from "../../model/topology/own/config";
import type { Topology } from "../../model/topology/topology";
import { addressOwners } from "../../model/topology/virtualServices";
import { endpointText, type SavedRealServer, type SavedService } from "../looks/savedTable";

/** A service of the kernel's table, with its port; 0 for a mark. */
export type Entry = { readonly service: string; readonly port: number };

/** The most addresses of a range. */
const MOST = 65_536;

const mark = (fwmark: number, family: string | undefined): Entry => ({
  service: `FWM ${fwmark}${family === "inet6" ? " IPv6" : ""}`,
  port: 0,
});

/** The rows of services that a virtual server makes: a group makes several. */
export function entriesOf({ service, protocol, family, group }: VirtualServer): readonly Entry[] {
  const at = (address: string, port: number): Entry => ({
    service: `${protocol?.value ?? "TCP"} ${endpointText(address, port)}`,
    port,
  });
  if (service.kind === "fwmark") return [mark(service.fwmark, family)];
  if (service.kind === "address") return [at(service.address, service.port)];
  return (group?.entries ?? []).flatMap(({ value }) =>
    value.kind === "fwmark"
      ? [mark(value.fwmark, value.family ?? family)]
      : rangeOf(value.address, value.last, MOST).map((address) => at(address, value.port)),
  );
}

const forwardingText = ({ method, tunnel = "ipip" }: Forwarding): string =>
  method === "TUN" ? `TUN ${tunnel}` : method;

/** DR and TUN cannot map ports: the real server has the service's. */
const realServerOf = (
  { address, port, lvsMethod: { value: forwarding } }: Pick<RealServer, "address" | "port" | "lvsMethod">,
  weight: number,
  entry: Entry,
  { service }: VirtualServer,
): SavedRealServer => ({
  at: endpointText(address, service.kind === "group" && forwarding.method !== "NAT" ? entry.port : port),
  forwarding: forwardingText(forwarding),
  weight,
});

/** The flags of schedulers, as ipvsadm names them for each (ipvsadm(8), --sched-flags). */
const FLAGS = [
  ["shFallback", "sh", "sh-fallback"],
  ["shPort", "sh", "sh-port"],
  ["mhFallback", "mh", "mh-fallback"],
  ["mhPort", "mh", "mh-port"],
  ["flag1", undefined, "flag-1"],
  ["flag2", undefined, "flag-2"],
  ["flag3", undefined, "flag-3"],
] as const;

function moreOf(vs: VirtualServer): readonly string[] {
  const flags = FLAGS.filter(
    ([key, only]) => vs[key] !== undefined && (only === undefined || only === vs.lbAlgo.value),
  ).map(([, , name]) => name);
  const { persistenceTimeout, persistenceGranularity: mask } = vs;
  return [
    ...(persistenceTimeout === undefined ? [] : [`persistent ${persistenceTimeout.value}`]),
    ...(mask === undefined || ["255.255.255.255", "128"].includes(mask.value) ? [] : [`mask ${mask.value}`]),
    ...(vs.ops === undefined ? [] : ["ops"]),
    ...flags,
  ].sort();
}

/**
 * The services that a director must have while every check of its real servers passes. `answers` says which real servers a machine of the lab can be:
 * one that nobody is has no row, unless nothing checks it.
 */
export const expectedServices = (
  { virtualServers }: Pick<Config, "virtualServers">,
  answers: (rs: RealServer) => boolean,
): readonly SavedService[] =>
  virtualServers.flatMap((vs) => {
    const passing = vs.realServers.filter((rs) => rs.checks.length === 0 || answers(rs));
    return entriesOf(vs).map(
      (entry): SavedService => ({
        service: entry.service,
        scheduler: vs.lbAlgo.value,
        more: moreOf(vs),
        realServers: passing.map((rs) => realServerOf(rs, rs.weight.value, entry, vs)),
      }),
    );
  });

/** The virtual servers of a director with its own configuration. */
const virtualServersOf = (topology: Topology, director: string): readonly VirtualServer[] =>
  ownDirectorsOf(topology)
    .filter(({ name }) => name === director)
    .flatMap((node) => readingOfOwn(node).config.virtualServers);

/** The rows that a director with its own configuration must have in its table. */
export function expectedRows(topology: Topology, director: string): readonly string[] {
  const owners = addressOwners(topology);
  const virtualServers = virtualServersOf(topology, director);
  return rowsOf(expectedServices({ virtualServers }, ({ address }) => owners.has(canonical(address))));
}

/**
 * The rows that were seen in a director's table, without its idle sorry servers: with sorry_server_inhibit keepalived leaves one that was in use
 * in the table, with weight 0 (keepalived.conf(5)).
 */
export function seenRows(topology: Topology, director: string, table: readonly SavedService[]): readonly string[] {
  const idle = virtualServersOf(topology, director).flatMap((vs) => {
    const { sorryServer: sorry } = vs;
    if (sorry?.inhibit !== true) return [];
    const server = { ...sorry.value, lvsMethod: sorry.lvsMethod };
    return entriesOf(vs).map((entry) => realServerRow(entry.service, realServerOf(server, 0, entry, vs)));
  });
  return rowsOf(table).filter((row) => !idle.includes(row));
}

const headingOf = ({ service, scheduler, more }: SavedService): string => [service, scheduler, ...more].join(" ");

/** A table as rows: one for each service, and one for each of its real servers. */
export const rowsOf = (services: readonly SavedService[]): readonly string[] =>
  services.flatMap((one) => [headingOf(one), ...one.realServers.map((rs) => realServerRow(one.service, rs))]);

const realServerRow = (service: string, { at, forwarding, weight }: SavedRealServer): string =>
  `${service} -> ${at} ${forwarding} weight ${weight}`;
