import { configOf } from "./config/build";
import type { Config } from "./config/config";
import type { Surroundings } from "./definitions";
import type { Files } from "./files";
import { type Finding, Report } from "./finding";
import { parse } from "./parse";
import type { Tree } from "./tree";
import { versionOf } from "./version";

export interface ReadOptions extends Surroundings {
  /** The version of keepalived that will read it, such as "2.2.7". Newer words are findings. Absent: any 2.x, up to 2.4. */
  readonly version?: string;
}

/** Everything that is read from one configuration. */
export interface Reading {
  readonly config: Config;
  /** The lossless tree. It contains passwords, so do not print it. */
  readonly tree: Tree;
  /** File by file, from top to bottom. */
  readonly findings: readonly Finding[];
}

/** Reads a configuration with its includes. Problems in the files become findings; they never throw. */
export function readConfiguration(file: string, files: Files, options: ReadOptions = {}): Reading {
  const report = new Report();
  const tree = parse(file, files, report, options);
  const config = configOf(file, tree, {
    report,
    version: options.version === undefined ? undefined : versionOf(options.version),
  });
  return { config, tree, findings: report.sorted(config.files) };
}
