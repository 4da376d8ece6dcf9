import { discreet } from "../../model/keepalived/secret";
import { jsonText, visible } from "../terminal/terminal";
import type { Imported } from "./imported";
import type { Unrehearsed } from "./notes";
import { counted } from "../../model/counted";

const place = ({ file, line, column }: Unrehearsed["at"]): string => `${file}:${line}:${column}`;
export const lossText = ({ at, what, why }: Unrehearsed): string => `${place(at)}: ${what}: ${why}`;
const list = (title: string, all: readonly string[]): readonly string[] =>
  all.length === 0 ? [] : [title, ...all.map((one) => `  - ${one}`), ""];

/** Everything that a reader should know about the lab before it runs. */
export function importText(imported: Imported): string {
  const { verdict, substitutions, standIns, assumed, unrehearsed, errors, problems, guests, memory } = imported;
  const end = {
    whole: "whole: the lab shows all that the files say",
    partial: `partial: the lab does not show ${counted(unrehearsed.length, "thing")}`,
    none: "none: these files make no lab",
  }[verdict];
  const lines = [
    ...list(
      "Changed in the files of the lab's machines:",
      substitutions.map(({ at, what, why }) => `${place(at)}: ${what}: ${why}`),
    ),
    ...list("Stand-ins:", standIns),
    ...list("Assumed:", assumed),
    ...list("Not in the lab:", unrehearsed.map(lossText)),
    ...list("Errors in the files, which the lab runs as they are (lab audit explains them):", errors),
    ...list("The topology would be refused:", problems),
    ...(guests > 0
      ? [
          `${counted(guests, "guest")} with ${memory} MiB of memory${guests > MANY ? ": that is much for one host" : ""}`,
        ]
      : []),
    end,
  ];
  return visible(discreet(lines.join("\n")));
}

/** A lab of more guests is told. */
const MANY = 16;

/** The same for programs, with the topology as data. */
export const importJson = ({
  verdict,
  made,
  substitutions,
  standIns,
  assumed,
  unrehearsed,
  errors,
  problems,
  guests,
  memory,
}: Imported): string =>
  jsonText({
    verdict,
    guests,
    memory,
    substitutions,
    standIns,
    assumed,
    unrehearsed,
    errors,
    problems,
    ...(made === undefined || verdict === "none" ? {} : { topology: made.data }),
  });
