import { stringify } from "yaml";
import { discreet } from "../../../model/keepalived/secret";
import { jsonText, visible } from "../../terminal/terminal";
import type { Imported } from "./index";
import { counted } from "../../../model/counted";

/** The topology file. */
export const topologyText = ({ data }: Imported): string =>
  data === undefined
    ? ""
    : `# Imported by lab import. It listed what this file does not say, and what it assumes.\n${stringify(data, { lineWidth: 0, aliasDuplicateObjects: false })}`;

/** What the topology does not say, and what it assumes: for people. */
export function importText({ verdict, unsaid, assumed, all }: Imported): string {
  const lines = [
    ...unsaid.map(({ at: { file, line, column }, what, reason }) => `${file}:${line}:${column}: ${what}: ${reason}`),
    ...(unsaid.length > 0 ? [""] : []),
    ...(assumed.length > 0 ? ["Assumed:", ...assumed.map((text) => `  - ${text}`), ""] : []),
    {
      whole: `whole: the topology has all ${counted(all, "statement")} of the files`,
      partial: `partial: the topology differs from the files in ${counted(unsaid.length, "place")}; the files have ${counted(all, "statement")}`,
      none: "none: these files make no topology",
    }[verdict],
  ];
  return visible(discreet(lines.join("\n")));
}

/** The same for programs, with the topology as data. */
export const importJson = ({ verdict, data, unsaid, assumed, all }: Imported): string =>
  jsonText({ verdict, statements: all, unsaid, assumed, ...(data === undefined ? {} : { topology: data }) });
