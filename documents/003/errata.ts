import { persistenceHidesTurns } from "../../model/topology/rules/virtualServers";
import type { Erratum } from "../../model/topology/sourceDocument";

/** The mistakes of the document that a lab can be built with. */
export const errata: readonly Erratum[] = [
  {
    id: "003-one-client",
    words: "ipvsadm -p 20, and curl from lb04 alone",
    wrong: "one real server gives every answer, the other none",
    sentence:
      "A client's address stays on its real server for 20 seconds after its last connection (ipvsadm(8), --persistent), so a single client never changes server.",
    breaks: [persistenceHidesTurns],
    shownBy: ["request-way", "answer-way"],
  },
];
