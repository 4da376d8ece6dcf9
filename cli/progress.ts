/** How long each phase of `lab up` took, in order; the first ones ran in scripts/lab before Node did. */
export const phases: { readonly name: string; readonly seconds: number }[] = (process.env.LVS_LAB_PHASES ?? "")
  .split(";")
  .filter(Boolean)
  .map((phase) => {
    const [name = "", seconds = "0"] = phase.split("=");
    return { name, seconds: Number(seconds) };
  });

const total = 9;

/** Runs one phase of `lab up` and says which of how many it is, and how long it took. */
export async function phase<T>(name: string, work: () => Promise<T>): Promise<T> {
  const label = `[${phases.length + 1}/${total}] ${name}`;
  say(`${label}\n`);
  const begin = performance.now();
  const result = await work();
  const seconds = (performance.now() - begin) / 1000;
  phases.push({ name, seconds });
  say(`${label}: done in ${seconds.toFixed(1)} s\n`);
  return result;
}

/** One line about what goes on inside a phase. */
export function note(text: string): void {
  say(`      ${text}\n`);
}

/** Progress, which --quiet does without (cli/front/ sets the variable). */
function say(text: string): void {
  if (process.env.LVS_LAB_SAYS !== "less") process.stderr.write(text);
}
