import type { SourceDocument } from "../../model/topology/sourceDocument";
import { errata } from "./errata";
import { points } from "./points";

/** LVS with keepalived: two directors, direct routing, one network. */
export const document000: SourceDocument = {
  id: "000",
  points,
  errata,
  mistakesInFiles: true,
};
