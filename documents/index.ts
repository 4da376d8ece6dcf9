/** The source documents that labs follow. A new one is a folder here, and a line in the registry. */
import * as errata from "../model/topology/errata";
import type { SourceDocument } from "../model/topology/sourceDocument";
import type { Topology } from "../model/topology/topology";
import { document000 } from "./000";
import { document001 } from "./001";
import { document002 } from "./002";
import { document003 } from "./003";
import { document004 } from "./004";

/** All of them, in the order of their numbers. */
export const DOCUMENTS: readonly SourceDocument[] = [document000, document001, document002, document003, document004];

/** The point of the lab's document that a check proves; undefined: the lab has no document, or the document no such point. */
export const pointOf = (topology: Topology, check: string): string | undefined =>
  DOCUMENTS.filter(({ id }) => id === topology.document).flatMap((document) => pointsOf(document, check))[0];

/** The points of a document that a check proves. */
const pointsOf = ({ points }: SourceDocument, check: string): string[] =>
  Object.entries(points).flatMap(([point, { checks }]) => (checks.includes(check) ? [point] : []));

/** The points of all documents that a check proves. */
export const pointsProvenBy = (check: string): string[] => DOCUMENTS.flatMap((one) => pointsOf(one, check));

/** The mistakes of its document that a lab has; empty for a corrected one. */
export const errataOf = (topology: Topology): readonly errata.PrintedErratum[] => errata.errataOf(topology, DOCUMENTS);
