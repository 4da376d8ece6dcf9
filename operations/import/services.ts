import { canonical, familyOf, rangeOf } from "../../model/plan/addresses";
import { excludedOf, vipsOf } from "../../model/plan/clusters";
import type { Node } from "../../model/plan/plan";
import type { HealthCheck, RealServer, VirtualServer } from "../../model/keepalived/config/servers";
import type { WrittenService } from "./data";

type Protocol = WrittenService["protocol"];

/** Ports whose protocol a stand-in speaks. */
const BY_PORT: Readonly<Record<number, Protocol>> = {
  25: "smtp",
  53: "dns",
  80: "http",
  443: "https",
  587: "smtp",
  6443: "https",
  8080: "http",
  8443: "https",
};
export const protocolOf = (port: number, transport: "TCP" | "UDP"): Protocol =>
  transport === "UDP" ? (port === 53 ? "dns" : "udp") : (BY_PORT[port] ?? "tcp");

const isTcp = (protocol: Protocol): boolean => protocol !== "udp";
const isUdp = (protocol: Protocol): boolean => protocol === "udp" || protocol === "dns";
/** A plain protocol gives way to one that says more. */
const isPlain = (protocol: Protocol): boolean => protocol === "tcp" || protocol === "udp";

/** What a stand-in serves: one protocol for each port and transport. */
export class Services {
  readonly #all: WrittenService[] = [];

  /** False: something else already has the port. */
  add(wanted: WrittenService): boolean {
    const rivals = this.#all.filter(
      ({ protocol, port }) =>
        port === wanted.port &&
        ((isTcp(protocol) && isTcp(wanted.protocol)) || (isUdp(protocol) && isUdp(wanted.protocol))),
    );
    const [first] = rivals;
    if (!first) {
      this.#all.push(wanted);
      return true;
    }
    if (first.protocol === wanted.protocol) return (first.status ?? 200) === (wanted.status ?? 200);
    if (isPlain(wanted.protocol)) return true;
    if (!rivals.every(({ protocol }) => isPlain(protocol))) return false;
    this.#all.splice(this.#all.indexOf(first), 1, wanted);
    for (const rival of rivals.slice(1)) this.#all.splice(this.#all.indexOf(rival), 1);
    return true;
  }

  /** By port. */
  written(): WrittenService[] {
    return [...this.#all].sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol));
  }
}

/** A port that must answer, on the real server or elsewhere. */
export interface Asked {
  readonly address: string;
  readonly service: WrittenService;
  /** Whether a check asks it: then it has to answer in just this way. */
  readonly isChecked: boolean;
}

const BY_CHECK: Partial<Record<HealthCheck["method"], Protocol>> = {
  HTTP_GET: "http",
  SSL_GET: "https",
  SMTP_CHECK: "smtp",
  DNS_CHECK: "dns",
};

/** What one check asks. */
function askedBy(check: HealthCheck): readonly Asked[] {
  const { target } = check;
  const at = (address: string, port: number, protocol: Protocol, status = 200): readonly Asked[] =>
    port === 0
      ? []
      : [{ address, service: { protocol, port, ...(status === 200 ? {} : { status }) }, isChecked: true }];
  switch (check.method) {
    case "HTTP_GET":
    case "SSL_GET": {
      const [url] = check.url;
      const status = url?.value.statusCode[0]?.value[0]?.min;
      return at(target.address, target.port, BY_CHECK[check.method] ?? "http", status);
    }
    case "SMTP_CHECK":
      if (check.host.length > 0)
        return check.host.flatMap(({ value: { connectIp, connectPort } }) =>
          at(connectIp?.value ?? target.address, connectPort?.value ?? target.port, "smtp"),
        );
      return at(target.address, target.port, "smtp");
    case "DNS_CHECK":
      return at(target.address, target.port, "dns");
    case "UDP_CHECK":
      return at(target.address, target.port, protocolOf(target.port, "UDP"));
    case "TCP_CHECK":
      return at(target.address, target.port, protocolOf(target.port, "TCP"));
    default:
      return [];
  }
}

/** The port of a real server; 0: that of the request. The forwarding method of a firewall mark leaves it as it is written. */
export const portOf = (server: VirtualServer, real: RealServer): number =>
  server.service.kind === "fwmark" && real.port === 0 ? real.written.port : real.port;

/** Everything that must answer for a real server: its service, and what its checks ask. */
export function askedOf(server: VirtualServer, real: RealServer): readonly Asked[] {
  const port = portOf(server, real);
  const transport = (server.protocol ?? server.written.protocol)?.value;
  const own: readonly Asked[] =
    port === 0 || transport === "SCTP"
      ? []
      : [
          {
            address: real.address,
            service: { protocol: protocolOf(port, transport ?? "TCP"), port },
            isChecked: false,
          },
        ];
  return [...real.checks.flatMap(askedBy), ...own];
}

/** Of a range of addresses of a group, so many get a service. */
export const MOST_ADDRESSES = 16;

/** The addresses that clients ask for a virtual server. A firewall mark counts for every VIP of its machine. */
export function addressesOf({ config }: Node, { service, family, group }: VirtualServer): readonly string[] {
  const marked = config.instances.flatMap((instance) => [...vipsOf(instance), ...excludedOf(instance)]);
  const ofMark = (of: string | undefined): readonly string[] =>
    marked.filter((address) => of === undefined || familyOf(address) === of);
  if (service.kind === "address") return [canonical(service.address)];
  if (service.kind === "fwmark") return ofMark(family);
  const all = (group?.entries ?? []).flatMap(({ value }) =>
    value.kind === "fwmark" ? ofMark(value.family ?? family) : rangeOf(value.address, value.last, MOST_ADDRESSES),
  );
  return [...new Set(all)];
}
