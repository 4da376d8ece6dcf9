import type { Written } from "../../keepalived/entry";
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

/** Scripts, processes and cards. Files and BFD sessions are left out, because their values are unknown. */
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

/** The priority without failures, or with one failure. */
export function priorityOf(member: Member, failed?: string): number {
  const sum = weightsOf(member).reduce(
    (total, { name, weight }) => total + (name === failed ? Math.min(weight, 0) : Math.max(weight, 0)),
    member.instance.priority.value,
  );
  return Math.min(254, Math.max(1, sum));
}

/** Weights of sync group members do not count. The keepalived reader reports them. */
const isBound = ({ node, instance }: Member): boolean =>
  node.config.syncGroups.some(
    ({ group, syncGroupTrackingWeight }) =>
      !syncGroupTrackingWeight && group?.value.some(({ value }) => value === instance.name),
  );

/** Rules about tracking: whether a failure moves the VIP. */
export const tracking: readonly Rule[] = [
  {
    name: "weight-too-small",
    severity: "warning",
    summary: "A weight is too small to change the order of the priorities",
    why: "after a failure the MASTER still has the highest or an equal priority, so the VIP stays where the service is down",
    source: "keepalived.conf(5), vrrp_script, weight; RFC 5798, 6.4.3: an equal priority does not take over",
    find: ({ peers }) => peers.flatMap((cluster) => tooSmall(ranked(cluster))),
  },
  {
    name: "weight-with-nopreempt",
    severity: "warning",
    summary: "A weight together with nopreempt on the machines that should take over",
    why: "the MASTER's priority falls, but a BACKUP with nopreempt never takes the VIP from a MASTER that still sends adverts",
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
            message: `${named(top)} tracks ${weighted.name} with weight ${weighted.weight}, but the others have nopreempt`,
            fix: "remove the weight: a failure is then a FAULT, and the VIP moves",
          },
        ];
      }),
  },
  {
    name: "track-one-side",
    severity: "warning",
    summary: "A peer does not track what another one tracks",
    why: "the machine without tracking keeps or takes the VIP while its service is down",
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
                message: `${named(one)} tracks ${one.instance[kind][0]?.value.name ?? ""}, but ${named(member)} tracks no script or process`,
                fix: "use the same check on each machine",
              }),
            );
        });
      }),
  },
  {
    name: "inner-card-untracked",
    severity: "warning",
    summary: "Real servers behind a card that nothing tracks",
    why: "if that link is down, the MASTER keeps the VIP but reaches no real server",
    source: "keepalived.conf(5), track_interface",
    find: innerCards,
  },
  {
    name: "script-timeout-over-interval",
    severity: "warning",
    summary: "A script may run longer than its interval",
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
                  fix: "use a timeout below the interval",
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
        message: `if ${weighted.name} fails on ${named(top)}, its priority is ${fallen} and that of ${named(next)} is ${well}: the VIP does not move`,
        fix: `use a weight of at least ${apart} in size; or remove the weight, so that a failure is a FAULT`,
      },
    ];
  });
}

/** Cards with real servers behind them, without an instance and without track_interface. */
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
          fix: `add track_interface { ${card.name} }`,
        },
      ];
    }),
  );
}
