/** Properties to break in a running lab: the node, how to break and repair it, and what each check must say. */
export type Control = {
  readonly node: string;
  readonly damage: string;
  readonly mend: string;
  readonly says: Readonly<Record<string, RegExp>>;
};

/** A file that sed changes, and that is put back. `then` is run after both. */
export const edited = (file: string, script: string, then = "true"): Pick<Control, "damage" | "mend"> => ({
  damage: `cp -p ${file} ${file}.kept && sed -i '${script}' ${file} && ${then}`,
  mend: `mv ${file}.kept ${file} && ${then}`,
});

/** The checks that fail by these controls, each once. */
export const checksOf = (controls: readonly Control[]): string[] => [
  ...new Set(controls.flatMap(({ says }) => Object.keys(says))),
];
