import type { Config } from "../../keepalived/config/config";
import type { Position } from "../../keepalived/finding";
import { canonical } from "../addresses";
import { type Fate, fateOf, type Packet, PROTOCOLS } from "./firewall";
import type { Host } from "./host";

/** What a configuration needs its machine's firewall to let in, and what becomes of it. */
export interface AskedPacket {
  readonly kind: "vrrp" | "service";
  /** For a sentence: "adverts of VI_1 (VRRP, protocol 112)". */
  readonly what: string;
  /** What needs it. */
  readonly at: Position;
  readonly fate: Fate;
}

/** The group of VRRP over IPv6 (RFC 5798, 5.1.2.2). */
const GROUP6 = "ff02::12";

/** Packets that each instance and each virtual server with an address and a port has to get. Without a ruleset there is no question. */
export function askedPackets(
  { instances, virtualServers }: Config,
  { firewalls }: Pick<Host, "firewalls">,
): readonly AskedPacket[] {
  if (firewalls.length === 0) return [];
  const asked = (kind: AskedPacket["kind"], what: string, at: Position, packet: Packet): AskedPacket => ({
    kind,
    what,
    at,
    fate: fateOf(firewalls, packet),
  });
  const cards = new Map(
    instances.flatMap(({ interface: card, virtualIpaddress, virtualIpaddressExcluded }) =>
      [...virtualIpaddress, ...virtualIpaddressExcluded].map(
        ({ value }) => [canonical(value.address), card?.value] as const,
      ),
    ),
  );
  const adverts = instances.flatMap((instance) => {
    const {
      name,
      at,
      family,
      interface: card,
      unicastPeer,
      isUnicast,
      multicastGroup,
      sourceIp,
      authentication,
    } = instance;
    const isHeaded = authentication?.type.value === "AH";
    const [protocol, word] = isHeaded ? [PROTOCOLS.ah, "AH, protocol 51"] : [PROTOCOLS.vrrp, "VRRP, protocol 112"];
    const destination = isUnicast
      ? sourceIp?.value
      : (multicastGroup?.value ?? (family === "inet6" ? GROUP6 : undefined));
    const packet: Packet = {
      family,
      protocol: protocol ?? 0,
      ...(card ? { card: card.value } : {}),
      ...(destination === undefined ? {} : { destination: canonical(destination) }),
    };
    const what = `adverts of ${name} (${word})`;
    return isUnicast
      ? unicastPeer.map((peer) =>
          asked("vrrp", `${what} from ${peer.value.address}`, at, { ...packet, source: canonical(peer.value.address) }),
        )
      : [asked("vrrp", what, at, packet)];
  });
  const services = virtualServers.flatMap(({ service, protocol, family, at }) => {
    const number = PROTOCOLS[(protocol?.value ?? "").toLowerCase()];
    if (service.kind !== "address" || service.port === 0 || number === undefined || family === undefined) return [];
    const destination = canonical(service.address);
    const card = cards.get(destination);
    const packet = {
      family,
      protocol: number,
      destination,
      port: service.port,
      ...(card === undefined ? {} : { card }),
    };
    return [asked("service", `${protocol?.value ?? ""} ${service.address} port ${service.port}`, at, packet)];
  });
  return [...adverts, ...services];
}
