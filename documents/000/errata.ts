import { persistenceZero, retryWordOld } from "../../model/topology/rules/virtualServers";
import type { Erratum } from "../../model/topology/sourceDocument";

/** The mistakes of the document that a lab can be built with. */
export const errata: readonly Erratum[] = [
  {
    id: "000-persistence-zero",
    words: "persistence_timeout 0",
    wrong: "keepalived refuses the file",
    sentence:
      "A persistence timeout is 1 to 2678400 seconds; leave the line out for no persistence (keepalived.conf(5)).",
    breaks: [persistenceZero],
    shownBy: [],
    refused: "persistence_timeout invalid",
  },
  {
    id: "000-nb-get-retry",
    words: "nb_get_retry in TCP_CHECK",
    wrong: "keepalived refuses the file",
    sentence: "HTTP_GET used this keyword before retry; TCP_CHECK never had it (keepalived.conf(5)).",
    breaks: [retryWordOld],
    shownBy: [],
    refused: "Unknown keyword 'nb_get_retry'",
  },
];
