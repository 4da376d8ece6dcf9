import { AsyncLocalStorage } from "node:async_hooks";

/** One of several pieces of work that run side by side. */
export type Lane = {
  readonly name: string;
  /** Aborted when another lane fails. */
  readonly stop: AbortSignal;
};

const here = new AsyncLocalStorage<Lane>();

/** The lane that the caller runs in; undefined: it runs alone. */
export const lane = (): Lane | undefined => here.getStore();

/** Does work that must be done even after the lane was ended, such as removing what is half-made. */
export const offLane = <T>(work: () => T): T => here.exit(work);

/**
 * Runs work in lanes, side by side. When one lane fails, the others are ended: their programs (operations/run.ts) and all that those have started get
 * the signal of Ctrl-C, and no further program begins. `end` waits for all of them and throws the first error.
 */
export class Lanes {
  readonly #stopping = new AbortController();
  readonly #works: Promise<unknown>[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** Begins a piece of work. It awaits what it needs of another lane. */
  begin<T>(name: string, work: () => Promise<T>): Promise<T> {
    const running = here.run({ name, stop: this.#stopping.signal }, work).catch((error: unknown) => {
      this.#failure ??= { error };
      this.#stopping.abort();
      throw error;
    });
    running.catch(() => undefined); // end() throws it
    this.#works.push(running);
    return running;
  }

  /** Waits until all of them have ended. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#works);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
