import type { SourceDocument } from "../../model/topology/sourceDocument";
import { errata } from "./errata";
import { points } from "./points";
import { vrrpCases } from "./vrrpCase";

/** Two proxies with keepalived: cases of preemption, and a script that checks nginx. */
export const document001: SourceDocument = {
  id: "001",
  points,
  errata,
  vrrpCases,
  mistakesInFiles: true,
};
