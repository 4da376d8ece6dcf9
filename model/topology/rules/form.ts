/** The rule about labs as printed. */
import { errataOf, mistakesOf } from "../errata";
import { NETWORK, type Rule } from "./rule";

export const formWithoutMistake: Rule = {
  name: "formWithoutMistake",
  severity: "error",
  summary: "`form: as-printed` is allowed only in a lab that has a mistake of its document.",
  reads: [...NETWORK, "vrrpCase"],
  reason: "docs/documents/README.md: labs as printed",
  find(topology, documents) {
    if (topology.form !== "as-printed" || errataOf(topology, documents).length > 0) return [];
    const known = mistakesOf(documents, topology.document).map(({ words }) => words);
    const need = known.length === 0 ? "corrected" : `corrected, or one of its document's mistakes: ${known.join("; ")}`;
    return [{ path: "form", got: "as-printed", need, fix: "this lab has no mistake of its document" }];
  },
};
