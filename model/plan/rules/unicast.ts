import { isLinkLocal } from "../../keepalived/kinds/addresses";
import { canonical } from "../addresses";
import { type Cluster, type Member, sourceOf } from "../clusters";
import { type Found, named, type Rule } from "./rule";

const listed = ({ instance }: Member): readonly string[] =>
  instance.unicastPeer.map(({ value }) => canonical(value.address));
const at = ({ instance }: Member): Found["at"] =>
  instance.written.unicastPeer?.at ?? instance.written.unicastSrcIp?.at ?? instance.at;

/** The source of each member's adverts. In a pair, the other machine's only peer fills in an unknown source. */
export function sourcesOf({ members }: Cluster): ReadonlyMap<Member, string> {
  const found = new Map<Member, string>();
  for (const member of members) {
    const source = sourceOf(member);
    const [other, further] = members.filter((one) => one !== member);
    const [only, another] = other && !further ? listed(other) : [];
    const isOwn = only !== undefined && other !== undefined && only === sourceOf(other);
    const isTwin = only !== undefined && listed(member).includes(only);
    if (source !== undefined) found.set(member, source);
    else if (only !== undefined && another === undefined && !isOwn && !isTwin) found.set(member, only);
  }
  return found;
}

/** Whether keepalived listens for a member's unicast adverts on the link-local address of its card alone. */
export const hearsLinkLocalOnly = ({ instance }: Member): boolean =>
  instance.isUnicast && instance.family === "inet6" && instance.sourceIp === undefined;

/** Whether a member sends its adverts to no link-local address. */
export const sendsToNoLinkLocal = ({ instance }: Member): boolean =>
  !instance.unicastPeer.some(({ value }) => isLinkLocal(value.address));

/** Rules about adverts without multicast. */
export const unicast: readonly Rule[] = [
  {
    name: "unicast-one-side",
    severity: "error",
    summary: "One peer sends its adverts by unicast, the other by multicast",
    why: "the one with unicast_peer accepts adverts only from its peers and sends no multicast, so neither hears the other: both are MASTER",
    source: "keepalived.conf(5), unicast_peer",
    find: ({ peers }) =>
      peers.flatMap(({ members }) => {
        const [one, other] = [
          members.find(({ instance }) => instance.isUnicast),
          members.find(({ instance }) => !instance.isUnicast),
        ];
        if (!one || !other) return [];
        return [
          {
            at: at(other),
            also: [at(one)],
            message: `${named(one)} has unicast_peer, but ${named(other)} sends by multicast`,
            fix: "use unicast_peer on both, each with the other's address",
          },
        ];
      }),
  },
  {
    name: "unicast-peer-missing",
    severity: "error",
    summary: "A peer is missing in another one's unicast_peer",
    why: "it never gets an advert, considers the other dead, and becomes MASTER as well",
    source: "keepalived.conf(5), unicast_peer",
    find: ({ peers }) =>
      peers.flatMap((cluster) => {
        const sources = sourcesOf(cluster);
        return cluster.members.flatMap((member) =>
          cluster.members.flatMap((other): Found[] => {
            const source = sources.get(other);
            if (other === member || source === undefined || !member.instance.isUnicast || !other.instance.isUnicast)
              return [];
            if (listed(member).includes(source) || source === sources.get(member)) return [];
            return [
              {
                at: at(member),
                also: [other.instance.sourceIp?.at ?? at(other)],
                message: `unicast_peer of ${named(member)} lacks ${source}, the source address of ${named(other)}`,
                fix: `add unicast_peer { ${source} }`,
              },
            ];
          }),
        );
      }),
  },
  {
    name: "unicast-peer-itself",
    severity: "warning",
    summary: "A machine is in its own unicast_peer list",
    why: "it also sends its adverts to itself; a list copied from the peer lacks that peer",
    source: "keepalived.conf(5), unicast_peer: it lists the addresses of the other routers",
    find: ({ clusters }) =>
      clusters.flatMap((cluster) =>
        cluster.members.flatMap((member): Found[] => {
          const source = sourceOf(member);
          const own = member.instance.unicastPeer.find(({ value }) => canonical(value.address) === source);
          if (own)
            return [
              {
                at: own.at,
                also: [member.instance.sourceIp?.at],
                message: `${named(member)} has its own address ${own.value.address} in unicast_peer`,
                fix: "remove it, and keep the other machines' addresses",
              },
            ];
          const twin = cluster.members.find(
            (other) => other !== member && listed(other).join() === listed(member).join(),
          );
          if (!twin || listed(member).length === 0 || source !== undefined || sourceOf(twin) !== undefined) return [];
          if (cluster.members.indexOf(twin) > cluster.members.indexOf(member)) return [];
          return [
            {
              at: at(member),
              also: [at(twin)],
              message: `${named(member)} and ${named(twin)} have the same unicast_peer list, so one of them lists itself`,
              fix: "leave the machine's own address out of each list",
              ...(listed(member).length < cluster.members.length
                ? {
                    severity: "error" as const,
                    why: "that one sends its adverts only to itself: the others consider it dead and become MASTER as well",
                  }
                : {}),
            },
          ];
        }),
      ),
  },
  {
    name: "unicast-source-twice",
    severity: "error",
    summary: "Two machines send adverts from the same address",
    why: "unicast_src_ip must be the machine's own address; on one of the two it is not, so that one is in state FAULT",
    source: "keepalived.conf(5), unicast_src_ip",
    find: ({ clusters }) =>
      clusters.flatMap(({ members }) =>
        members.flatMap((member, index): Found[] => {
          const twin = members
            .slice(0, index)
            .find(({ instance }) => instance.sourceIp && instance.sourceIp.value === member.instance.sourceIp?.value);
          if (!twin || !member.instance.sourceIp) return [];
          return [
            {
              at: member.instance.sourceIp.at,
              also: [twin.instance.sourceIp?.at],
              message: `${named(member)} and ${named(twin)} both send from ${member.instance.sourceIp.value}`,
              fix: "use the machine's own address on each",
            },
          ];
        }),
      ),
  },
  {
    name: "unicast-unheard",
    severity: "error",
    summary: "A machine does not hear unicast adverts over IPv6, because it has no unicast_src_ip",
    why: "without it keepalived listens on the card's link-local address alone: adverts to another address are not heard, and both are MASTER",
    source: "keepalived/vrrp/vrrp.c, open_vrrp_read_socket; keepalived.conf(5), unicast_src_ip",
    find: ({ clusters }) =>
      clusters.flatMap(({ members }) =>
        members
          .filter(
            (member) =>
              hearsLinkLocalOnly(member) && members.some((other) => other !== member && sendsToNoLinkLocal(other)),
          )
          .map(
            (member): Found => ({
              at: at(member),
              message: `${named(member)} has unicast_peer over IPv6 without unicast_src_ip`,
              fix: "unicast_src_ip ADDRESS, with the address that the others have in unicast_peer",
            }),
          ),
      ),
  },
];
