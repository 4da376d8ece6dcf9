import * as fs from "node:fs";
import * as path from "node:path";
import type { Plan } from "../../model/plan/plan";
import { planOf } from "../../model/plan/site";
import { compile } from "../../model/topology/compile";
import { loadTopology } from "../../documents/load";
import { runsKeepalived } from "../../model/topology/queries";
import { type Asker, readInput, WANTED } from "../audit/input";
import { inRoot } from "../paths";
import { UserError } from "../../model/userError";

/** Stands for a password that is not in the file because the stack has it. It is never shown, and all machines have the same. */
export const STAND_IN = { authPass: "********" };

/** predict takes what audit takes, and labs. */
const PREDICT: Asker = { verb: "predict", wanted: `${WANTED}; or the name of a lab, or its topology file` };

/** The topology file that a word names; undefined: it names no lab. */
function fileOf(word: string): string | undefined {
  const file = /\.ya?ml$/.test(word) ? path.resolve(word) : inRoot("labs", `${word}.yaml`);
  return fs.existsSync(file) ? file : undefined;
}

/** What shall run in a lab; undefined: the word names no lab. */
export function labPlan(word: string): Plan | undefined {
  const file = fileOf(word);
  if (file === undefined) return undefined;
  const topology = loadTopology(file);
  if (!runsKeepalived(topology)) throw new UserError(`predict: got ${word}, need a lab with vrrp`);
  return compile(topology, STAND_IN);
}

/** What shall run on the machines that the words of predict name: those of a site's files, or those of a lab. */
export function predictPlan(words: readonly string[]): Plan {
  const [word = "", further] = words;
  const isLab =
    further === undefined && !word.includes("=") && !fs.statSync(word, { throwIfNoEntry: false })?.isDirectory();
  const ofLab = isLab ? labPlan(word) : undefined;
  if (ofLab !== undefined) return ofLab;
  const { machines, facts } = readInput(words, PREDICT);
  return planOf(machines, facts);
}
