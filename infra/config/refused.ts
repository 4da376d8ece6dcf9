/**
 * What the schema refused must not be judged a second time: a rule that read such a value would say something untrue of another place, and
 * might repeat the value there. So nobody can read it: who tries is not asked.
 */

/** Somebody tried to read a value that the schema refused. */
class Refused extends Error {}

const refuse = (): never => {
  throw new Refused();
};

/** Makes places of plain data unreadable; answers those that are not there. Changes the data. */
export function makeUnreadable(data: object, places: readonly (readonly string[])[]): (readonly string[])[] {
  return places.filter((place) => {
    let at: unknown = data;
    for (const key of place.slice(0, -1)) {
      const property = isObject(at) ? Object.getOwnPropertyDescriptor(at, key) : undefined;
      // Inside of what nobody can read there is nothing to hide.
      if (property?.get !== undefined) return false;
      at = property?.value;
    }
    const [last = ""] = place.slice(-1);
    if (!isObject(at) || !Object.hasOwn(at, last)) return true;
    Object.defineProperty(at, last, { get: refuse, enumerable: true, configurable: true });
    return false;
  });
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Such data with more, where a spread would read all of it. */
export const extended = <T extends object, M extends object>(data: T, more: M): T & M =>
  Object.assign(Object.create(null, Object.getOwnPropertyDescriptors(data)) as T, more);

/** Reads from such data; undefined: it could not be read without a value that was refused. */
export function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
