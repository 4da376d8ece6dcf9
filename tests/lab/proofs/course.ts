import * as fs from "node:fs";
import { inRoot } from "../../../operations/paths";
import { loadTopology } from "../../../documents/load";
import { guestsOf } from "../../../model/topology/guests";
import { checksOf, type Control } from "./control";
import type { Proof } from "./proof";

/** A shipped topology as one state of a lab. */
export type Stage = {
  readonly lab: string;
  /** What is broken while it runs. */
  readonly controls?: readonly Control[];
  /**
   * In a lab that is built as its document prints it: checks that fail of themselves, those that tell the mistake best. Not all: where
   * nothing is answered any more, each request takes its time to fail.
   */
  readonly fails?: readonly string[];
};

/** Topologies that one lab has one after another. Machines that two of them have in common stay the same guests. */
export type Course = readonly [Stage, ...Stage[]];

/** Guests that a stage has from the one before it; of the first stage none. */
export function staying(course: Course, index: number): string[] {
  const before = index === 0 ? undefined : course[index - 1];
  if (before === undefined) return [];
  const guests = ({ lab }: Stage): string[] => Object.keys(guestsOf(loadTopology(inRoot("labs", `${lab}.yaml`))));
  const now = guests(course[index] ?? before);
  return guests(before).filter((guest) => now.includes(guest));
}

/** What the stages of some courses prove. */
export const proofsOf = (courses: readonly Course[]): Proof[] =>
  courses.flat().map(({ lab, controls = [], fails = [] }) => ({
    lab,
    passes: fails.length === 0 ? "every check" : ["addresses"],
    fails: [...fails, ...checksOf(controls)],
  }));

/** The text of a shipped lab under the name of another one, whose machines it takes over. It may stand in any folder. */
export const inPlace = (shipped: string, name: string): string =>
  fs
    .readFileSync(inRoot("labs", `${shipped}.yaml`), "utf8")
    .replace(/^name: .*$/m, `name: ${name}`)
    .replace(/^( *keepalived: )(.*)$/gm, (_, key: string, file: string) => key + inRoot("labs", file));
