/** One value that a running keepalived goes by, in the same words for a Config and for the daemon's own data. */
export interface Fact {
  /** The block: "vrrp_instance VI_1", "virtual_server 192.0.2.1 80 TCP". */
  readonly of: string;
  /** The word of keepalived.conf(5), or what stands for it. */
  readonly what: string;
  /** Lists are sorted and joined with ", ". */
  readonly value: string;
}

/** A value that the daemon understood differently; undefined: one side does not have it. */
export interface Misunderstanding {
  readonly of: string;
  readonly what: string;
  readonly written: string | undefined;
  readonly understood: string | undefined;
}

/** The facts of one block. Entries without a value are left out. */
export const factsOf = (
  of: string,
  values: Readonly<Record<string, string | number | readonly string[] | undefined>>,
): readonly Fact[] =>
  Object.entries(values).flatMap(([what, value]) =>
    value === undefined
      ? []
      : [{ of, what, value: typeof value === "object" ? [...value].sort().join(", ") : `${value}` }],
  );

/** Seconds with at most six decimals, as the daemon keeps times. */
export const secondsText = (value: number): string => `${Math.round(value * 1e6) / 1e6}`;

/**
 * What differs between a Config and what the daemon says of itself. Only what the Config says is compared: the daemon's data has more
 * values, which come from nowhere in a file. A block that only the daemon has is told as a whole.
 */
export function misunderstandings(written: readonly Fact[], understood: readonly Fact[]): readonly Misunderstanding[] {
  const known = (facts: readonly Fact[]): ReadonlySet<string> => new Set(facts.map(({ of }) => of));
  const [blocks, seen] = [known(written), known(understood)];
  const lacks = [...blocks].filter((of) => !seen.has(of));
  const strange = [...seen].filter((of) => !blocks.has(of));
  return [
    ...lacks.map((of): Misunderstanding => ({ of, what: "", written: "written", understood: undefined })),
    ...strange.map((of): Misunderstanding => ({ of, what: "", written: undefined, understood: "there" })),
    ...written.flatMap(({ of, what, value }): Misunderstanding[] => {
      if (!seen.has(of)) return [];
      const got = understood.find((one) => one.of === of && one.what === what)?.value;
      return got === value ? [] : [{ of, what, written: value, understood: got }];
    }),
  ];
}

/** The difference in words. */
export function shown({ of, what, written, understood }: Misunderstanding): string {
  if (what === "")
    return understood === undefined ? `keepalived does not have ${of}` : `keepalived has ${of}, which no file says`;
  const say = (value: string | undefined): string => value || "nothing";
  return `${of}: keepalived goes by ${what} ${say(understood)}, the file says ${say(written)}`;
}
