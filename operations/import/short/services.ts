import {
  nameOf,
  type HealthCheck,
  type RealServer,
  type VirtualServer,
} from "../../../model/keepalived/config/servers";
import type { WrittenServer } from "./data";

/** A virtual server of the topology, and its virtual server in the files. */
export interface Service {
  readonly from: VirtualServer;
  /** Addresses of its real servers, in the order of the file. */
  readonly addresses: readonly string[];
  /** With the topology's names for them. */
  readonly written: (nameOf: (address: string) => string) => WrittenServer;
}

/** The check of a real server that a topology can say: the first TCP_CHECK or HTTP_GET. */
const checkOf = ({ checks }: RealServer): Extract<HealthCheck, { method: "TCP_CHECK" | "HTTP_GET" }> | undefined =>
  checks.flatMap((check) => (check.method === "TCP_CHECK" || check.method === "HTTP_GET" ? [check] : []))[0];

function writtenCheck(servers: readonly RealServer[]): WrittenServer["check"] {
  const check = servers.flatMap((server) => checkOf(server) ?? [])[0];
  const [server] = servers;
  // A topology always has a check: use the daemon's default times.
  if (!check) return { type: "TCP_CHECK", connectTimeout: 5, retry: 1, delayBeforeRetry: 1 };
  const { connectTimeout, retry, delayBeforeRetry } = check;
  const times = {
    connectTimeout: connectTimeout.value,
    retry: retry.value,
    delayBeforeRetry: delayBeforeRetry.value,
  };
  if (check.method === "TCP_CHECK") return { type: check.method, ...times };
  const url = check.url[0]?.value;
  const host = url?.virtualhost ?? check.virtualhost ?? server?.virtualhost;
  return {
    type: check.method,
    ...times,
    path: url?.path?.value ?? "/",
    status: url?.statusCode[0]?.value[0]?.min ?? 200,
    ...(host ? { virtualHost: host.value } : {}),
  };
}

/** The virtual servers that a topology can have. The others are reported with the reason. */
export function servicesOf(
  servers: readonly VirtualServer[],
  vips: readonly string[],
  own: readonly string[],
  refuse: (server: VirtualServer, reason: string) => void,
): readonly Service[] {
  return servers.flatMap((from): readonly Service[] => {
    const { service, protocol, lbAlgo, lbKind, persistenceTimeout, delayLoop, sorryServer } = from;
    if (service.kind !== "address") {
      refuse(from, "a topology's virtual servers are addresses with a port");
      return [];
    }
    if (!vips.includes(service.address)) {
      refuse(from, "its address is no VIP of the instance that the lab has");
      return [];
    }
    if (protocol?.value !== "TCP") {
      refuse(from, `a topology has TCP alone, this is ${protocol?.value ?? "any protocol"}`);
      return [];
    }
    const reals = from.realServers.filter(
      ({ address, family }, index, all) =>
        family === "inet" && !own.includes(address) && all.findIndex((other) => other.address === address) === index,
    );
    if (reals.length === 0) {
      refuse(from, "it has no real server that can be a machine of its own");
      return [];
    }
    const forwarding = lbKind.value.method;
    const hasSorry = sorryServer?.value.address === "127.0.0.1" && sorryServer.value.port === service.port;
    const written: Service["written"] = (called) => ({
      vip: service.address,
      port: service.port,
      scheduler: lbAlgo.value,
      forwarding,
      ...(persistenceTimeout ? { persistence: persistenceTimeout.value } : {}),
      delayLoop: delayLoop.value,
      realServers: Object.fromEntries(
        reals.map(({ address, port, weight }) => [
          called(address),
          { weight: weight.value, ...(port === service.port ? {} : { port }) },
        ]),
      ),
      check: writtenCheck(reals),
      ...(hasSorry ? { sorryPage: "sorry" } : {}),
    });
    return [{ from, addresses: reals.map(({ address }) => address), written }];
  });
}

/** The name of a virtual server in a report, with its protocol: TCP and UDP may have the same address and port. */
export const labelOf = (server: VirtualServer): string =>
  [nameOf(server), server.protocol?.value ?? ""].join(" ").trim();
