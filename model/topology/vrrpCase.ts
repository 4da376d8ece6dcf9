import type { PreemptionCase, SourceDocument } from "./sourceDocument";
import type { DirectorVrrp } from "./node";
import type { VrrpCase } from "./topology";

type Nodes = Readonly<Record<string, { readonly vrrp?: { readonly priority: number } }>>;

/** A document's case by the word of `vrrpCase:`; undefined: no document has it. */
export const caseNamed = (
  documents: readonly SourceDocument[],
  word: VrrpCase | undefined,
): PreemptionCase | undefined =>
  documents
    .flatMap(({ vrrpCases = {} }) => Object.entries(vrrpCases))
    .filter(([name]) => name === word)
    .map(([, one]) => one)[0];

/** State and nopreempt of a node by its case and its priority. Without a case: BACKUP, which preempts. */
export function casePart(
  // Undefined stands also for a word that the schema refused: no second problem follows from it.
  of: PreemptionCase | undefined,
  nodes: Nodes,
  { priority }: { readonly priority: number },
): Pick<DirectorVrrp, "state" | "nopreempt"> {
  const highest = Object.values(nodes).every(({ vrrp }) => vrrp === undefined || vrrp.priority <= priority);
  return of?.part(highest) ?? { state: "BACKUP", nopreempt: false };
}
