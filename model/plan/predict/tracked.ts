import type { SyncGroup } from "../../keepalived/config/config";
import type { Written } from "../../keepalived/entry";
import type { Tracked } from "../../keepalived/kinds/tracked";
import type { Member } from "../clusters";
import { type Failure, isCard } from "./failure";

/** Something that an instance tracks, with its effective weight. Weight 0: its failure is a FAULT. */
interface Weighed {
  readonly kind: "card" | "script" | "process" | "file";
  readonly name: string;
  readonly weight: number;
  readonly isReversed: boolean;
}

export const groupOf = ({ node, instance }: Member): SyncGroup | undefined =>
  node.config.syncGroups.find(({ group }) => group?.value.some(({ value }) => value === instance.name));

const isOwner = ({ instance }: Member): boolean => instance.priority.value === 255;

/**
 * What counts. In a sync group without sync_group_tracking_weight, and for the owner of the address, weights do not count: a card with a
 * weight is a FAULT in a group, and everything else with a weight is not tracked.
 */
function weighedOf(member: Member): readonly Weighed[] {
  const { node, instance } = member;
  const { scripts, trackProcesses, trackFiles } = node.config;
  type Known = { readonly name: string; readonly weight: { readonly value: { weight: number; isReversed: boolean } } };
  const weigh = (
    kind: Weighed["kind"],
    tracked: readonly Written<Tracked>[],
    known: readonly Known[],
  ): readonly Weighed[] =>
    tracked.flatMap(({ value }): Weighed[] => {
      const own = known.find(({ name }) => name === value.name)?.weight.value;
      // The daemon drops a line with an unknown name.
      if (kind !== "card" && !own) return [];
      const isReversed = value.isReversed ?? own?.isReversed ?? false;
      return [{ kind, name: value.name, weight: value.weight ?? own?.weight ?? 0, isReversed }];
    });
  const own = [
    ...weigh("card", instance.trackInterface, []),
    ...weigh("script", instance.trackScript, scripts),
    ...weigh("process", instance.trackProcess, trackProcesses),
    ...weigh("file", instance.trackFile, trackFiles),
  ];
  const group = groupOf(member);
  const isBound = group !== undefined && !group.syncGroupTrackingWeight;
  const counted =
    !isBound && !isOwner(member)
      ? own
      : own.flatMap((one): Weighed[] => {
          const isPlain =
            one.weight === 0 || (one.kind === "file" && one.weight === 1) || (one.kind === "card" && isBound);
          return isPlain ? [{ ...one, weight: 0 }] : [];
        });
  return [
    ...counted,
    ...weigh("card", group?.trackInterface?.value ?? [], []),
    ...weigh("script", group?.trackScript?.value ?? [], scripts),
    ...weigh("process", group?.trackProcess?.value ?? [], trackProcesses),
    ...weigh("file", group?.trackFile?.value ?? [], trackFiles),
  ];
}

/** Whether a tracked item has failed. */
const hasFailed = ({ kind, name }: Weighed, { node }: Member, failures: readonly Failure[]): boolean =>
  failures.some(
    (failure) =>
      failure.kind === kind &&
      failure.node === node.name &&
      (kind === "card" ? isCard(name, failure.name) : name === failure.name),
  );

/** Whether the card on which an instance sends is down. */
export const isCardDown = ({ node, instance }: Member, failures: readonly Failure[]): boolean =>
  failures.some(
    (failure) =>
      failure.kind === "card" && failure.node === node.name && isCard(instance.interface?.value ?? "", failure.name),
  );

/** Whether keepalived is not running. */
export const isStopped = ({ node }: Member, failures: readonly Failure[]): boolean =>
  failures.some(
    ({ kind, ...failure }) => (kind === "node" || kind === "daemon") && "node" in failure && failure.node === node.name,
  );

/** Whether an instance itself is in state FAULT, without its group. A file's failure is a FAULT with any weight. */
export const isFaulty = (member: Member, failures: readonly Failure[]): boolean =>
  (isCardDown(member, failures) && member.instance.dontTrackPrimary === undefined) ||
  weighedOf(member).some((one) =>
    one.kind === "file"
      ? hasFailed(one, member, failures)
      : one.weight === 0 && hasFailed(one, member, failures) !== one.isReversed,
  );

/** The priority in the adverts: a positive weight counts on success, a negative one on failure; `reverse` changes the sign. */
export function priorityOf(member: Member, failures: readonly Failure[]): number {
  if (isOwner(member)) return 255;
  const sum = weighedOf(member).reduce((total, one) => {
    if (one.kind === "file") return total;
    const counted = hasFailed(one, member, failures) ? Math.min(one.weight, 0) : Math.max(one.weight, 0);
    return total + (one.isReversed ? -counted : counted);
  }, member.instance.priority.value);
  return Math.min(254, Math.max(1, sum));
}

/** Whether an instance, or its group, tracks what fails. */
export const isTracked = (member: Member, failure: Failure): boolean =>
  weighedOf(member).some((one) => hasFailed(one, member, [failure])) || isCardDown(member, [failure]);
