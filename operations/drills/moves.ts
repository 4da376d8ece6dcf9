/** What predict says of the move of a VIP, as claims about a drill. */
import type { Failure } from "../../model/plan/predict/failure";
import { predict } from "../../model/plan/predict/predict";
import type { InstanceOutcome } from "../../model/plan/predict/scenario";
import type { Range } from "../../model/plan/predict/times";
import { seconds } from "../../model/plan/rules/rule";
import type { Place } from "./drill";
import { afterwards, during, handover, mastersAt, namesText, outage } from "./timeline";
import type { Claim } from "./verdict";

/** What a failure does to the instance that has the VIP. */
export function outcomeOf({ plan, service }: Place, matches: (failure: Failure) => boolean): InstanceOutcome {
  const scenario = predict(plan).scenarios.find(({ failures: [failure] }) => failure !== undefined && matches(failure));
  const found = scenario?.instances.find(({ vips }) => vips.includes(service.vip));
  if (found === undefined) throw new Error(`predict knows no such failure of ${service.vip}`);
  return found;
}

/** A range in words. */
export const rangeText = ({ least, most }: Range): string =>
  least === most ? seconds(most) : `${seconds(least)} to ${seconds(most)}`;

/** Just before the end of a span: by then everything has settled. */
const LAST = 0.2;

/** Who is MASTER during the fault, and after it. */
export const masterClaims = ({ during: now, after }: Pick<InstanceOutcome, "during" | "after">): readonly Claim[] => [
  {
    kind: "name",
    name: "MASTER meanwhile",
    what: "directors that are MASTER at the end of the fault, by their own words",
    theory: "priorities and preemption, as predict says",
    expected: namesText(now),
    measure: (timeline) => mastersAt(timeline, timeline.heal - LAST),
  },
  {
    kind: "name",
    name: "MASTER afterwards",
    what: "directors that are MASTER when all is well again",
    theory: "priorities and preemption, as predict says",
    expected: namesText(after),
    measure: (timeline) => mastersAt(timeline, timeline.to),
  },
];

/** How long the client gets no answer. */
export const outageClaim = (theory: string, { least, most }: Range): Claim => ({
  kind: "time",
  name: "outage",
  what: "longest time between two answers after the fault",
  theory,
  least,
  most,
  measure: (timeline) => outage(timeline, during(timeline)),
});

/** How long nobody sends adverts: exactly so many seconds, because it begins with an advert. */
export const handoverClaim = (from: string, theory: string, time: number): Claim => ({
  kind: "time",
  name: "handover",
  what: `from the last advert of ${from} to the first one of its successor, on the wire`,
  theory: `${theory}: ${seconds(time)}`,
  least: time,
  most: time,
  measure: (timeline) => handover(timeline, from, during(timeline)),
});

/** The outage of the client, the silence between the two directors, and who is MASTER, for a failure that predict knows. */
export function moveClaims(place: Place, matches: (failure: Failure) => boolean, how: string): readonly Claim[] {
  const outcome = outcomeOf(place, matches);
  const { nobody = { least: 0, most: 0 }, noticed, moved } = outcome;
  const whole = { least: nobody.least, most: nobody.most + noticed.most };
  return [
    outageClaim(`${how}: ${rangeText(whole)}`, whole),
    ...(moved === undefined ? [] : [handoverClaim(place.holder, `${how}, from the last advert`, nobody.most)]),
    returnClaim,
    ...masterClaims(outcome),
  ];
}

/** Nobody may notice that all is put back. */
export const returnClaim: Claim = {
  kind: "time",
  name: "outage at the return",
  what: "longest time between two answers while all is put back",
  theory: "a MASTER is there all the time: 0 s",
  least: 0,
  most: 0,
  measure: (timeline) => outage(timeline, afterwards(timeline)),
};
