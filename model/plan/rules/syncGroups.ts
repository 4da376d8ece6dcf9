import type { Position } from "../../keepalived/finding";
import type { SyncGroup } from "../../keepalived/config/config";
import type { Cluster, Member } from "../clusters";
import { type Found, list, named, type Rule, type View } from "./rule";

const groupOf = ({ node, instance }: Member): SyncGroup | undefined =>
  node.config.syncGroups.find(({ group }) => group?.value.some(({ value }) => value === instance.name));

/** Matches the members of two groups by cluster, because names may differ. */
const clustersIn = (member: Member, clusters: readonly Cluster[]): readonly Cluster[] => {
  const names = new Set(groupOf(member)?.group?.value.map(({ value }) => value));
  return clusters.filter(({ members }) =>
    members.some(({ node, instance }) => node === member.node && names.has(instance.name)),
  );
};

/** Rules about instances that move together. */
export const syncGroups: readonly Rule[] = [
  {
    name: "sync-group-differs",
    severity: "error",
    summary: "Instances move together on one peer and not on the other",
    why: "one VIP of the group moves without the other: traffic enters through one machine and leaves through the other",
    source: "keepalived.conf(5), vrrp_sync_group",
    find: ({ peers, clusters }) => {
      const told = new Set<string>();
      return peers.flatMap(({ members: [right, ...others] }) =>
        others.flatMap((member): Found[] => {
          if (!right) return [];
          const [mine, theirs] = [groupOf(member), groupOf(right)];
          if (!mine && !theirs) return [];
          const [all, wanted] = [clustersIn(member, clusters), clustersIn(right, clusters)];
          if (all.length === wanted.length && all.every((cluster) => wanted.includes(cluster))) return [];
          const at = mine?.at ?? member.instance.at;
          const key = placeText(at) + placeText(theirs?.at ?? right.instance.at);
          if (told.has(key)) return [];
          told.add(key);
          return [
            {
              at,
              also: [theirs?.at ?? right.instance.at],
              message: `${member.node.name} moves ${names(mine, member)} together, ${right.node.name} ${names(theirs, right)}`,
              fix: "use the same vrrp_sync_group on both",
            },
          ];
        }),
      );
    },
  },
  {
    name: "sync-group-crossed",
    severity: "error",
    summary: "Instances of a sync group have their highest priority on different peers",
    why: "each machine wins one instance and loses the other, so the group keeps moving",
    source: "keepalived.conf(5), vrrp_sync_group: all members have the same state",
    find: crossed,
  },
];

const placeText = ({ file, line }: Position): string => `${file}:${line} `;
const names = (group: SyncGroup | undefined, { instance }: Member): string =>
  group ? list(group.group?.value.map(({ value }) => value) ?? []) : `${instance.name} alone`;

function crossed({ peers }: View): readonly Found[] {
  const tops = peers.flatMap(({ members }) => {
    const [first, second] = [...members].sort((a, b) => b.instance.priority.value - a.instance.priority.value);
    return first && second && first.instance.priority.value > second.instance.priority.value
      ? [{ first, members }]
      : [];
  });
  return tops.flatMap(({ first, members }, index): Found[] => {
    const rival = tops.slice(0, index).find((other) =>
      members.some((member) => {
        const group = groupOf(member);
        return (
          group !== undefined &&
          other.first.node !== first.node &&
          other.members.some((one) => one.node === member.node && groupOf(one) === group)
        );
      }),
    );
    if (!rival) return [];
    return [
      {
        at: first.instance.priority.at ?? first.instance.at,
        also: [rival.first.instance.priority.at, groupOf(first)?.at],
        message: `${named(first)} has the highest priority of its virtual router, and ${named(rival.first)} of one in the same sync group`,
        fix: "give one machine the highest priority for all members",
      },
    ];
  });
}
