import { errataOf } from "../../documents";
import { erratumText } from "../../model/topology/errata";
import { isSite } from "../../model/topology/own/config";
import { vipsOf, webServersOf } from "../../model/topology/queries";
import type { Topology } from "../../model/topology/topology";
import { show } from "../terminal/progress";
import { withoutInterruption } from "../run";
import { UserError } from "../../model/userError";
import { fit } from "../terminal/screen";
import type { Session } from "../session/session";
import { checkId, checksFor } from "./checks";
import { type Check, type Finding, holdersOf } from "../../components/checks/check";
import { DRILLS, sideBySide } from "./drills";
import { observeClient, observeNodes } from "./observe";
import type { ClientSeen, LabSeen } from "../../components/looks/lab";
import type { Drilled } from "../../components/looks/drilled";
import { until } from "../wait";

/** Which checks run. */
export type Choice = {
  /** Run only these checks, by point or name; empty: all. */
  readonly only: readonly string[];
  /** Leave out the checks that disturb the lab (`--quick`). A check that `only` names runs all the same. */
  readonly quick?: boolean;
  /** Whether failures are brought about that take minutes (`--predictions`). */
  readonly predictions?: boolean;
};

export type VerifyOptions = Choice & {
  /** Seconds that a lab may take to settle after `up` (elections, health checks) before the checks judge it. */
  readonly settle: number;
};

export type CheckResult = Finding & {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly ok: boolean;
  /** How long it took to see what it judges: a look or a drill, which several checks may share. */
  readonly seconds: number;
};

/** What came of a verification, and how long all of it took. */
export type Verified = { readonly seconds: number; readonly results: readonly CheckResult[] };

/** What is being done, for progress. */
const workOf = (need: Check["needs"]): string => {
  switch (need) {
    case "nodes":
      return "looking at the nodes";
    case "client":
      return "asking from the client";
    default:
      return DRILLS[need].doing ?? `drill: ${need}`;
  }
};

const nothingSeen: ClientSeen = { arp: {}, throughVip: {}, direct: {}, bySource: {}, asked: {}, neighbours: {} };

/** Whether what the check looks at breaks something for a while. */
const isDisturbing = ({ needs }: Check): boolean =>
  needs !== "nodes" && needs !== "client" && DRILLS[needs].kind === "drill";

/** Chooses checks by point or name; an unknown word is an error that lists the known ones. */
export function chooseChecks(topology: Topology, { only, quick = false, predictions = false }: Choice): Check[] {
  const all = checksFor(topology);
  const known = (check: Check) => [checkId(check, topology), check.name];
  const unknown = only.find((word) => !all.some((check) => known(check).includes(word)));
  if (unknown !== undefined)
    throw new UserError(`--only: got ${unknown}, need one of: ${all.flatMap(known).join(", ")}`);
  if (only.length === 0)
    return all.filter((check) => (predictions || !(check.onlyWhenAsked ?? false)) && !(quick && isDisturbing(check)));
  return all.filter((check) => known(check).some((word) => only.includes(word)));
}

/** The lines of `verify --list`. */
export function listChecks(topology: Topology): string[][] {
  return checksFor(topology).map((check) => [checkId(check, topology), check.name, check.title]);
}

/** What a check says of a lab. In one as printed, what went wrong is explained by the mistake that the check shows. */
export function judged(topology: Topology, check: Check, seen: LabSeen): Finding {
  const finding = check.judge(topology, seen);
  if (finding.problems.length === 0) return finding;
  const shown = errataOf(topology).filter(({ shownBy }) => shownBy.includes(check.name));
  return { ...finding, problems: [...finding.problems, ...shown.map(erratumText)] };
}

/** Whether what comes by itself, after `up` or a boot, is there, as far as a look at the nodes tells. */
export function hasSettled(topology: Topology, checks: readonly Check[], seen: LabSeen): boolean {
  // Where VIPs of a site's configuration must be is one of its checks.
  const vips = isSite(topology) ? [] : vipsOf(topology);
  // What a mistake of the document makes fail does not settle.
  const failing = errataOf(topology).flatMap(({ shownBy }) => shownBy);
  return (
    // A single director needs three adverts too until it holds its VIP.
    vips.every((vip) => holdersOf(topology, seen, vip).length > 0) &&
    // After a boot httpd waits for its mounts. Its pages need the client: no check of the nodes alone asks for it.
    webServersOf(topology).every(({ name }) => seen.nodes[name]?.units.httpd?.active === "active") &&
    checks
      .filter(({ needs, name }) => needs === "nodes" && !failing.includes(name))
      .every((check) => check.judge(topology, seen).problems.length === 0)
  );
}

/** Looks at the lab, judges it, tells each result as it is known. */
export async function verify(
  session: Session,
  options: VerifyOptions,
  tell: (result: CheckResult) => void = () => undefined,
): Promise<Verified> {
  const { topology } = session;
  const whole = stopwatch();
  const checks = chooseChecks(topology, options);
  const results: CheckResult[] = [];
  /** How long each look and each drill took. */
  const took: Partial<Record<Check["needs"], number>> = {};
  const timed = async <T>(need: Check["needs"], look: () => Promise<T>): Promise<T> => {
    const watch = stopwatch();
    const end = show(({ columns, paint }) => [
      paint("busy", fit(`      ${workOf(need)}  ${Math.floor(watch())} s`, columns)),
    ]);
    try {
      return await look();
    } finally {
      took[need] = watch();
      end();
    }
  };
  const judge = (needs: Check["needs"][], seen: LabSeen) => {
    for (const check of checks.filter((one) => needs.includes(one.needs))) {
      const finding = judged(topology, check, seen);
      const result = {
        ...finding,
        id: checkId(check, topology),
        name: check.name,
        title: check.title,
        ok: finding.problems.length === 0,
        seconds: took[check.needs] ?? 0,
      };
      results.push(result);
      tell(result);
    }
  };

  const client = checks.some((check) => check.needs === "client");
  let seen: LabSeen = { nodes: {}, client: nothingSeen };
  // What differs because the lab is still settling is looked at again; what differs because it is wrong stays.
  await timed("nodes", () =>
    until(options.settle, async () => {
      seen = { nodes: await observeNodes(session), client: nothingSeen };
      return hasSettled(topology, checks, seen);
    }),
  );
  if (client) seen = { ...seen, client: await timed("client", () => observeClient(session)) };
  judge(["nodes", "client"], seen);
  const drills = (Object.keys(DRILLS) as (keyof Drilled)[]).filter((name) =>
    checks.some(({ needs }) => needs === name),
  );
  for (const group of sideBySide(drills)) {
    // Each of them ends, and has put back what it took away, before an error of one is told.
    const ended = await withoutInterruption(() =>
      Promise.allSettled(
        group.map(async (name) => {
          const result = await timed(name, async () => DRILLS[name].run(session));
          if (result !== undefined) seen = { ...seen, [name]: result };
        }),
      ),
    );
    for (const one of ended) if (one.status === "rejected") throw one.reason;
    judge(group, seen);
  }
  return { seconds: whole(), results };
}

/** Starts to count; answers the seconds since then, to a tenth. */
function stopwatch(): () => number {
  const begin = performance.now();
  return () => Math.round((performance.now() - begin) / 100) / 10;
}
