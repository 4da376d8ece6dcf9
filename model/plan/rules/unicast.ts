import { canonical } from "../addresses";
import { type Cluster, type Member, sourceOf } from "../clusters";
import { type Found, named, type Rule } from "./rule";

const listed = ({ instance }: Member): readonly string[] =>
  instance.unicastPeer.map(({ value }) => canonical(value.address));
const at = ({ instance }: Member): Found["at"] =>
  instance.written.unicastPeer?.at ?? instance.written.unicastSrcIp?.at ?? instance.at;

/** Where adverts of each member come from. What nobody said, the only other machine of a pair says with its only peer. */
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

/** How adverts reach the peers without multicast. */
export const unicast: readonly Rule[] = [
  {
    name: "unicast-one-side",
    severity: "error",
    summary: "One peer sends its adverts by unicast, the other by multicast",
    why: "the one with unicast_peer takes adverts from its peers alone, and the other one is sent none by multicast: both are MASTER",
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
            message: `${named(one)} has unicast_peer, ${named(other)} sends by multicast`,
            fix: "unicast_peer on both, each with the other's address",
          },
        ];
      }),
  },
  {
    name: "unicast-peer-missing",
    severity: "error",
    summary: "A peer is not in the unicast_peer list of another one",
    why: "it is never sent an advert, takes the other for dead and becomes MASTER beside it",
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
                message: `unicast_peer of ${named(member)} lacks ${source}, which ${named(other)} sends from`,
                fix: `unicast_peer { ${source} }`,
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
    why: "it sends its adverts to itself too; a list copied from the peer lacks that peer",
    source: "keepalived.conf(5), unicast_peer: the addresses of the other routers",
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
                fix: "take it away; the other machines' addresses stay",
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
              message: `${named(member)} and ${named(twin)} have the same unicast_peer list, so one of them has itself in it`,
              fix: "each list without its own machine's address",
              ...(listed(member).length < cluster.members.length
                ? {
                    severity: "error" as const,
                    why: "that one sends its adverts to itself alone: the others take it for dead and become MASTER beside it",
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
    summary: "Two machines send adverts from one address",
    why: "unicast_src_ip has to be an address of the machine itself: on one of the two it is not, and that one is in state FAULT",
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
              fix: "the machine's own address on each",
            },
          ];
        }),
      ),
  },
];
