import * as fs from "node:fs";
import * as path from "node:path";

/** The labs of a checkout, by name: `labs/NAME.yaml`, in order. Folders beside them have the files that their directors bring. */
export const labNames = (checkout: string): string[] =>
  fs
    .readdirSync(path.join(checkout, "labs"))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => path.basename(file, ".yaml"))
    .sort();
