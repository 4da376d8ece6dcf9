/** How a program of this machine ended. */
export type Ran = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True: it was killed because its time was over. */
  readonly timedOut?: true;
};

type Options = {
  /** Seconds until the program is killed; default: no limit. */
  readonly timeout?: number;
  /** Whether the person sees its standard error; default: nothing of it. */
  readonly show?: "errors";
};

/**
 * What a platform needs of the process that uses it: to run programs, and to tell the person something. Components know nothing of
 * terminals, progress and Ctrl-C, so whoever drives the platform brings these.
 */
export type Programs = {
  /** Runs a program that must succeed, and returns its standard output. */
  readonly run: (argv: readonly string[], options?: Options) => Promise<string>;
  /** Runs a program and returns how it ended. */
  readonly tryRun: (argv: readonly string[], options?: Options) => Promise<Ran>;
  /** Standard output of a program that succeeded. If it failed, throws an error with its last lines. */
  readonly succeeded: (argv: readonly string[], result: Ran) => string;
  /** Prints one line about what happens. */
  readonly note: (text: string) => void;
};
