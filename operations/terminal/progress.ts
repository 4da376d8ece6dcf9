import { lane } from "./lanes";
import { fit, Screen } from "./screen";
import { type Paint, paintFor, type Surface } from "./terminal";

/** A phase of `lab up` that has ended: its number and how long it took. */
type Phase = { readonly number: number; readonly name: string; readonly seconds: number };

/** The phases that have ended, by their numbers. */
export const phases: Phase[] = [];

const total = 9;
let begun = 0;

/** Counts the first phases, which host/prepare has run, by what it printed: "name=seconds;name=seconds". */
export function countPrepared(printed: string): void {
  for (const phase of printed.trim().split(";").filter(Boolean)) {
    const [name = "", seconds = "0"] = phase.split("=");
    phases.push({ number: ++begun, name, seconds: Number(seconds) });
  }
}

/** How much is shown: "less" with --quiet, "more" with --verbose (cli/front/ sets the variable). */
const loudness = process.env.LVS_LAB_SAYS;

/** Whether the output of the programs behind the command is shown as it comes. */
export const verbose = loudness === "more";

/** Whether frames can be drawn: only on a terminal that can move its cursor and that a person watches. */
export const canDraw = ({ isTTY }: Pick<Surface, "isTTY">, env: NodeJS.ProcessEnv): boolean =>
  isTTY === true && env.TERM !== "dumb" && ["", "false", undefined].includes(env.CI);

const screen = canDraw(process.stderr, process.env) && loudness === undefined ? new Screen(process.stderr) : undefined;

// Ignore a terminal that is gone: the work goes on.
process.stderr.on("error", () => undefined);

/** Whether progress is drawn, or else written line by line. */
export const drawing = screen !== undefined;

/** The room for some lines, and their colours. */
export type Room = { readonly columns: number; readonly rows: number; readonly paint: Paint };

/** Lines that are drawn again and again while something goes on. */
export type View = (room: Room) => readonly string[];

const views = new Set<View>();
let ticking: NodeJS.Timeout | undefined;

/** Milliseconds between two frames. */
const tick = 200;

function refresh(): void {
  if (screen === undefined) return;
  const columns = screen.columns - 1;
  const paint = paintFor(process.stderr);
  const frame: string[] = [];
  for (const view of views) frame.push(...view({ columns, rows: Math.max(0, screen.rows - frame.length), paint }));
  screen.draw(frame.slice(0, screen.rows));
}

/** Draws some lines below all others until the returned function is called. Does nothing if nothing can be drawn. */
export function show(view: View): () => void {
  views.add(view);
  ticking ??= setInterval(refresh, tick).unref();
  refresh();
  return () => {
    views.delete(view);
    if (views.size === 0) {
      clearInterval(ticking);
      ticking = undefined;
    }
    refresh();
  };
}

/** Runs one phase of `lab up`, and prints its number and how long it took. */
export async function phase<T>(name: string, work: () => Promise<T>): Promise<T> {
  const number = ++begun;
  const label = `[${number}/${total}] ${name}`;
  const begin = performance.now();
  const seconds = (): number => (performance.now() - begin) / 1000;
  if (!drawing) say(`${label}\n`);
  const end = show(({ columns, paint }) => [paint("busy", fit(`${label}  ${Math.floor(seconds())} s`, columns))]);
  const tell = (how: string): void => {
    end();
    say(`${label}: ${how} ${seconds().toFixed(1)} s\n`);
  };
  try {
    const result = await work();
    phases.push({ number, name, seconds: seconds() });
    phases.sort((a, b) => a.number - b.number);
    tell("done in");
    return result;
  } catch (error) {
    tell(lane()?.stop.aborted === true ? "ended after" : "failed after");
    throw error;
  }
}

/** Prints one line about what happens inside a phase, with the phase's name if other phases run beside it. */
export function note(text: string): void {
  const name = lane()?.name;
  say(`      ${name === undefined ? "" : `${name}: `}${text}\n`);
}

/** Writes progress in whole lines on standard error; --quiet drops it. */
export function say(text: string): void {
  if (loudness !== "less") insist(text);
}

/** Writes whole lines on standard error that must be read, also with --quiet. */
export function insist(text: string): void {
  const lines = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  if (screen === undefined) process.stderr.write(lines);
  else screen.above(lines);
}

/** Writes a line of the command's result to standard output, also while progress is drawn. */
export function answer(text: string): void {
  screen?.draw([]);
  console.log(text);
  refresh();
}
