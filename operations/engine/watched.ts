import { namesOf, rolesOf } from "../naming";
import { drawing, insist, note, say, show, verbose } from "../terminal/progress";
import type { RunOptions, RunResult } from "../run";
import { inTemporary } from "../temporary";
import { paintFor } from "../terminal/terminal";
import { type RunMachines, type Course, courseLines, follow, lineOf, waitingLine } from "./course";
import { type EngineEvent, EventLog, messageOf } from "./events";
import { changeResources } from "./pulumi";
import type { LabHandle } from "./handle";

/** Milliseconds between two looks at the log of events. */
const interval = 200;
/** Seconds without a line until a line says what is running. */
const silence = 30;

/**
 * Runs a Pulumi command that changes the lab, and shows its course machine by machine: drawn on a terminal, else line by line. Pulumi's own output
 * is shown as a whole if it fails, and with --verbose as it comes. New events are added to the given list.
 */
export const runEngine = (
  { stack, env }: LabHandle,
  [verb = "", ...words]: readonly string[],
  { events = [], ...options }: Pick<RunOptions, "stop" | "timeout"> & { readonly events?: EngineEvent[] },
): Promise<Pick<RunResult, "code">> =>
  inTemporary(async (folder) => {
    const log = new EventLog(folder.at("events"));
    const spectator = new Spectator({ lab: namesOf(stack).lab, roles: rolesOf(stack) }, events);
    const look = (): void => spectator.see(log.read());
    const looking = setInterval(look, interval);
    try {
      const show = verbose ? "all" : "nothing";
      const run = { env, show, ...options } as const;
      const { code, stdout, stderr } = await changeResources(verb, stack.name, folder.at("events"), words, run);
      look();
      spectator.end(code === 0);
      if (code !== 0) insist(`${stdout}${stderr}`);
      return { code };
    } finally {
      clearInterval(looking);
      spectator.end(false);
      log.close();
    }
  });

/** Follows a run by its events, and shows its course. */
class Spectator {
  private course: Course = {};
  private readonly begin = performance.now();
  private told = 0;
  private readonly undraw: () => void;
  private over = false;

  constructor(
    private readonly machines: RunMachines,
    private readonly events: EngineEvent[],
  ) {
    this.undraw = show(({ columns, rows, paint }) =>
      courseLines(this.course, machines, this.now(), { columns: columns - indent.length, rows, paint }).map(indented),
    );
  }

  private now(): number {
    return (performance.now() - this.begin) / 1000;
  }

  private tell(line: string | undefined): void {
    if (line === undefined || drawing || verbose) return;
    this.told = this.now();
    note(line);
  }

  see(events: readonly EngineEvent[]): void {
    const at = this.now();
    for (const event of events) {
      this.events.push(event);
      this.course = follow(this.course, this.machines, event, at);
      this.tell(lineOf(this.course, this.machines, event, at));
    }
    if (at - this.told >= silence) this.tell(waitingLine(this.course, this.machines, at));
  }

  /** Keeps the last frame, and prints Pulumi's remarks. After a failure all of Pulumi's output was shown already. */
  end(succeeded: boolean): void {
    if (this.over) return;
    this.over = true;
    this.undraw();
    const all = { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY, paint: paintFor(process.stderr) };
    const lines = courseLines(this.course, this.machines, this.now(), all);
    if (drawing) say(lines.map((line) => `${indented(line)}\n`).join(""));
    if (!succeeded || verbose) return;
    for (const { diagnosticEvent: said, summaryEvent: summary } of this.events) {
      if (said !== undefined && said.ephemeral !== true) note(`pulumi: ${said.severity}: ${messageOf(said)}`);
      const changes = Object.entries(summary?.resourceChanges ?? {});
      if (changes.length > 0) note(`resources: ${changes.map(([op, count]) => `${count} ${op}`).join(", ")}`);
    }
  }
}

const indent = " ".repeat(6);
const indented = (line: string): string => `${indent}${line}`;
