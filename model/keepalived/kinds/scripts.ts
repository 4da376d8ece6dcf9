import type { Context, Kind, Statement } from "../entry";
import { lineOf } from "../line";
import { quoted } from "../quote";
import { escapedInside, splitQuoted, type Word } from "../words";
import { missing } from "./problem";

/** A command that the daemon starts. */
export interface Script {
  readonly command: readonly string[];
  /** The user that runs it, if the line names one. */
  readonly user?: string;
  readonly group?: string;
}

/** Splits a line by the rules for scripts. `escapes`: decodes \n and the like. */
export function scriptWords(statement: Statement, context: Context, escapes: boolean): readonly Word[] | undefined {
  const { words, unmatchedQuote, endsInBackslash } = splitQuoted(statement.line, escapes);
  if (unmatchedQuote === undefined && !endsInBackslash) return words.slice(1);
  context.report.add(unmatchedQuote ?? statement.keyword.at, {
    severity: "error",
    rule: "unmatched-quote",
    message: endsInBackslash ? "the command ends in a backslash" : "a quote is opened but not closed",
    why: "the daemon cannot split the command into words, and drops it",
    suggestion: "close the quote, or write the backslash twice",
    refused: !endsInBackslash,
  });
  return undefined;
}

/** Splits the first word once more, as the daemon does: into program and parameters. The other words are not part of the command. */
const commandOf = (first: Word): readonly string[] =>
  Object.freeze(splitQuoted(lineOf(first.at.file, first.at.line, first.text), true).words.map((word) => word.text));

/** The same backwards: one word, in double quotes. `escapes`: the first split decodes too, so that each backslash is written twice. */
function commandText({ command }: Script, escapes: boolean): string {
  const text = command.map(escapedInside).join(" ");
  return `"${escapes ? text.replaceAll("\\", "\\\\") : text}"`;
}

/** The program of a command, for messages. */
const programOf = ([program = ""]: readonly string[]): string => program;

/** Reports words that should be inside the quotes of the command. They are not shown, because parameters may be passwords. */
function outside(statement: Statement, context: Context, program: string, stray: Word, message: string): void {
  context.report.add(stray.at, {
    severity: "error",
    rule: "extra-value",
    message,
    why: "a command with parameters must be one word, in quotes; keepalived.conf(5), SCRIPTS",
    suggestion: `${statement.keyword.text} "${program} …"`,
    refused: false,
  });
}

/** `script "COMMAND PARAMETERS"`, as vrrp_script and MISC_CHECK have it. */
export const command = (): Kind<Script> => {
  const kind: Kind<Script> = {
    takes: "a command, in quotes if it has parameters",
    read(statement, context) {
      const words = scriptWords(statement, context, false);
      if (words === undefined) return undefined;
      const [first, stray] = words;
      if (!first || first.text.trim() === "") return missing(context, kind, statement);
      const command = commandOf(first);
      if (stray)
        outside(
          statement,
          context,
          programOf(command),
          stray,
          `${statement.keyword.text} runs \`${programOf(command)}\` without the parameters after it`,
        );
      return Object.freeze({ command });
    },
    write: (value) => ({ text: commandText(value, false) }),
  };
  return kind;
};

/** `notify_master COMMAND [USER [GROUP]]`: user and group that run the command. */
export const notifyScript = (): Kind<Script> => {
  const kind: Kind<Script> = {
    takes: "a command, in quotes if it has parameters, optionally a user and a group",
    read(statement, context) {
      const words = scriptWords(statement, context, true);
      if (words === undefined) return undefined;
      const [first, user, group, further] = words;
      if (!first || first.text.trim() === "") return missing(context, kind, statement);
      const command = commandOf(first);
      if (!user) return Object.freeze({ command });
      if (further || /[/=.]|^-/.test(user.text)) {
        outside(
          statement,
          context,
          programOf(command),
          user,
          `${statement.keyword.text} reads the word after \`${programOf(command)}\` as the user that runs the script`,
        );
        return Object.freeze({ command });
      }
      return Object.freeze({ command, user: user.text, ...(group ? { group: group.text } : {}) });
    },
    write: (value) => ({ text: [commandText(value, true), value.user ?? [], value.group ?? []].flat().join(" ") }),
  };
  return kind;
};

/** USER [GROUP]. */
export interface User {
  readonly user: string;
  readonly group?: string;
}

export const user = (): Kind<User> => {
  const kind: Kind<User> = {
    takes: "a user, optionally a group",
    read(statement, context) {
      const [first, group] = statement.values;
      if (!first) return missing(context, kind, statement);
      return Object.freeze({ user: first.text, ...(group ? { group: group.text } : {}) });
    },
    write: (value) => ({ text: [value.user, value.group ?? []].flat().map(quoted).join(" ") }),
  };
  return kind;
};
