import type { Written } from "../../keepalived/config/instances";
import type { Tracked } from "../../keepalived/kinds/tracked";
import type { Position } from "../../keepalived/finding";
import type { Member } from "../clusters";
import { isWithin } from "../addresses";
import { ranked } from "./priorities";
import { type Found, named, type Rule, seconds, type View } from "./rule";

/** Something with a weight that an instance tracks. */
interface Weighted {
  readonly name: string;
  readonly weight: number;
  readonly isReversed: boolean;
  readonly at: Position;
}

/** Scripts, processes and cards: what is either well or not. Files and BFD sessions are left out, their value is nobody's guess. */
function weightsOf({ node, instance }: Member): readonly Weighted[] {
  const weigh = (
    tracked: readonly Written<Tracked>[],
    known: readonly {
      readonly name: string;
      readonly weight: { readonly value: { weight: number; isReversed: boolean } };
    }[],
  ): readonly Weighted[] =>
    tracked.map(({ value, at }) => {
      const own = known.find(({ name }) => name === value.name)?.weight.value;
      return {
        name: value.name,
        weight: value.weight ?? own?.weight ?? 0,
        isReversed: value.isReversed ?? own?.isReversed ?? false,
        at,
      };
    });
  return [
    ...weigh(instance.trackScript, node.config.scripts),
    ...weigh(instance.trackProcess, node.config.trackProcesses),
    ...weigh(instance.trackInterface, []),
  ].filter(({ weight, isReversed }) => weight !== 0 && !isReversed);
}

/** The priority with everything well, or with one thing failed. */
export function priorityOf(member: Member, failed?: string): number {
  const sum = weightsOf(member).reduce(
    (total, { name, weight }) => total + (name === failed ? Math.min(weight, 0) : Math.max(weight, 0)),
    member.instance.priority.value,
  );
  return Math.min(254, Math.max(1, sum));
}

/** Members of sync groups have no weights of their own; the reader of the language says so. */
const isBound = ({ node, instance }: Member): boolean =>
  node.config.syncGroups.some(
    ({ group, syncGroupTrackingWeight }) =>
      !syncGroupTrackingWeight && group?.value.some(({ value }) => value === instance.name),
  );

/** Whether what an instance tracks moves the VIP. */
export const tracking: readonly Rule[] = [
  {
    name: "weight-too-small",
    severity: "warning",
    summary: "The weight of what is tracked does not turn the order of the priorities",
    why: "when it fails on the MASTER, that one still has the highest priority, or an equal one: the VIP stays where the service is dead",
    source: "keepalived.conf(5), vrrp_script, weight; RFC 5798, 6.4.3: an equal priority does not take over",
    find: ({ peers }) => peers.flatMap((cluster) => tooSmall(ranked(cluster))),
  },
  {
    name: "weight-with-nopreempt",
    severity: "warning",
    summary: "A weight beside nopreempt on the machines that should take over",
    why: "the priority of the MASTER falls, and a BACKUP with nopreempt takes no VIP from a MASTER that still sends adverts",
    source: "keepalived.conf(5), nopreempt; RFC 5798, 6.4.2: Preempt_Mode",
    find: ({ peers }) =>
      peers.flatMap((cluster) => {
        const [top, ...others] = ranked(cluster);
        const [weighted] = top ? weightsOf(top) : [];
        if (!top || !weighted || isBound(top) || others.some(({ instance }) => instance.preempt.value)) return [];
        return [
          {
            at: weighted.at,
            also: [others[0]?.instance.preempt.at],
            message: `${named(top)} tracks ${weighted.name} with weight ${weighted.weight}, and the others have nopreempt`,
            fix: "no weight: a failure is then a FAULT, and the VIP moves",
          },
        ];
      }),
  },
  {
    name: "track-one-side",
    severity: "warning",
    summary: "What one peer tracks, another one does not",
    why: "the machine that tracks nothing keeps the VIP, or takes it, while the service on it is dead",
    source: "keepalived.conf(5), track_script",
    find: ({ peers }) =>
      peers.flatMap(({ members }) => {
        const kinds = ["trackScript", "trackProcess"] as const;
        return kinds.flatMap((kind) => {
          const one = members.find(({ instance }) => instance[kind].length > 0);
          if (!one) return [];
          return members
            .filter((member) => !isTracking(member))
            .map(
              (member): Found => ({
                at: member.instance.at,
                also: [one.instance[kind][0]?.at],
                message: `${named(one)} tracks ${one.instance[kind][0]?.value.name ?? ""}, ${named(member)} tracks no script or process`,
                fix: "the same check on each machine",
              }),
            );
        });
      }),
  },
  {
    name: "inner-card-untracked",
    severity: "warning",
    summary: "Real servers are behind a card that nothing tracks",
    why: "with that link down the MASTER keeps the VIP and reaches no real server",
    source: "keepalived.conf(5), track_interface",
    find: innerCards,
  },
  {
    name: "script-timeout-over-interval",
    severity: "warning",
    summary: "A script may run longer than the interval between its runs",
    why: "a hanging script delays the next run, so a failure is found late",
    source: "keepalived.conf(5), vrrp_script, timeout",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ config }) =>
        config.scripts.flatMap(({ name, interval, timeout }): Found[] =>
          timeout && timeout.value > interval.value
            ? [
                {
                  at: timeout.at,
                  also: [interval.at],
                  message: `vrrp_script ${name} has timeout ${seconds(timeout.value)} and interval ${seconds(interval.value)}`,
                  fix: "a timeout below the interval",
                },
              ]
            : [],
        ),
      ),
  },
];

