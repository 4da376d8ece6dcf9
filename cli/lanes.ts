import { AsyncLocalStorage } from "node:async_hooks";

/** One of several works that go on side by side. */
export type Lane = {
  readonly name: string;
  /** Aborted when one of the others has failed. */
  readonly stop: AbortSignal;
};

const here = new AsyncLocalStorage<Lane>();

/** The lane that the caller works in; undefined: nothing goes on beside it. */
export const lane = (): Lane | undefined => here.getStore();

/** Does what has to be done although the lane has been ended: putting back what was half-made. */
export const offLane = <T>(work: () => T): T => here.exit(work);

/**
 * Works that go on side by side. When one fails the others are ended: programs that they run (cli/run.ts) get what Ctrl-C would send,
 * with all that they have started, and begin no more. Their ends are waited for, and the one error is that of the first.
 */
export class Lanes {
  readonly #stopping = new AbortController();
  readonly #works: Promise<unknown>[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** Begins a work. What it needs of another lane it awaits. */
  begin<T>(name: string, work: () => Promise<T>): Promise<T> {
    const running = here.run({ name, stop: this.#stopping.signal }, work).catch((error: unknown) => {
      this.#failure ??= { error };
      this.#stopping.abort();
      throw error;
    });
    running.catch(() => undefined); // end() tells it
    this.#works.push(running);
    return running;
  }

  /** Waits until all of them have ended. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#works);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
