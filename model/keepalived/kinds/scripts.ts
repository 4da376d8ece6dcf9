import type { Context, Kind } from "../entry";
import { lineOf } from "../line";
import type { Statement } from "../tree";
import { splitQuoted, type Word } from "../words";
import { missing } from "./problem";

/** A command that the daemon starts. */
export interface Script {
  readonly command: readonly string[];
  /** Who runs it, if the line says so. */
  readonly user?: string;
  readonly group?: string;
}

/** The words of a line by the rules for scripts. `escapes`: \n and the like are decoded. */
export function scriptWords(statement: Statement, context: Context, escapes: boolean): readonly Word[] | undefined {
  const { words, unmatchedQuote, endsInBackslash } = splitQuoted(statement.line, escapes);
  if (unmatchedQuote === undefined && !endsInBackslash) return words.slice(1);
  context.report.add(unmatchedQuote ?? statement.keyword.at, {
    severity: "error",
    rule: "unmatched-quote",
    message: endsInBackslash ? "the command ends in a backslash" : "a quote is opened and not closed",
    why: "the daemon cannot cut the command into words and drops it",
    suggestion: "close the quote, or write the backslash twice",
    refused: !endsInBackslash,
  });
  return undefined;
}

/** The first word is cut once more, as the daemon does: into program and parameters. What follows it is no part of the command. */
const commandOf = (first: Word): readonly string[] =>
  Object.freeze(splitQuoted(lineOf(first.at.file, first.at.line, first.text), true).words.map((word) => word.text));

/** The program of a command, as a message shows it. */
const programOf = ([program = ""]: readonly string[]): string => program;

/** Words that would have to be in the quotes of the command. None of them is shown: parameters may be passwords. */
function outside(statement: Statement, context: Context, program: string, stray: Word, message: string): void {
  context.report.add(stray.at, {
    severity: "error",
    rule: "extra-value",
    message,
    why: "a command with parameters is one word: it stands in quotes; keepalived.conf(5), SCRIPTS",
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
          `${statement.keyword.text} runs \`${programOf(command)}\` without the parameters behind it`,
        );
      return Object.freeze({ command });
    },
  };
  return kind;
};

/** `notify_master COMMAND [USER [GROUP]]`: what follows the command is who runs it. */
export const notifyScript = (): Kind<Script> => {
  const kind: Kind<Script> = {
    takes: "a command, in quotes if it has parameters, then a user and a group or nothing",
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
          `${statement.keyword.text} takes the word behind \`${programOf(command)}\` for the user that runs the script`,
        );
        return Object.freeze({ command });
      }
      return Object.freeze({ command, user: user.text, ...(group ? { group: group.text } : {}) });
    },
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
    takes: "a user, then a group or nothing",
    read(statement, context) {
      const [first, group] = statement.values;
      if (!first) return missing(context, kind, statement);
      return Object.freeze({ user: first.text, ...(group ? { group: group.text } : {}) });
    },
  };
  return kind;
};
