import * as path from "node:path";
import { jsonText, visible } from "../terminal/terminal";
import type { Collected } from "./index";

/** For people: each machine's folder, what is not in it, and what to do next. */
export function collectText(site: string, all: readonly Collected[]): string {
  const blocks = all.flatMap(({ name, files, unread, error }) =>
    error === undefined
      ? [
          `${path.join(site, name)}: ${files.length} files: ${files.join(", ")}`,
          ...unread.map((one) => `    not read: ${one}`),
        ]
      : [],
  );
  return visible([...blocks, ...(blocks.length > 0 ? ["", `next: ./scripts/lab audit ${site}`] : [])].join("\n"));
}

/** What went wrong, a line for each machine. */
export const collectErrors = (all: readonly Collected[]): readonly string[] =>
  all.flatMap(({ name, host, error }) => (error === undefined ? [] : [visible(`${name}: ssh ${host}: ${error}`)]));

/** For programs: one document. */
export const collectJson = (site: string, all: readonly Collected[]): string => jsonText({ site, machines: all });
