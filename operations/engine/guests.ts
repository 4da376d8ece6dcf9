import * as fs from "node:fs";
import type { Platform } from "../../components/platform/platform";
import { namesOf, serialLogOf } from "../naming";
import { note } from "../terminal/progress";
import type { Stack } from "./stack";
import type { RunProblem } from "./failure";
import { freshGuest, type GuestMemory, judgeGuest } from "./fall";

/** A guest whose boot is waited for. */
export type Watched = {
  readonly node: string;
  readonly domain: string;
  /** File with its serial log. */
  readonly log: string;
};

/** How far it has come: it is not started yet, it boots, or it has answered SSH. */
export type Stage = "absent" | "booting" | "ready";

/** Guests of a stack, by default all of its topology, with their serial logs. */
export function guestsWatched(
  stack: Stack,
  domains: readonly (readonly [node: string, domain: string])[] = namesOf(stack).domains,
): Watched[] {
  return domains.map(([node, domain]) => ({ node, domain, log: serialLogOf(stack, domain) }));
}

/** Watches guests while they boot: their domains, and their serial logs from the begin of the watch. */
export class GuestWatch {
  private readonly begins: ReadonlyMap<string, number>;
  private readonly memories = new Map<string, GuestMemory>();

  constructor(
    private readonly host: Pick<Platform, "start" | "reset">,
    private readonly guests: readonly Watched[],
  ) {
    this.begins = new Map(guests.map(({ domain, log }) => [domain, sizeOf(log)]));
  }

  /** Looks once. Starts a fallen guest again if it has nothing to lose. Returns the failure of a guest that cannot come up, if any. */
  async look(states: ReadonlyMap<string, string>, stageOf: (node: string) => Stage): Promise<RunProblem | undefined> {
    for (const { node, domain, log } of this.guests) {
      const stage = stageOf(node);
      const state = states.get(domain);
      if (stage === "absent" || state === undefined) continue;
      const before = this.memories.get(domain) ?? freshGuest;
      const seen = { log: readFrom(log, this.begins.get(domain) ?? 0), state, ready: stage === "ready" };
      const { memory, step } = judgeGuest(before, seen);
      this.memories.set(domain, memory);
      if (step.kind === "fallen") return { guest: { node, cause: step.cause }, message: step.lines.join("\n") };
      if (step.tell !== undefined) note(`${node}: ${step.tell}`);
      if (step.kind !== "wait") await this.host[step.kind](domain);
    }
    return undefined;
  }
}

const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The text of a log from some byte on, or from its begin if it was made again. */
function readFrom(file: string, begin: number): string {
  if (!fs.existsSync(file)) return "";
  const bytes = fs.readFileSync(file);
  return bytes.subarray(bytes.length < begin ? 0 : begin).toString("utf8");
}
