import type { SourceDocument } from "../../model/topology/sourceDocument";
import { errata } from "./errata";
import { points } from "./points";

/** Forwarding methods, schedulers and persistence, first with ipvsadm, then with keepalived. */
export const document003: SourceDocument = {
  id: "003",
  points,
  errata,
};
