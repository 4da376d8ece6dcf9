/** Writes the table of verbs in two other forms: cli/front/commands.json and docs/commands.md. Run as a program it writes both files. */
import * as fs from "node:fs";
import * as path from "node:path";
import { COMMON, type Command, KINDS, LAB, type Operand, type Option, type Spec, type Table } from "./command";
import { inRoot } from "../operations/paths";

const { saidOf, shownOption, operandsOf, usageOf } = require("./front/help.cjs") as {
  saidOf: (option: Option) => string;
  shownOption: (name: string, option: Option) => string;
  operandsOf: (spec: Spec) => Readonly<Record<string, Operand>>;
  usageOf: (spec: Spec) => string;
};

/** Every verb, by the files of cli/commands/. */
export const commands = (): Command[] =>
  fs
    .readdirSync(inRoot("cli", "commands"))
    .sort()
    .map((file) => (require(`./commands/${path.basename(file, ".ts")}`) as { default: Command }).default);

/** The table as the front reads it. */
export function tableText(): string {
  const verbs = Object.fromEntries(commands().map(({ spec }) => [spec.name, spec]));
  const all: Table = { kinds: KINDS, common: COMMON, lab: LAB, verbs };
  return `${JSON.stringify(all, null, 2)}\n`;
}

const cell = (text: string): string => text.replaceAll("|", "\\|");
const rows = (heading: string, all: readonly (readonly [string, string])[]): string[] =>
  all.length === 0
    ? []
    : ["", `| ${heading} | |`, "| --- | --- |", ...all.map((row) => `| ${row.map(cell).join(" | ")} |`)];

/** The reference page. */
export function referenceText(): string {
  const kinds = (Object.keys(KINDS) as (keyof typeof KINDS)[]).reverse();
  const option = ([name, one]: readonly [string, Option]) => [`\`${shownOption(name, one)}\``, saidOf(one)] as const;
  const specs = commands().map(({ spec }) => spec);
  return `${[
    "# Commands",
    "",
    "Written by `npm run commands` from the files in [`cli/commands/`](../cli/commands): change it there.",
    "",
    "Each verb is of one of four kinds:",
    "",
    "| kind | a verb of it | verbs |",
    "| --- | --- | --- |",
    ...kinds.map((kind) => {
      const of = specs.filter((spec) => spec.kind === kind).map(({ name }) => `[${name}](#${name})`);
      return `| ${kind} | ${KINDS[kind]} | ${of.join(", ")} |`;
    }),
    "",
    "LAB is a name in `labs/` or the path of a topology file; the default is the lab that `Pulumi.dev.yaml` chooses.",
    "`--lab LAB` does the same, before or after the verb. Options of every verb:",
    ...rows("option", [...Object.entries(COMMON).map(option), ["`--version`", "show version and commit"]]),
    "",
    "Exit codes: 0 done, all checks passed; 1 a check failed, there is drift, or a file has mistakes; 2 it could not be done.",
    ...specs.flatMap((spec) => [
      "",
      `## ${spec.name}`,
      "",
      [spec.summary, ...(spec.details ?? [])]
        .map((line) => line.replace(/[^.]$/, "$&."))
        .join("\n")
        .replace(/^./, (letter) => letter.toUpperCase()),
      "",
      "```sh",
      usageOf(spec),
      ...(spec.examples ?? []).map((words) => `./scripts/lab ${words}`),
      "```",
      ...rows(
        "operand",
        Object.entries(operandsOf(spec)).map(([name, { what }]) => [`\`${name}\``, what] as const),
      ),
      ...rows("option", Object.entries(spec.options ?? {}).map(option)),
      ...(spec.exits === undefined
        ? []
        : ["", `Exit codes: 0 ${spec.exits[0]}; 1 ${spec.exits[1]}; 2 it could not be done.`]),
    ]),
  ].join("\n")}\n`;
}

if (require.main === module) {
  fs.writeFileSync(inRoot("cli", "front", "commands.json"), tableText());
  fs.writeFileSync(inRoot("docs", "commands.md"), referenceText());
}
