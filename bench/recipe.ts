import * as fs from "node:fs";
import { inRoot } from "../operations/paths";
import { run } from "../operations/run";
import type { LabOutputs } from "../infra/outputs";
import { inWork } from "./work";

/** A resource as the program registers it. A reference to another resource's id is {@link referenceTo} it. */
export type Registered = {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
};

/** The program's resources for a lab, before anything exists. */
export type Recipe = { readonly resources: readonly Registered[]; readonly outputs: LabOutputs };

/** Placeholder for a resource's future id. */
export const referenceTo = (type: string, name: string): string => `@@${type}|${name}@@`;

/** Matches placeholders for ids. */
export const references = /@@([^|@]+)\|([^@]+)@@/g;

/** Records the program's registrations for a topology file. Keys are the same in every call. */
export async function recipe(file: string, accelerator: string): Promise<Recipe> {
  fs.mkdirSync(inWork("keys"), { recursive: true });
  const tsx = inRoot("node_modules", "tsx", "dist", "cjs", "index.cjs");
  const printed = await run([
    "node",
    "--require",
    tsx,
    inRoot("bench", "record.ts"),
    file,
    inWork("keys"),
    accelerator,
  ]);
  return JSON.parse(printed) as Recipe;
}

/** Resources of a type. */
export const ofType = ({ resources }: Recipe, type: string): Registered[] =>
  resources.filter((resource) => resource.type === type);

/** The configuration script of each node, by name. */
export function scripts(of: Recipe): Record<string, string> {
  return Object.fromEntries(
    of.outputs.nodes.map(({ name }) => {
      const command = ofType(of, "command:remote:Command").find((one) => one.name.endsWith(`-${name}-configure`));
      if (typeof command?.inputs.stdin !== "string") throw new Error(`the program has no script for ${name}`);
      return [name, command.inputs.stdin];
    }),
  );
}

/** The shell texts that make and remove the client's network namespace, with their environment. */
export function client(of: Recipe): { create: string; delete: string; environment: Record<string, string> } {
  const found = ofType(of, "command:local:Command").find(({ name }) => name.endsWith("-client-namespace"));
  if (found === undefined) throw new Error("the program has no client");
  return found.inputs as ReturnType<typeof client>;
}
