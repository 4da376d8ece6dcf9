import * as fs from "node:fs";
import { parse } from "yaml";
import { ConfigError } from "../infra/config/error";
import { loadTopology, type Overrides } from "../infra/config/load";
import { defaultPoolPath, domainName } from "../infra/model/names";
import { CLIENT } from "../infra/model/routing";
import { UserError } from "./run";
import { readConfig, type Stack } from "./stack";

/** What the stack, or the command line instead, says of the topology beside its file. */
export function overridesOf(
  stack: Stack,
  webs: string | number | undefined = readConfig(stack, "lvs-lab:webs"),
): Overrides {
  if (webs === undefined) return {};
  if (!/^[1-9]\d*$/.test(String(webs))) throw new UserError(`--webs: got ${webs}, need a whole number, 1 or more`);
  return { webs: Number(webs) };
}

/** Name and domains of a lab, from its topology file as it is, right or wrong: `destroy` must not depend on it. */
export function namesOf(stack: Stack): { lab: string; domains: [node: string, domain: string][] } {
  const { name: lab = "", nodes, client } = readNames(stack) ?? {};
  const guests = [...Object.keys(nodes ?? {}), ...(client?.kind === "vm" ? [CLIENT] : [])];
  return { lab, domains: guests.map((node) => [node, domainName(lab, node)]) };
}

/** Roles of a lab's guests by name, in the order of its topology file; "" where the file, right or wrong, gives none. */
export function rolesOf(stack: Stack): Readonly<Record<string, string>> {
  const nodes: Naming["nodes"] = readNames(stack)?.nodes;
  const roleOf = (name: string): string => {
    const role = name === CLIENT ? CLIENT : nodes?.[name]?.role;
    return typeof role === "string" ? role : "";
  };
  return Object.fromEntries(namesOf(stack).domains.map(([name]) => [name, roleOf(name)]));
}

/** What of a topology file names something. */
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

/** A file that is no YAML at all names nothing, nor does one that is gone. */
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
