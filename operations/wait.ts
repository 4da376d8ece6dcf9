/** Lets seconds go by. */
export const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Polls until a condition holds; false when the seconds ran out first. */
export async function until(seconds: number, condition: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() >= end) return false;
    await pause(0.5);
  }
  return true;
}
