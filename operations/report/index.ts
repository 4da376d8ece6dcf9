/** Writes what is kept of a lab as one page. It reads files alone. */
import { UserError } from "../../model/userError";
import { deployedTopology } from "../engine/deployedTopology";
import type { Stack } from "../engine/stack";
import { resultsOf } from "../results/kept";
import { reportPage } from "./page";
import { loadPlots } from "./plots";

/** The report of a stack's lab. */
export async function report(stack: Pick<Stack, "name" | "lab">): Promise<string> {
  const { lab, ...kept } = resultsOf(stack).read();
  if (lab === undefined)
    throw new UserError(
      `stack ${stack.name} holds no results: run ./scripts/lab up ${stack.lab} first, or verify or drill if it is up`,
    );
  const topology = deployedTopology(lab);
  return reportPage(await loadPlots(), { ...kept, topology, now: new Date().toISOString() });
}
