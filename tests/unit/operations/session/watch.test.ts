import * as assert from "node:assert/strict";
import type { Terminal } from "../../../../operations/terminal/screen";
import type { Surface } from "../../../../operations/terminal/terminal";
import { period, watch } from "../../../../operations/session/watch";

describe("looking again and again", () => {
  const { CI, TERM } = process.env;
  beforeEach(() => {
    delete process.env.CI;
    process.env.TERM = "xterm";
  });
  afterEach(() => {
    if (CI !== undefined) process.env.CI = CI;
    if (TERM === undefined) delete process.env.TERM;
    else process.env.TERM = TERM;
  });

  /** Looks three times. Returns the output and the pauses in between. */
  async function looks(
    isTTY: boolean,
    texts: readonly string[],
    rows = 10,
  ): Promise<{ written: string[]; pauses: number[] }> {
    const [written, pauses]: [string[], number[]] = [[], []];
    const out = { isTTY, columns: 20, rows, write: (text: string) => written.push(text) > 0 };
    const left = [...texts];
    await watch(async () => left.shift() ?? "", out as unknown as Terminal & Pick<Surface, "isTTY">, {
      looks: texts.length,
      pauses: async (seconds) => void pauses.push(seconds),
    });
    return { written, pauses };
  }

  it("prints each look below the last one if there is no terminal", async () => {
    const { written, pauses } = await looks(false, ["a", "b", "c"]);
    assert.deepEqual(written, ["a\n", "b\n", "c\n"]);
    assert.deepEqual(pauses, [period, period]);
  });

  it("draws each look in the place of the last one on a terminal", async () => {
    const { written } = await looks(true, ["a\nb", "c\nd"]);
    assert.equal(written.length, 2);
    assert.ok(written[1]?.startsWith("\u001b[2A\rc"));
  });

  it("fits into the terminal, and says how many lines do not", async () => {
    const { written } = await looks(true, [`${"x".repeat(40)}\n${"y\n".repeat(20)}`], 6);
    assert.ok(written[0]?.includes(`${"x".repeat(18)}…`));
    assert.match(written[0] ?? "", /… and 18 more lines/);
    assert.equal(written[0]?.match(/\n/g)?.length, 5);
  });
});
