import * as fs from "node:fs";
import { parse, stringify } from "yaml";
import { inRoot } from "../operations/paths";
import { write } from "./work";

type Written = {
  name: string;
  nodes: Record<string, unknown>;
  virtualServers: { realServers: Record<string, unknown> }[];
};

/** Writes a shipped lab under the bench's own name, so that the user's lab is not touched. */
export const writeLab = (lab: string, file = "bench.yaml"): string =>
  write(file, fs.readFileSync(inRoot("labs", `${lab}.yaml`), "utf8").replace(/^name: .*$/m, "name: bench"));

/** Name of the web server that the bench adds to the running lab. */
export const addedServer = "web3";

/**
 * Writes the default lab under the bench's own name, so that the user's lab is not touched. `added`: with one more web server.
 * The file's name is the stack's name, so both are written to the same file by default.
 */
export function writeTopology(added: boolean, file = "bench.yaml"): string {
  const lab = parse(fs.readFileSync(inRoot("labs", "dr-keepalived.yaml"), "utf8")) as Written;
  lab.name = "bench";
  if (added) {
    const interfaces = { ens33: { segment: "lan", address: "192.168.10.138" } };
    lab.nodes[addedServer] = { role: "web", interfaces, page: "added by the bench" };
    for (const server of lab.virtualServers) server.realServers[addedServer] = { weight: 1 };
  }
  return write(file, stringify(lab));
}
