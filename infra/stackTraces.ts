/**
 * Cheaper stacks, imported before the SDK. The SDK takes a stack for every promise and every resource, and Pulumi's loader
 * of TypeScript (ts-node) maps each frame of each of them through source maps, the SDK's own too: a third of what a
 * preview of a lab takes more than one of an empty program. Errors of the program read as before.
 */

type Prepare = NonNullable<typeof Error.prepareStackTrace>;
/** V8's frames say where they are, which their type leaves out. */
type Frame = NodeJS.CallSite & { toString(): string };

/** A stack of the SDK's bookkeeping, which only `PULUMI_DEBUG_PROMISE_LEAKS` ever prints. */
const bookkeeping = "debuggablePromise";

/** The same stacks, but each place of the program is mapped once, and what is not the program's never. */
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
