import { type Line, lineOf, slice, splice, trim } from "./line";

/** The value of `$NAME=…`: one line, or several if the line ended in a backslash. */
interface Definition {
  readonly lines: readonly Line[];
  readonly isMultiline: boolean;
}

/** Values that only the running daemon knows. */
export interface Surroundings {
  /** The name for `@` conditions and `$_INSTANCE`: `keepalived --config-id`, by default the host's name. */
  readonly configId?: string | undefined;
  /** The variables for `${_ENV NAME}`. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** A line after its definitions were replaced. */
export interface Replaced {
  readonly line: Line;
  readonly wasReplaced: boolean;
  /** The remaining lines of a multi-line definition; the first one is in `line`. */
  readonly following: readonly Line[];
  /** Whether a definition names itself, which makes the daemon loop for ever. */
  readonly isEndless: boolean;
}

/** A limit above any number of definitions in one line. */
const MOST_IN_A_LINE = 512;

/** No daemon of 2.x reads a longer line (its buffer has 1024 bytes). */
export const LONGEST_LINE = 1023;

const ASSIGNMENT = /^\$([A-Za-z_][A-Za-z0-9_]*)=[ \t]*/;
const USE = /^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)((?:[ \t]+[A-Za-z0-9_]+)*)\}|([A-Za-z_][A-Za-z0-9_]*)(?=[ \t,)]|$))/;

export class Definitions {
  readonly #defined = new Map<string, Definition>();
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** Stores the line if it is `$NAME=…`. Returns its name, and whether the value continues on the next line. */
  assignment(line: Line, continued: boolean): { name: string; value: Line } | undefined {
    const match = ASSIGNMENT.exec(line.text);
    if (match?.[1] === undefined) return undefined;
    const value = slice(line, match[0].length);
    this.#defined.set(match[1], { lines: continued && value.text === "" ? [] : [value], isMultiline: continued });
    return { name: match[1], value };
  }

  /** Adds a line to a multi-line definition. */
  extend(name: string, line: Line): void {
    const { lines } = this.#defined.get(name) ?? { lines: [] };
    if (line.text !== "") this.#defined.set(name, { lines: [...lines, line], isMultiline: true });
  }

  /** Sets the value of a name, as ~SEQ and ~LST do in each round. */
  set(name: string, line: Line, value: string): void {
    this.#defined.set(name, {
      lines: [lineOf(line.file, line.number, value)],
      isMultiline: false,
    });
  }

  #builtIn(name: string, parameters: readonly string[]): string | undefined {
    switch (name) {
      case "_HASH":
        return "#";
      case "_BANG":
        return "!";
      case "_INSTANCE":
        return this.#surroundings.configId ?? "";
      case "_RANDOM":
        return parameters[0] ?? "0"; // any number would do; the lowest is always possible
      case "_PWD":
        return ".";
      case "_ENV":
        return parameters[0] === undefined ? undefined : (this.#surroundings.environment?.[parameters[0]] ?? "");
      default:
        return undefined;
    }
  }

  #find(name: string, parameters: readonly string[]): Definition | undefined {
    const defined = this.#defined.get(name);
    if (defined) return parameters.length > 0 ? undefined : defined;
    const value = this.#builtIn(name, parameters);
    if (value === undefined) return undefined;
    return { lines: [lineOf("", 0, value)], isMultiline: false };
  }

  /** Replaces `$NAME` and `${NAME}` by their values. An undefined name stays as it is. */
  replace(raw: Line): Replaced {
    let line = raw;
    let following: readonly Line[] = [];
    let wasReplaced = false;
    let index = line.text.indexOf("$");
    for (let count = 0; index >= 0; count += 1) {
      if (count >= MOST_IN_A_LINE) return { line: raw, wasReplaced: false, following: [], isEndless: true };
      const match = USE.exec(line.text.slice(index));
      const name = match?.[1] ?? match?.[3];
      const found =
        name === undefined
          ? undefined
          : this.#find(
              name,
              match?.[2]
                ?.trim()
                .split(/[ \t]+/)
                .filter(Boolean) ?? [],
            );
      const isLast = match !== null && index + match[0].length === line.text.length;
      if (!match || !found || (found.isMultiline && !isLast)) {
        index = line.text.indexOf("$", index + 1);
        continue;
      }
      const value = found.lines[0]?.text ?? "";
      if (line.text.length + value.length > LONGEST_LINE) break;
      line = splice(line, index, index + match[0].length, value);
      if (found.isMultiline) following = [...found.lines.slice(1), ...following];
      wasReplaced = true;
      if (/^[ \t]*~/.test(value)) break;
      index = line.text.indexOf("$", index);
    }
    return { line, wasReplaced, following, isEndless: false };
  }
}

