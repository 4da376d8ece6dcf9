/**
 * The table of verbs. Each verb is one file of cli/commands/, which says what the verb takes, of which kind it is, and what it does.
 * `npm run commands` writes what the verbs take into cli/front/commands.json too: the front reads that file, as it works without npm modules.
 */

/** What a verb may touch; a test holds each verb of the first two kinds to it. */
export const KINDS = {
  pure: "reads files only; needs no root, no libvirt and no network",
  reads: "looks at a running lab, at machines that you name, or at this host; starts and changes nothing",
  changes: "changes an existing lab; without a lab it starts nothing",
  "sets up": "first installs or builds what is missing",
} as const;

export type Kind = keyof typeof KINDS;

/** An option. One without `value` is a flag. */
export type Option = {
  readonly what: string;
  /** What stands for the value in help. */
  readonly value?: string;
  /** What the value must be; default: any text. count: a whole number from 1; seconds: a number from 0. */
  readonly is?: "count" | "seconds";
  readonly choices?: readonly string[];
  readonly default?: string | number;
  /** May be repeated. */
  readonly many?: true;
  /** One letter that means the same. */
  readonly short?: string;
};

/** A word that is not an option. */
export type Operand = {
  readonly what: string;
  readonly choices?: readonly string[];
  readonly optional?: true;
  /** All words from here on. */
  readonly many?: true;
  /** All words from here on belong to another command, even if they look like options. */
  readonly passed?: true;
};

/** What a verb takes, and its help texts. Plain data. */
export type Spec = {
  readonly name: string;
  readonly kind: Kind;
  /** One line, for the list of verbs. */
  readonly summary: string;
  /** More lines, for the help of the verb alone. */
  readonly details?: readonly string[];
  /** How the lab is named: by the first operand or `--lab`, or by `--lab` alone. Undefined: the verb takes no lab. */
  readonly lab?: "operand" | "option";
  readonly operands?: Readonly<Record<string, Operand>>;
  readonly options?: Readonly<Record<string, Option>>;
  /** What exit codes 0 and 1 mean. Default: 0 means "done". 2 always means that it could not be done. */
  readonly exits?: Readonly<Record<"0" | "1", string>>;
  readonly examples?: readonly string[];
  /** What a verb that sets up needs before it starts: host packages and npm modules, or npm modules alone. */
  readonly brings?: "host" | "modules";
  /** It needs a lab that exists, and installs nothing before it has found one. */
  readonly existing?: true;
  /** A program of the checkout, with its first words, that does the verb's work without any npm module. It gets the options. */
  readonly program?: readonly string[];
};

/** The options of every verb, and of every verb about a lab. */
export const COMMON = {
  help: { what: "show what the verb takes", short: "h" },
  quiet: { what: "show no progress", short: "q" },
  verbose: { what: "also show the output of the programs behind it", short: "v" },
} as const satisfies Readonly<Record<string, Option>>;
export const LAB: Option = {
  what: "a name in labs/, or the path of a topology file; may stand before or after the verb",
  value: "LAB",
};

/** The whole table, as cli/front/commands.json has it. */
export type Table = {
  readonly kinds: Readonly<Record<Kind, string>>;
  readonly common: Readonly<Record<string, Option>>;
  readonly lab: Option;
  readonly verbs: Readonly<Record<string, Spec>>;
};

/** What a verb was asked to do: words that fit its specification. */
export type Request = {
  readonly verb: string;
  /** A name in labs/, or the path of a topology file; undefined: the default one. */
  readonly lab: string | undefined;
  readonly operands: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly options: Readonly<Record<string, string | number | boolean | readonly (string | number)[] | undefined>>;
};

/** The answer to words that need nothing but the table: a text and the exit code. */
export type Answer = { readonly code: number; readonly text: string };

type One<O> = O extends { is: string } ? number : O extends { choices: readonly (infer C)[] } ? C : string;
type Value<O> = O extends { value: string }
  ? O extends { many: true }
    ? readonly One<O>[]
    : O extends { default: unknown }
      ? One<O>
      : One<O> | undefined
  : boolean;
type Word<P> = P extends { many: true }
  ? readonly string[]
  : P extends { optional: true }
    ? One<P> | undefined
    : One<P>;

/** A request with the types that its specification gives it. */
export type Asked<S extends Spec> = {
  readonly lab: string | undefined;
  readonly operands: { readonly [K in keyof S["operands"]]: Word<S["operands"][K]> };
  readonly options: { readonly [K in keyof S["options"]]: Value<S["options"][K]> };
};

/** A verb: what it takes, and its work. */
export type Command = {
  readonly spec: Spec;
  /** Does the work and returns the exit code. Without it the front does the work. */
  readonly run?: (asked: Request) => number | Promise<number>;
  /** Throws what is wrong with the request itself. It runs before anything is installed. */
  readonly refuse?: (asked: Request) => void;
};

/** A verb from its specification, its work, and what it refuses before anything is installed. */
export const command = <const S extends Spec>(
  spec: S,
  run?: (asked: Asked<S>) => number | Promise<number>,
  refuse?: (asked: Asked<S>) => void,
): Command => ({ spec, ...({ run, refuse } as unknown as Pick<Command, "run" | "refuse">) });
