/** A stack's settings: its Pulumi.<stack>.yaml. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseDocument } from "yaml";
import { readYamlFile } from "../../model/topology/yamlFile";
import { BARE } from "../../model/topology/guest";
import { inRoot } from "../paths";

/** Settings by name. A secret is an object, encrypted for its stack. */
export type Config = Record<string, unknown>;

/** A stack with its configuration file. */
type Configured = { readonly configFile: string };

/** Whether a value is encrypted for its stack. */
export const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && "secure" in value;

/** The settings in a stack's file. It holds secrets, so errors quote nothing of it. */
export function configIn(file: string): Config {
  const keys = ["config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"];
  const { data } = readYamlFile(file, { what: "a stack's configuration", keys });
  return (data as { config?: Config } | null)?.config ?? {};
}

/** The settings in the checkout's Pulumi.<stack>.yaml. They win over those of the private copy. */
export function committedConfig(stack: { readonly name: string; readonly local: boolean }): Config {
  const file = inRoot(`Pulumi.${stack.name}.yaml`);
  if (!stack.local || !fs.existsSync(file)) return {};
  return configIn(file);
}

/** A plain setting of the stack. */
export function readConfig(stack: Configured, key: string): string | undefined {
  if (!fs.existsSync(stack.configFile)) return undefined;
  return configIn(stack.configFile)[key] as string | undefined;
}

/** The stack's setting for its guests' image: BARE, the path of a description, or nothing. */
export function imageOf(stack: Configured): string | undefined {
  const image = readConfig(stack, "lvs-lab:image");
  return image === undefined || image === BARE ? image : path.resolve(inRoot(), image);
}

/** Writes plain settings, and keeps everything else in the file (secrets, salt, comments). If the disk is full, the old file stays. */
export function writeConfig(stack: Configured, settings: Config): void {
  const before = fs.existsSync(stack.configFile) ? fs.readFileSync(stack.configFile, "utf8") : "";
  const document = parseDocument(before);
  if (document.contents === null) document.contents = document.createNode({}) as never;
  for (const [key, value] of Object.entries(settings)) document.setIn(["config", key], value);
  const text = document.toString();
  if (text === before) return;
  const part = `${stack.configFile}.part-${process.pid}`;
  const { mode = 0o600 } = fs.statSync(stack.configFile, { throwIfNoEntry: false }) ?? {};
  try {
    fs.writeFileSync(part, text, { mode });
    fs.chmodSync(part, mode); // the umask may have removed some bits
    fs.renameSync(part, stack.configFile);
  } finally {
    fs.rmSync(part, { force: true });
  }
}