/** One round of ~SEQ or ~LST: its names with their values. */
export type Round = ReadonlyMap<string, string>;

/** A line that is read once per round. */
export interface Repetition {
  readonly line: Line;
  readonly rounds: readonly Round[];
}

/** More rounds than any configuration needs. A mistyped number must not fill the memory. */
const MOST_ROUNDS = 10_000;

/** Reads `~SEQ(NAME, [first,] [step,] last) line`. A returned text says what is wrong with it. */
export function sequence(line: Line): Repetition | string {
  const match = /^~SEQ(x?)[ \t]*\([ \t]*([^ \t,)]+)[ \t]*,([^)]*)\)[ \t]*/.exec(line.text);
  if (match?.[2] === undefined || match[3] === undefined || match[2].startsWith("{"))
    return "it does not have the form ~SEQ(NAME, [first, [step,]] last)";
  const numbers = match[3].split(",").map((text) => text.trim());
  if (numbers.length > 3 || numbers.some((text) => !/^[+-]?(0x[0-9a-f]+|\d+)$/i.test(text)))
    return "its limits are not one to three integers";
  const [one = 0, two = 0, three = 0] = numbers.map(Number);
  const isHex = match[1] === "x";
  let [first, step, last] = [one, two, three];
  if (numbers.length === 1) [first, step, last] = one < 1 ? [one < 0 ? -1 : 1, -1, one] : [1, 1, one];
  if (numbers.length === 2) [first, step, last] = [one, one <= two ? 1 : -1, two];
  if (step === 0 || (first < last && step < 0) || (first > last && step > 0))
    return "its step never reaches the last value";
  if (isHex && (first < 0 || last < 0)) return "~SEQx does not accept negative numbers";
  if (Math.abs((last - first) / step) >= MOST_ROUNDS) return `it has more than ${MOST_ROUNDS} rounds`;
  const rounds: Round[] = [];
  for (let value = first; step > 0 ? value <= last : value >= last; value += step)
    rounds.push(new Map([[match[2], value.toString(isHex ? 16 : 10)]]));
  return { line: trim(slice(line, match[0].length)), rounds };
}

/** Splits `a` or `{a, b}` off the start of the text: its parts and the rest. */
function listItem(text: string): { parts: readonly string[]; rest: string } | undefined {
  const match = /^[ \t]*(?:\{([^}]*)\}|([^ \t,)}]*))[ \t]*/.exec(text);
  if (!match) return undefined;
  const parts = (match[1] ?? match[2] ?? "").split(",").map((part) => part.trim());
  return { parts, rest: text.slice(match[0].length) };
}

/** Reads `~LST(NAME, value, …) line` and `~LST({NAME, NAME}, {value, value}, …) line`. A returned text says what is wrong with it. */
export function list(line: Line): Repetition | string {
  const form = "it does not have the form ~LST(NAME, value, …) or ~LST({NAME, …}, {value, …}, …)";
  const head = /^~LST[ \t]*\(/.exec(line.text);
  const names = head ? listItem(line.text.slice(head[0].length)) : undefined;
  if (!names?.rest.startsWith(",")) return form;
  const rounds: Round[] = [];
  let { rest } = names;
  while (rest.startsWith(",")) {
    const item = listItem(rest.slice(1));
    if (!item) return form;
    if (item.parts.length > names.parts.length)
      return `a value has ${item.parts.length} parts for ${names.parts.length} names`;
    rounds.push(new Map(names.parts.map((name, index) => [name, item.parts[index] ?? ""])));
    rest = item.rest;
  }
  if (!rest.startsWith(")")) return form;
  return { line: trim(slice(line, line.text.length - rest.length + 1)), rounds };
}
