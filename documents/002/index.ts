import type { SourceDocument } from "../../model/topology/sourceDocument";
import { points } from "./points";

/** One director with ipvsadm, and web servers that share their content by NFS. */
export const document002: SourceDocument = {
  id: "002",
  points,
  errata: [],
};
