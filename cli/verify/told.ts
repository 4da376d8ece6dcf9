/** What verify has to say, for people. */
import { tellOtherVersion } from "../otherVersion";
import { answer } from "../progress";
import type { Session } from "../session";
import { type Paint, paintFor, padTo } from "../terminal";
import { type CheckResult, type Verified, verify, type VerifyOptions } from "./index";

/** A time for people. */
const seconds = (value: number): string => `${value.toFixed(1)} s`;

/** Cells of a point and of most names; longer ones move the rest of their line. */
const WIDTHS = { id: 7, name: 19, seconds: 7 };

/** A result as lines: point, name, how long it took to see, what it proves, and beneath what was seen or is wrong. */
export function resultLines(result: CheckResult, paint: Paint): string {
  const { ok, id, name } = result;
  // Where a lab's document has no point for it, its name is its id.
  const named =
    id === name ? padTo(name, WIDTHS.id + 1 + WIDTHS.name) : `${padTo(id, WIDTHS.id)} ${padTo(name, WIDTHS.name)}`;
  const took = seconds(result.seconds).padStart(WIDTHS.seconds);
  const mark = ok ? paint("good", "ok  ") : paint("bad", "FAIL");
  const beneath = ok ? [paint("weak", result.seen)] : result.problems;
  return [
    `${mark} ${named} ${paint("weak", took)}  ${result.title}`,
    ...beneath.map((line) => `             ${line}`),
  ].join("\n");
}

/** How many passed, which did not, and how long all of it took. */
export function summaryLine({ results, seconds: whole }: Verified, paint: Paint): string {
  const failed = results.filter(({ ok }) => !ok).map(({ id, name }) => (id === name ? id : `${id} ${name}`));
  const passed = `${results.length - failed.length} of ${results.length} checks passed`;
  return `${paint(failed.length === 0 ? "good" : "bad", passed)} in ${seconds(whole)}${failed.length === 0 ? "" : `, failed: ${failed.join(", ")}`}`;
}

/** Tells a result on standard output. */
export const tellResult = (result: CheckResult): void => answer(resultLines(result, paintFor(process.stdout)));

/** 0: every check passed; 1: one failed. */
export const exitCode = ({ results }: Verified): number => (results.every(({ ok }) => ok) ? 0 : 1);

/** Verifies a lab and tells each result as it is known, and at the end how many passed. Answers the exit code. */
export async function verifyAloud(session: Session, options: VerifyOptions): Promise<number> {
  tellOtherVersion(session);
  const verified = await verify(session, options, tellResult);
  console.log(`\n${summaryLine(verified, paintFor(process.stdout))}`);
  return exitCode(verified);
}
