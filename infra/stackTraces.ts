/**
 * Makes stacks cheaper; must be imported before the SDK. The SDK takes a stack for every promise and resource, and Pulumi's TypeScript
 * loader (ts-node) maps each of their frames through source maps, even frames of the SDK. That is a third of the time that a
 * preview of a lab takes beyond that of an empty program. Errors of the program look the same.
 */

type Prepare = NonNullable<typeof Error.prepareStackTrace>;
/** V8's frames have these members, but their type does not. */
type Frame = NodeJS.CallSite & { toString(): string };

/** A stack of the SDK's bookkeeping. Only `PULUMI_DEBUG_PROMISE_LEAKS` prints it. */
const bookkeeping = "debuggablePromise";

/** The same stacks, but each place of the program is mapped only once, and other code never. */
export function mapOnce(mapped: Prepare, promises: boolean): Prepare {
  const known = new Map<string, string>();
  return (error, frames) => {
    const header = String(error);
    if (!promises && frames[0]?.getFunctionName() === bookkeeping) return header;
    const lines = (frames as Frame[]).map((frame) => {
      const line = `\n    at ${frame.toString()}`;
      if (!isProgram(frame)) return line;
      let place = known.get(line);
      if (place === undefined) {
        const whole = String(mapped(error, [frame]));
        place = whole.slice(whole.lastIndexOf("\n    at "));
        known.set(line, place);
      }
      return place;
    });
    return header + lines.join("");
  };
}

/** Whether a frame is in the program's own TypeScript. */
const isProgram = (frame: NodeJS.CallSite): boolean => frame.getFileName()?.endsWith(".ts") === true;

const mapped = Error.prepareStackTrace?.bind(Error);
if (mapped !== undefined)
  Error.prepareStackTrace = mapOnce(mapped, process.env.PULUMI_DEBUG_PROMISE_LEAKS !== undefined);
