/** Checks that bring about what predict speaks of, and compare. */
import type { Check, Finding } from "../../../components/checks/check";
import { list } from "../../../components/checks/check";
import type { InstanceTrial, ServiceTrial, Step, TrialSeen, VipHolders } from "../../../components/looks/drilled";
import { seconds as timeText } from "../../predict/report";
import { hasInstances, isSite } from "../../../model/topology/own/config";

/** The machines that hold a VIP, in one order. */
const sorted = (names: readonly string[] | undefined): readonly string[] => [...(names ?? [])].sort();

/** Every machine that holds some VIP of an instance. */
const everyHolder = (holders: VipHolders): readonly string[] => [...new Set(Object.values(holders).flat())].sort();

const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** VIPs that are elsewhere than predict says. */
const stepProblems = (failure: string, instance: string, when: string, { predicted, seen, limit }: Step): string[] =>
  Object.keys(predicted).flatMap((vip) => {
    const [want, got] = [predicted[vip], seen[vip]].map(sorted);
    return want?.join() === got?.join()
      ? []
      : [
          `${failure}: ${instance}: ${when} predict says that ${vip} is on ${list(want ?? [])}, seen on ${list(got ?? [])} after ${seconds(limit)}`,
        ];
  });

const serviceProblems = (failure: string, trial: ServiceTrial): string[] => {
  const { node, service, isNoticed, isListed, predicted, seen, limit, isBack } = trial;
  const where = `${failure}: ${node}: ${service}`;
  if (isNoticed && isListed)
    return [`${where}: predict says that a check takes it out, seen in the table after ${seconds(limit)}`];
  if (!isNoticed && !isListed) return [`${where}: predict says that no check notices, seen taken out of the table`];
  return [
    ...(predicted === seen
      ? []
      : [`${where}: predict says "${predicted}" for new connections, the table says "${seen}"`]),
    ...(isBack ? [] : [`${where}: not back in the table ${seconds(limit)} after its return`]),
  ];
};

const problemsOf = ({ failure, problems, instances, services }: TrialSeen): string[] => [
  ...problems.map((problem) => `${failure}: ${problem}`),
  ...instances.flatMap(({ instance, during, after }) => [
    ...stepProblems(failure, instance, "during it", during),
    ...stepProblems(failure, instance, "after it", after),
  ]),
  ...services.flatMap((one) => serviceProblems(failure, one)),
];

/** "lb1 > lb2 > lb1": before, during and after. */
const wayOf = ({ before, during, after }: InstanceTrial, of: "predicted" | "seen"): string =>
  [before, everyHolder(during[of]), everyHolder(after[of])].map(list).join(" > ");

/** "moved in 0.5 s (0.65)": what it took, and the most that predict gives it. */
const moveText = (word: string, { took, time }: Step): readonly string[] =>
  took === undefined
    ? []
    : [`${word} in ${seconds(took)}${time === undefined ? "" : ` (predicted ${timeText(time)})`}`];

const tookText = ({ during, after }: InstanceTrial): string =>
  [...moveText("moved", during), ...moveText("back", after)].join(", ") || "nothing moved";

/** The rows of a trial: failure, what it is about, predicted, seen, time. */
function rowsOf(trial: TrialSeen): readonly (readonly string[])[] {
  const { failure, untried, instances, services } = trial;
  if (untried !== undefined) return [[failure, "-", "-", "not tried", untried]];
  return [
    ...instances.map((one) => [failure, one.instance, wayOf(one, "predicted"), wayOf(one, "seen"), tookText(one)]),
    ...services.map(({ node, service, predicted, seen, took }) => [
      failure,
      `${node} ${service}`,
      predicted,
      seen,
      took === undefined ? "-" : `noticed in ${seconds(took)}`,
    ]),
  ];
}

const HEADING = ["FAILURE", "OF", "PREDICTED", "SEEN", "TIME"];

function judge(trials: readonly TrialSeen[] | undefined): Finding {
  const all = trials ?? [];
  const tried = all.filter(({ untried }) => untried === undefined);
  if (tried.length === 0) return { problems: ["no failure was brought about"], seen: "" };
  return {
    problems: tried.flatMap(problemsOf),
    seen: `${tried.length} of ${all.length} failures brought about, each as predicted`,
    rows: [HEADING, ...all.flatMap(rowsOf)],
  };
}

export const PREDICTIONS: readonly Check[] = [
  {
    name: "stops",
    title:
      "keepalived stops on each director and starts again: every VIP is where predict says, during it and afterwards",
    needs: "stops",
    applies: hasInstances,
    judge: (_, { stops }) => judge(stops),
  },
  {
    name: "predictions",
    title:
      "every other failure that predict speaks of is brought about and healed: VIPs and tables are as predict says",
    needs: "predictions",
    onlyWhenAsked: true,
    applies: isSite,
    judge: (_, { predictions }) => judge(predictions),
  },
];
