import type { SourceDocument } from "../../model/topology/sourceDocument";
import { errata } from "./errata";
import { points } from "./points";

/** Directors in front of an inner network, with a router between the two. */
export const document004: SourceDocument = {
  id: "004",
  points,
  errata,
  mistakesInFiles: true,
};
