import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { read } from "../unit/docs/markdown";
import { type Step, stepsOf } from "../unit/docs/steps";
import { endLabs, leftovers, claimNamespace, state } from "./lab";
import { asItStands, newcomersFolder } from "./pages";

const page = "docs/tutorial.md";
const of = "./scripts/lab";
const asks = `${of} shell --lab ./my-lab.yaml client curl -s 10.9.0.100`;

/**
 * What the page's text says about the output of a command, by command; for a repeated command, in its order. dr-keepalived.test.ts runs the
 * commands of the README and the quick start on its lab.
 */
const says: Readonly<Record<string, readonly RegExp[]>> = {
  [`${of} up ./my-lab.yaml`]: [/(\d+) of \1 checks passed/, /(\d+) of \1 checks passed/],
  [asks]: [/^This is web[12]\n$/, /^This is web[12]\n$/, /^This is web[12]\n$/],
  [`${of} inspect ./my-lab.yaml`]: [/^lb1 .* stopped [^]*^lb2 .* MASTER /m],
  [`${of} drift ./my-lab.yaml`]: [/lb1.*keepalived/],
  [`${of} repair ./my-lab.yaml`]: [/^no drift$/m],
  [`${of} reset ./my-lab.yaml`]: [/(\d+) of \1 checks passed/],
  [`${of} plan ./my-lab.yaml`]: [/weight 3/],
};

/** From an empty file to a changed lab, every block of the page in its order. */
describe("tutorial, as it stands", () => {
  const steps = stepsOf(read(page));
  const printed = new Map<string, string[]>();
  let folder = "";

  before(async () => {
    await claimNamespace();
    folder = newcomersFolder();
  });

  after(() =>
    endLabs([path.join(folder, "my-lab.yaml")], async () => {
      for (const one of [state, folder]) fs.rmSync(one, { recursive: true, force: true });
    }),
  );

  const titled = (step: Step): string => ("file" in step ? `write ${step.file}` : step.command);
  for (const step of steps)
    it(titled(step), async () => {
      if ("file" in step) fs.writeFileSync(path.join(folder, step.file), step.text);
      else {
        const before = printed.get(step.command) ?? [];
        const now = await asItStands(folder, step);
        printed.set(step.command, [...before, now]);
        assert.match(now, says[step.command]?.[before.length] ?? /^/);
      }
    });

  it("printed everything that its text mentions", () => {
    for (const [command, patterns] of Object.entries(says))
      assert.equal(printed.get(command)?.length, patterns.length, command);
    const [first, second] = printed.get(asks) ?? [];
    assert.notEqual(first, second, "rr takes turns");
  });

  it("leaves nothing", async () => {
    assert.deepEqual(await leftovers(/my-lab|qcow2|\blogs\b/), []);
  });
});
