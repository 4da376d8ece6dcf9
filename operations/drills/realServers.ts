/** What drills of real servers share. */
import { HTTPD } from "../../components/roles/web/family";
import type { HealthCheck, RealServer } from "../../model/keepalived/config/servers";
import { seconds } from "../../model/plan/rules/rule";
import { realServerAddress, balancersOf, directorsOf, type Service } from "../../model/topology/queries";
import type { Topology, VirtualServer } from "../../model/topology/topology";
import type { Range } from "../../model/plan/predict/times";
import type { Act } from "./act";
import type { Drill, Place } from "./drill";

/** Real servers that get requests. */
export const servingOf = ({ realServers }: Pick<Service, "realServers">): string[] =>
  Object.keys(realServers).filter((name) => (realServers[name]?.weight ?? 0) > 0);

/** Where directors balance over several real servers. */
export const ofServers: Pick<Drill, "applies" | "targets"> = {
  applies: (topology) =>
    topology.vrrp !== undefined &&
    directorsOf(topology).length > 0 &&
    topology.virtualServers.some((server) => server.protocol === "TCP" && servingOf(server).length > 1),
  targets: ({ service }) => servingOf(service),
};

/** The virtual server that the client asks. */
export function virtualServerOf({ topology, service }: Pick<Place, "topology" | "service">): VirtualServer {
  const found = topology.virtualServers.find(({ vip, port }) => vip === service.vip && port === service.port);
  if (found === undefined) throw new Error(`${service.vip}:${service.port} is no virtual server`);
  return found;
}

/** A real server's address as a director sees it. */
export function addressFor(topology: Topology, director: string, server: string): string {
  const [from, to] = [balancersOf(topology).find(({ name }) => name === director), topology.nodes[server]];
  if (from === undefined || to === undefined) throw new Error(`no node ${director} or ${server}`);
  return realServerAddress(from, to);
}

/** Ends a real server's httpd at once. A stop alone lets requests end first, which may take longer than a check. */
export function killHttpd({ family }: Pick<Place, "family">, node: string): Act {
  const { unit } = HTTPD[family(node)];
  // A kill alone is undone by the unit's Restart=on-abort.
  const command = `systemctl stop --no-block ${unit}; systemctl kill --kill-whom=all --signal=KILL ${unit}`;
  return { do: "run", node, command };
}

export function startHttpd({ family }: Pick<Place, "family">, node: string): Act {
  const { unit } = HTTPD[family(node)];
  return { do: "run", node, command: `systemctl reset-failed ${unit}; systemctl start ${unit}` };
}

/** The target as keepalived shall run it on the VIP's holder. */
export function configuredServer({ plan, topology, service, holder, target }: Place): RealServer {
  const address = addressFor(topology, holder, target);
  const found = plan.nodes
    .find(({ name }) => name === holder)
    ?.config.virtualServers.filter(({ service: asked }) => asked.kind === "address" && asked.address === service.vip)
    .flatMap(({ realServers }) => realServers)
    .find((one) => one.address === address);
  if (found === undefined) throw new Error(`${holder} has no real server ${address}`);
  return found;
}

/**
 * From the end of a server process until its check takes it out: the machine refuses at once, so that connect_timeout does not count. The first
 * check fails within delay_loop, then `retry` more, with delay_before_retry between them.
 */
export function refusedAfter(checks: readonly HealthCheck[]): Range | undefined {
  const found = checks.map(({ delayLoop, retry, delayBeforeRetry }) => {
    const retries = retry.value * delayBeforeRetry.value;
    return { least: retries, most: delayLoop.value + retries };
  });
  return found.sort((a, b) => a.most - b.most)[0];
}

/** From an error in each answer until a check takes the server out; undefined: no check reads an answer. */
export const errorSeenAfter = (checks: readonly HealthCheck[]): Range | undefined =>
  refusedAfter(checks.filter(({ method }) => method === "HTTP_GET" || method === "SSL_GET"));

/** The longest time until a check would have taken the server out; 0: there is no check. */
export const mostOf = (checks: readonly HealthCheck[]): number => refusedAfter(checks)?.most ?? 0;

/**
 * The longest time until a server that is well again is back in the table. HTTP_GET and SSL_GET ask one url a round, and believe the server only in the
 * round after the last of them; every other check does at the first success. Seen in the daemon's own words, 2.3.3.
 */
const backWithin = (checks: readonly HealthCheck[]): number =>
  Math.max(
    0,
    ...checks.map((check) => {
      const asksUrls = check.method === "HTTP_GET" || check.method === "SSL_GET";
      const rounds = asksUrls ? check.url.length + 1 : 1;
      return rounds * check.delayLoop.value;
    }),
  );

/** Until the target is back in the table once it is well again, and where that comes from. */
export function returnOf(place: Place): { readonly most: number; readonly theory: string } {
  const { checks } = configuredServer(place);
  const most = backWithin(checks);
  const rounds = most > Math.max(0, ...checks.map(({ delayLoop }) => delayLoop.value));
  const why = rounds ? "its next check, and one more delay_loop for each url (HTTP_GET)" : "its next check, delay_loop";
  return { most, theory: `${why}: 0 s to ${seconds(most)}` };
}

/** Long enough for servers to be back and to have had their turn. */
export const settlesBack = (place: Place): number =>
  Math.max(...servingOf(place.service).map((target) => 1.5 * returnOf({ ...place, target }).most)) +
  servingOf(place.service).length;
