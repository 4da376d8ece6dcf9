import * as assert from "node:assert/strict";
import { fixturePath } from "../fixtures";
import { negativeControls } from "./controls";
import { changesNothing, courseTests } from "./course";
import { endLabs, lab, labShown, leftovers, claimNamespace, said } from "./lab";
import { runningGuests } from "./looks";
import { beside, courses, delayed } from "./proofs/labs";

for (const course of courses) courseTests(course);

describe(`${beside.join(" and ")}, side by side`, () => {
  const [first, second] = beside;
  /** Checks of addresses and answers: one lab could break them in another one. */
  const quick = ["addresses", "arp", "one-master", "tables", "round-robin"].flatMap((check) => ["--only", check]);
  const verifies = async (name: string): Promise<void> => {
    const result = await lab("verify", "--lab", name, "--json", ...quick);
    assert.equal(result.code, 0, said(result));
  };

  before(claimNamespace);

  after(() => endLabs(beside));

  for (const name of beside) {
    it(`${name} comes up and verifies`, async () => {
      assert.equal((await labShown("up", name)).code, 0);
    });
  }

  it("the first one still works, and neither has a change to make", async () => {
    await verifies(first);
    for (const name of beside) await changesNothing(name);
  });

  negativeControls(delayed, { name: second });

  it("destroying one takes nothing of the other", async () => {
    const before = (await runningGuests()).filter((guest) => guest.includes(second));
    assert.equal(before.length, 4);
    const destroyed = await lab("destroy", first);
    assert.equal(destroyed.code, 0, said(destroyed));
    const left = await leftovers(new RegExp(first));
    assert.deepEqual(
      left.filter((one) => one.includes(first)),
      [],
    );
    assert.deepEqual(await runningGuests(), before);
    await verifies(second);
  });

  it("destroys everything", async () => {
    const result = await lab("destroy", second);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(new RegExp(`${beside.join("|")}|qcow2|\\blogs\\b`)), []);
  });
});

describe("document 000 as printed, which keepalived refuses", () => {
  const file = fixturePath("as-printed-000");

  before(claimNamespace);

  after(() => endLabs([file]));

  it("ends with the parser's own message, and replaces no file", async () => {
    const result = await lab("up", file);
    assert.equal(result.code, 2, said(result));
    assert.match(said(result), /document 000 as printed: persistence_timeout 0: keepalived refuses the file/);
    assert.match(said(result), /persistence_timeout invalid/);
    assert.match(said(result), /Unknown keyword 'nb_get_retry'/);
    assert.match(said(result), /keepalived\.conf: refused by: .*; the file in place stays as it was/);
  });
});
