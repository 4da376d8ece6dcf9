import { Document, isMap, isPair, isScalar, isSeq, type Pair, type YAMLMap } from "yaml";
import { discreet } from "../../model/keepalived/secret";
import type { Made } from "./lab";
import type { Notes } from "./notes";
import { lossText } from "./report";

/** Keys whose values stand in one line. */
const SHORT = new Set(["interfaces", "segments", "routes", "serves", "holds", "marks", "addresses", "aliases"]);

/** The topology file, with comments that say what is assumed and what it does not show. */
export function topologyText({ data, guesses, comments }: Made, notes: Notes): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  const top = document.contents;
  document.commentBefore = headOf(notes);
  if (!isMap(top)) return "";
  for (const pair of pairsOf(top)) {
    const key = keyOf(pair);
    if (["segments", "nodes", "client", "accept"].includes(key) && isScalar(pair.key)) pair.key.spaceBefore = true;
    if (key === "segments") flat(pair);
    if (key === "client" && isMap(pair.value))
      for (const one of pairsOf(pair.value)) if (SHORT.has(keyOf(one))) flow(one, keyOf(one) === "routes");
  }
  const nodes = document.get("nodes");
  if (isMap(nodes))
    for (const [index, node] of pairsOf(nodes).entries()) {
      const host = keyOf(node);
      const comment = comments.get(host);
      if (isScalar(node.key) && comment !== undefined) node.key.commentBefore = ` ${comment}`;
      if (isScalar(node.key) && index > 0) node.key.spaceBefore = true;
      if (!isMap(node.value)) continue;
      for (const part of pairsOf(node.value)) {
        const key = keyOf(part);
        if (key === "interfaces") flat(part, (card) => guesses.get(`nodes.${host}.interfaces.${card}`));
        else if (SHORT.has(key)) flow(part, key !== "holds");
      }
    }
  // Braces have spaces inside, brackets have none, as in labs/.
  return document
    .toString({ lineWidth: 0 })
    .split("\n")
    .map((line) => (line.startsWith("#") ? line : line.replace(/\[ (?=\S)/g, "[").replace(/(?<=\S) \]/g, "]")))
    .join("\n");
}

const pairsOf = (map: YAMLMap): readonly Pair[] => map.items.filter((item) => isPair(item));
const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : "");

/** One line for each value of a block. */
function flat({ value }: Pair, commentOf: (key: string) => string | undefined = () => undefined): void {
  if (!isMap(value)) return;
  for (const one of pairsOf(value)) {
    if (!isMap(one.value)) continue;
    one.value.flow = true;
    const comment = commentOf(keyOf(one));
    if (comment !== undefined) one.value.comment = ` ${comment}`;
  }
}

/** One line for the whole value, or for each item of a list. */
function flow({ value }: Pair, isEach: boolean): void {
  if (!isSeq(value)) return;
  if (!isEach || value.items.length === 1 || !value.items.some((item) => isMap(item))) value.flow = true;
  else for (const item of value.items) if (isMap(item)) item.flow = true;
}

function headOf({ assumed, unrehearsed }: Notes): string {
  const list = (title: string, all: readonly string[]): readonly string[] =>
    all.length === 0 ? [] : ["", title, ...all.map((one) => `  - ${one}`)];
  const lines = [
    "Made by `lab import`: a site lab. The directors run their own keepalived.conf; `lab import` lists what the lab changes in it.",
    ...list("Assumed, because no file says it:", assumed),
    ...list("Not in the lab:", unrehearsed.map(lossText)),
  ];
  return discreet(lines.map((line) => (line === "" ? "" : ` ${line}`)).join("\n"));
}
