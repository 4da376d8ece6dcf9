import * as fs from "node:fs";
import * as path from "node:path";
import { shellQuote } from "../../model/shellQuote";
import { UserError } from "../../model/userError";

const script = fs.readFileSync(path.join(__dirname, "capture.sh"), "utf8");

/** Shell text that writes a node's packets to standard output as a pcap file, until its standard input ends. */
export function renderCapture(card: string, filter: readonly string[]): string {
  if (!/^[\w.:@-]+$/.test(card) || card.startsWith("-"))
    throw new UserError(`--interface: got ${card}, need the name of a network card, or any`);
  return `set -- ${shellQuote(card)} ${shellQuote(filter.join(" "))}\n${script}`;
}
