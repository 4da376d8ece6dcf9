import * as assert from "node:assert/strict";
import { mapOnce } from "../../../infra/stackTraces";

/** Frames in V8's form for Error.prepareStackTrace: function and file. */
const frames = (...places: readonly [name: string, file: string][]): NodeJS.CallSite[] =>
  places.map(([name, file]) => {
    const frame = { getFunctionName: () => name, getFileName: () => file, toString: () => `${name} (${file}:1:1)` };
    return frame as unknown as NodeJS.CallSite;
  });

describe("stacks of the program", () => {
  const asked: string[] = [];
  /** Replaces ts-node and counts the mapped frames. */
  const mapped = (error: Error, stack: readonly NodeJS.CallSite[]): string => {
    const places = stack.map(String);
    asked.push(...places);
    return `${error.name}: ${error.message}${places.map((place) => `\n    at mapped ${place}`).join("")}`;
  };
  const error = new Error("two\n    at lines");

  beforeEach(() => asked.splice(0));

  it("have mapped places in the program and plain ones elsewhere, each mapped only once", () => {
    const prepare = mapOnce(mapped, false);
    const stack = frames(
      ["Vm", "/lab/components/vm/index.ts"],
      ["Resource", "/lab/node_modules/@pulumi/pulumi/resource.js"],
    );
    const text = [
      "Error: two\n    at lines",
      "    at mapped Vm (/lab/components/vm/index.ts:1:1)",
      "    at Resource (/lab/node_modules/@pulumi/pulumi/resource.js:1:1)",
    ].join("\n");
    assert.equal(prepare(error, stack), text);
    assert.equal(prepare(error, stack), text);
    assert.deepEqual(asked, ["Vm (/lab/components/vm/index.ts:1:1)"]);
  });

  it("are not made for the SDK's promises, unless its leak detection is on", () => {
    const stack = frames(
      ["debuggablePromise", "/lab/node_modules/@pulumi/pulumi/runtime/debuggable.js"],
      ["Vm", "/lab/vm.ts"],
    );
    assert.equal(mapOnce(mapped, false)(error, stack), "Error: two\n    at lines");
    assert.deepEqual(asked, []);
    assert.match(String(mapOnce(mapped, true)(error, stack)), /at mapped Vm/);
  });
});
