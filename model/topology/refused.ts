/**
 * No rule may judge a value that the schema refused: it would report a second, untrue problem elsewhere, and
 * might repeat the value there. So reading such a value throws, and the rule is skipped.
 */

/** Thrown when a refused value is read. */
class Refused extends Error {}

const refuse = (): never => {
  throw new Refused();
};

/** Makes places of plain data unreadable. Returns those that do not exist. Changes the data. */
export function makeUnreadable(data: object, places: readonly (readonly string[])[]): (readonly string[])[] {
  return places.filter((place) => {
    let at: unknown = data;
    for (const key of place.slice(0, -1)) {
      const property = isObject(at) ? Object.getOwnPropertyDescriptor(at, key) : undefined;
      // A parent is unreadable already.
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

/** Adds properties to such data. A spread would read all of it. */
export const extended = <T extends object, M extends object>(data: T, more: M): T & M =>
  Object.assign(Object.create(null, Object.getOwnPropertyDescriptors(data)) as T, more);

/** Reads from such data; undefined: the read needed a refused value. */
export function unlessRefused<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
