import { type Failure, shown } from "../../model/plan/predict/failure";
import type { InstanceOutcome, Prediction, Scenario } from "../../model/plan/predict/predict";
import type { ServiceOutcome } from "../../model/plan/predict/services";
import type { Range } from "../../model/plan/predict/times";
import { countsText } from "../audit/report";
import { table } from "../table";
import { jsonText, visible } from "../terminal";

const number = (value: number): string => String(Math.round(value * 100) / 100);
/** Seconds, "2.65 to 3.65 s". */
const seconds = ({ least, most }: Range): string =>
  number(least) === number(most) ? `${number(most)} s` : `${number(least)} to ${number(most)} s`;
const held = (names: readonly string[]): string => names.join(" + ") || "nobody";
const isMoved = ({ before, during, after }: InstanceOutcome): boolean =>
  before.join() !== during.join() || during.join() !== after.join();

const failed = (failures: readonly Failure[]): string => failures.map(shown).join(", ");

/** Failures that leave the VIP in place: the watched service is dead until another machine has the VIP. */
const isWatched = ({ kind }: Failure): boolean => kind === "script" || kind === "process" || kind === "file";

/** What a client of the VIP sees when the MASTER changes. */
function clientsOf({ before, during, moved }: InstanceOutcome, failures: readonly Failure[]): string {
  if (during.length === 0) return "no answer until it is over";
  if (during.length > 1 && before.length <= 1) return "two machines answer";
  if (!moved) return "served";
  return `${failures.every(isWatched) ? "nothing from what it watches" : "no answer"} for ${seconds(moved)}`;
}

/** One row for all instances to which the same happens. */
function instanceRows({ failures, instances }: Scenario): readonly (readonly string[])[] {
  const rows = new Map<string, { readonly names: string[]; readonly cells: readonly string[] }>();
  for (const outcome of instances.filter(isMoved)) {
    const { before, during, after, noticed, nobody, returned } = outcome;
    const cells = [
      [before, during, after].map(held).join(" > "),
      noticed.most > 0 ? seconds(noticed) : "at once",
      nobody ? seconds(nobody) : "until it is over",
      returned ? seconds(returned) : "-",
      clientsOf(outcome, failures),
    ];
    const row = rows.get(cells.join("\t")) ?? { names: [], cells };
    row.names.push(outcome.instance);
    rows.set(cells.join("\t"), row);
  }
  return [...rows.values()].map(({ names, cells }) => [failed(failures), names.join(", "), ...cells]);
}

function serviceText({ node, service, share, noticed, then }: ServiceOutcome): string {
  const part = share === 1 ? "nobody" : `${Math.round((1 - share) * 100)} %`;
  const until = noticed ? `${part} served for ${seconds(noticed)}` : `${part} served`;
  return `${node} ${service.replace("virtual_server ", "")}: ${until}${then === "no answer" ? ", and no check notices" : `, then ${then}`}`;
}

const HEADING = [
  "FAILURE",
  "INSTANCE",
  "MASTER: BEFORE > DURING > AFTER",
  "NOTICED AFTER",
  "NOBODY FOR",
  "BACK AFTER",
  "CLIENTS",
];

const moves = (scenarios: readonly Scenario[]): readonly string[] => {
  const rows = scenarios.flatMap(instanceRows);
  return rows.length > 0 ? [table([HEADING, ...rows]), ""] : [];
};

/** For people at a terminal. */
export function predictionText({ plan, assumed, calm, scenarios, pairs, findings }: Prediction): string {
  const idle = scenarios.filter(({ instances, services }) => !instances.some(isMoved) && services.length === 0);
  const services = scenarios.flatMap((scenario) =>
    scenario.services.map((one) => [failed(scenario.failures), serviceText(one)]),
  );
  const lines = [
    ...(calm.instances.length > 0
      ? [
          table([
            ["INSTANCE", "VIPS", "MASTER"],
            ...calm.instances.map(({ instance, vips, before }) => [instance, vips.join(", "), held(before)]),
          ]),
          "",
        ]
      : []),
    ...moves(scenarios),
    ...(services.length > 0 ? [table([["FAILURE", "NEW CONNECTIONS"], ...services]), ""] : []),
    ...(idle.length > 0 ? ["No VIP moves:", ...idle.map(({ failures }) => `  - ${failed(failures)}`), ""] : []),
    ...(pairs.length > 0 ? ["Two at once:", ...moves(pairs)] : []),
    ...findings.map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`),
    ...(findings.length > 0 ? [""] : []),
    ...(assumed.length > 0 ? ["Assumed:", ...assumed.map((text) => `  - ${text}`), ""] : []),
    `${plan.nodes.map(({ name }) => name).join(", ")}: ${scenarios.length} failure${scenarios.length === 1 ? "" : "s"}, ${countsText(findings)}`,
  ];
  return visible(lines.join("\n"));
}

/** For programs: one document. Times are in seconds. */
export const predictionJson = ({ plan, assumed, calm, scenarios, pairs, findings }: Prediction): string =>
  jsonText({
    machines: plan.nodes.map(({ name }) => name),
    assumed,
    calm: calm.instances.map(({ instance, vips, before }) => ({ instance, vips, masters: before })),
    scenarios: scenarios.map((one) => ({ name: failed(one.failures), ...one })),
    pairs: pairs.map((one) => ({ name: failed(one.failures), ...one })),
    findings,
  });
