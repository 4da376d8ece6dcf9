import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { ConfigError } from "../model/topology/error";
import { loadTopology } from "../documents/load";
import type { Overrides } from "../model/topology/load";
import { consoleLog, defaultConsoleDir, defaultPoolPath, domainName } from "../model/topology/names";
import { CLIENT } from "../model/topology/packetPaths";
import { UserError } from "../model/userError";
import type { Stack } from "./engine/stack";
import { readConfig } from "./engine/stackConfig";

/** Settings of the stack, or of the command line instead, that override the topology file. */
export function overridesOf(
  stack: Stack,
  webs: string | number | undefined = readConfig(stack, "lvs-lab:webs"),
): Overrides {
  if (webs === undefined) return {};
  if (!/^[1-9]\d*$/.test(String(webs))) throw new UserError(`--webs: got ${webs}, need a whole number, 1 or more`);
  return { webs: Number(webs) };
}

/** Name and domains of a lab, from its topology file. The file may have mistakes: `destroy` must work all the same. */
export function namesOf(stack: Stack): { lab: string; domains: [node: string, domain: string][] } {
  const { name: lab = "", nodes, client } = readNames(stack) ?? {};
  const guests = [...Object.keys(nodes ?? {}), ...(client?.kind === "vm" ? [CLIENT] : [])];
  return { lab, domains: guests.map((node) => [node, domainName(lab, node)]) };
}

/** Roles of a lab's guests by name, in the order of its topology file, which may have mistakes; "": it gives no role. */
export function rolesOf(stack: Stack): Readonly<Record<string, string>> {
  const nodes: Naming["nodes"] = readNames(stack)?.nodes;
  const roleOf = (name: string): string => {
    const role = name === CLIENT ? CLIENT : nodes?.[name]?.role;
    return typeof role === "string" ? role : "";
  };
  return Object.fromEntries(namesOf(stack).domains.map(([name]) => [name, roleOf(name)]));
}

/** The parts of a topology file that name something. */
type Naming = {
  readonly name?: string;
  readonly nodes?: Readonly<Record<string, { readonly role?: unknown } | null>> | null;
  readonly client?: { readonly kind?: unknown } | null;
};

function readNames(stack: Stack): Naming | null {
  try {
    return loadTopology(stack.file, overridesOf(stack));
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof UserError)) throw error;
    return readPlain(stack.file);
  }
}

/** A file that is missing or is not YAML names nothing. */
function readPlain(file: string): Naming | null {
  try {
    return parse(fs.readFileSync(file, "utf8")) as Naming | null;
  } catch {
    return null;
  }
}

/** Folder of a lab's pool on the hypervisor. */
export const poolPathOf = (stack: Stack, lab: string): string =>
  readConfig(stack, "lvs-lab:poolPath") ?? defaultPoolPath(lab);

/** File with the serial log of a domain. */
export const serialLogOf = (stack: Stack, domain: string): string =>
  path.join(readConfig(stack, "lvs-lab:consoleDir") ?? defaultConsoleDir, consoleLog(domain));
