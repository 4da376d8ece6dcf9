/** The output of verify, for people. */
import { tellOtherVersion } from "../engine/otherVersion";
import { answer, note } from "../terminal/progress";
import type { Session } from "../session/session";
import { table } from "../terminal/table";
import { type Paint, paintFor, padTo } from "../terminal/terminal";
import { chooseChecks, type CheckResult, type Verified, verify, type VerifyOptions } from "./index";
import { counted } from "../../model/counted";

/** A time for people. */
const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** Widths of a point and of most names. Longer ones move the rest of their line. */
const WIDTHS = { id: 7, name: 19, seconds: 7 };

/** A result as lines: point, name, time, and what the check proves; below that what was seen, or what is wrong. */
export function resultLines(result: CheckResult, paint: Paint): string {
  const { ok, id, name } = result;
  // If the lab's document has no point for the check, its name is its id.
  const named =
    id === name ? padTo(name, WIDTHS.id + 1 + WIDTHS.name) : `${padTo(id, WIDTHS.id)} ${padTo(name, WIDTHS.name)}`;
  const took = seconds(result.seconds).padStart(WIDTHS.seconds);
  const mark = ok ? paint("good", "ok  ") : paint("bad", "FAIL");
  const said = ok ? [paint("weak", result.seen)] : result.problems;
  const beneath = [...said, ...(result.rows === undefined ? [] : table(result.rows).split("\n"))];
  return [
    `${mark} ${named} ${paint("weak", took)}  ${result.title}`,
    ...beneath.map((line) => `             ${line}`),
  ].join("\n");
}

/** How many passed, which failed, and how long everything took. */
export function summaryLine({ results, seconds: whole }: Verified, paint: Paint): string {
  const failed = results.filter(({ ok }) => !ok).map(({ id, name }) => (id === name ? id : `${id} ${name}`));
  const passed = `${results.length - failed.length} of ${results.length} checks passed`;
  return `${paint(failed.length === 0 ? "good" : "bad", passed)} in ${seconds(whole)}${failed.length === 0 ? "" : `, failed: ${failed.join(", ")}`}`;
}

/** Prints a result on standard output. */
export const tellResult = (result: CheckResult): void => answer(resultLines(result, paintFor(process.stdout)));

/** 0: every check passed; 1: one failed. */
export const exitCode = ({ results }: Verified): number => (results.every(({ ok }) => ok) ? 0 : 1);

/** Verifies a lab, prints each result as soon as it is known, and the number of passed checks at the end. `done` gets all of them. Returns the exit code. */
export async function verifyAndPrint(
  session: Session,
  options: VerifyOptions,
  done: (verified: Verified) => void = () => undefined,
): Promise<number> {
  tellOtherVersion(session);
  const verified = await verify(session, options, tellResult);
  done(verified);
  console.log(`\n${summaryLine(verified, paintFor(process.stdout))}`);
  const all = options.only.length === 0 ? chooseChecks(session.topology, { ...options, quick: false }) : [];
  const left = all.length - verified.results.length;
  if (left > 0)
    note(`${counted(left, "check")} that would break something for a while left out (./scripts/lab verify runs all)`);
  return exitCode(verified);
}