/** A sync group tracks for its members. */
const isTracking = ({ node, instance }: Member): boolean =>
  instance.trackScript.length > 0 ||
  instance.trackProcess.length > 0 ||
  node.config.syncGroups.some(
    ({ group, trackScript, trackProcess }) =>
      (trackScript ?? trackProcess) && group?.value.some(({ value }) => value === instance.name),
  );

function tooSmall([top, ...others]: readonly Member[]): readonly Found[] {
  if (!top || isBound(top) || top.instance.priority.value === 255) return [];
  const [next] = [...others].sort((a, b) => priorityOf(b) - priorityOf(a));
  if (!next || !next.instance.preempt.value || next.instance.priority.value === top.instance.priority.value) return [];
  return weightsOf(top).flatMap((weighted): Found[] => {
    const [fallen, well] = [priorityOf(top, weighted.name), priorityOf(next)];
    if (fallen < well) return [];
    const apart = priorityOf(top) - well + 1;
    return [
      {
        at: weighted.at,
        also: [top.instance.priority.at, next.instance.priority.at],
        message: `when ${weighted.name} fails on ${named(top)}, its priority is ${fallen} and ${named(next)} has ${well}: the VIP does not move`,
        fix: `a weight of at least ${apart} away from 0, or no weight: a failure is then a FAULT`,
      },
    ];
  });
}

/** Cards that have real servers behind them, no instance on them, and no track_interface. */
function innerCards({ plan }: View): readonly Found[] {
  return plan.nodes.flatMap(({ name, cards, config }) =>
    cards.flatMap((card): Found[] => {
      const reals = config.virtualServers.flatMap(({ realServers }) => realServers);
      const real = reals.find((rs) => card.addresses.some((own) => isWithin(rs.address, own)));
      const [instance] = config.instances;
      if (!real || !instance) return [];
      const isWatched = [...config.instances, ...config.syncGroups].some((owner) => {
        const tracked = "family" in owner ? owner.trackInterface : (owner.trackInterface?.value ?? []);
        const has = tracked.some(({ value }) => value.name === card.name);
        return has || ("family" in owner && owner.interface?.value === card.name);
      });
      if (isWatched) return [];
      return [
        {
          at: instance.at,
          also: [real.written.at],
          message: `${name}: the real server ${real.address} is behind ${card.name}, which no instance tracks`,
          fix: `track_interface { ${card.name} }`,
        },
      ];
    }),
  );
}
