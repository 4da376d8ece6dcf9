/** Properties broken in a running lab: on which node, how, how to mend it, and what each check must say of it. */
export type Control = {
  readonly node: string;
  readonly damage: string;
  readonly mend: string;
  readonly says: Readonly<Record<string, RegExp>>;
};

/** A file changed by sed, and put back; `then` is run after both. */
export const edited = (file: string, script: string, then = "true"): Pick<Control, "damage" | "mend"> => ({
  damage: `cp -p ${file} ${file}.kept && sed -i '${script}' ${file} && ${then}`,
  mend: `mv ${file}.kept ${file} && ${then}`,
});

/** The checks that some controls see fail, each once. */
export const checksOf = (controls: readonly Control[]): string[] => [
  ...new Set(controls.flatMap(({ says }) => Object.keys(says))),
];
