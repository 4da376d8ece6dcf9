import * as fs from "node:fs";
import * as path from "node:path";
import { loadTopology } from "../documents/load";
import type { Topology } from "../model/topology/topology";

const folder = path.join(__dirname, "fixtures");
export const labsFolder = path.join(__dirname, "..", "labs");

/** Path of a topology in tests/fixtures/, by its name without `.yaml`. */
export const fixturePath = (name: string): string => path.join(folder, `${name}.yaml`);

/** Sorted names of the fixtures with a prefix, without the prefix. */
export const fixtureNames = (beginning: "valid-" | "warned-" | "invalid-"): string[] =>
  fs
    .readdirSync(folder)
    .filter((file) => file.startsWith(beginning))
    .map((file) => path.basename(file, ".yaml").slice(beginning.length))
    .sort();

/** A fixture's topology. */
export const fixture = (name: string): Topology => loadTopology(fixturePath(name));

/** A shipped lab's topology. */
export const lab = (name: string): Topology => loadTopology(path.join(labsFolder, `${name}.yaml`));
