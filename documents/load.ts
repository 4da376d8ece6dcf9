/** Reads topology files, with the documents that labs may follow. */
import * as load from "../model/topology/load";
import type { Warning } from "../model/topology/error";
import type { Topology } from "../model/topology/topology";
import { DOCUMENTS } from ".";

/** {@link load.loadTopology} with all documents. */
export const loadTopology = (path: string, overrides: load.Overrides = {}): Topology =>
  load.loadTopology(path, DOCUMENTS, overrides);

/** {@link load.parseTopology} with all documents. */
export const parseTopology = (input: unknown, source: string, origin?: load.Origin): Topology =>
  load.parseTopology(input, source, DOCUMENTS, origin);

/** {@link load.examineTopology} with all documents. */
export const examineTopology = (path: string): load.Examined => load.examineTopology(path, DOCUMENTS);

/** {@link load.warningsOf} with all documents. */
export const warningsOf = (topology: Topology): readonly Warning[] => load.warningsOf(topology, DOCUMENTS);
