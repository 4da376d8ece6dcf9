import * as fs from "node:fs";
import * as path from "node:path";
import { renderKeepalived } from "../../components/roles/director/keepalived";
import { loadTopology } from "../../model/topology/load";
import { balancersOf } from "../../model/topology/members";
import { cidrOf } from "../../model/plan/addresses";
import type { Machine } from "../../model/plan/site";
import { NOTHING } from "../../model/plan/siteFile";
import { type Asker, type Input, readInput, WANTED } from "../audit/input";
import { inRoot } from "../paths";
import { UserError } from "../run";

/** Stands for a password that is not in the file because the stack has it. It is never shown, and all machines have the same. */
const STAND_IN = { authPass: "********" };

/** predict takes what audit takes, and labs. */
const PREDICT: Asker = { verb: "predict", wanted: `${WANTED}; or the name of a lab, or its topology file` };

/** The topology file that a word names; undefined: it names no lab. */
function fileOf(word: string): string | undefined {
  const file = /\.ya?ml$/.test(word) ? path.resolve(word) : inRoot("labs", `${word}.yaml`);
  return fs.existsSync(file) ? file : undefined;
}

/** The machines of a lab with the keepalived.conf that it gives them; undefined: the word names no lab. */
export function labInput(word: string): Input | undefined {
  const file = fileOf(word);
  if (file === undefined) return undefined;
  const topology = loadTopology(file);
  if (topology.vrrp === undefined) throw new UserError(`predict: got ${word}, need a lab with vrrp`);
  const machines = balancersOf(topology).map(({ name, interfaces }): Machine => {
    const main = `${name}/keepalived.conf`;
    const text = renderKeepalived(topology, name, STAND_IN);
    const cards = Object.entries(interfaces).map(([card, { segment, address }]) => ({
      name: card,
      addresses: [cidrOf(`${address}/${topology.segments[segment]?.cidr.split("/")[1] ?? "32"}`)].flatMap(
        (own) => own ?? [],
      ),
    }));
    return { name, main, files: new Map([[main, { text, isExecutable: false }]]), cards };
  });
  return { machines, facts: NOTHING };
}

/** The machines that the words of predict name: those of a site's files, or those of a lab. */
export function predictInput(words: readonly string[]): Input {
  const [word = "", further] = words;
  const isLab =
    further === undefined && !word.includes("=") && !fs.statSync(word, { throwIfNoEntry: false })?.isDirectory();
  return (isLab ? labInput(word) : undefined) ?? readInput(words, PREDICT);
}
