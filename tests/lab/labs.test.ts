import * as assert from "node:assert/strict";
import { fixturePath } from "../fixtures";
import { inRoot } from "../../cli/paths";
import { run } from "../../cli/run";
import { negativeControls } from "./controls";
import { byHand, endLabs, failures, lab, labShown, leftovers, refuseRunningLab, said } from "./lab";
import { alone, beside, controls, delayed, failing } from "./proofs/labs";

const changesNothing = async (name: string): Promise<void> => {
  const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", name);
  assert.equal(result.code, 0, said(result));
};

/** Every other shipped lab: comes up, verifies, changes nothing the second time, and is destroyed without a trace. */
for (const { name, form } of alone) {
  describe(`${name}, end to end`, () => {
    before(refuseRunningLab);

    after(() => endLabs([name]));

    if (form === "as-printed") {
      it("comes up, and only the document's mistakes fail, each with a sentence that says why", async () => {
        const up = await byHand("pulumi up --yes --skip-preview", name);
        assert.equal(up.code, 0, said(up));
        const printed = failing[name] ?? [];
        const only = [...printed, "addresses"].flatMap((check) => ["--only", check]);
        const verified = await lab("verify", "--json", "--settle", "20", ...only, "--lab", name);
        assert.equal(verified.code, 1, said(verified));
        const failed = failures(verified.stdout);
        assert.deepEqual(Object.keys(failed).sort(), printed);
        for (const problems of Object.values(failed)) assert.match(problems.at(-1) ?? "", /^document \d+ as printed: /);
      });
    } else {
      it("comes up and verifies", async () => {
        const result = await labShown("up", name);
        assert.equal(result.code, 0);
      });
    }

    it("a second up by hand changes nothing", () => changesNothing(name));

    const broken = controls[name];
    if (broken !== undefined) negativeControls(broken, { name, settle: 15 });

    it("destroys everything", async () => {
      const result = await lab("destroy", name);
      assert.equal(result.code, 0, said(result));
      assert.deepEqual(await leftovers(new RegExp(`${name}|qcow2|\\blogs\\b`)), []);
    });
  });
}

describe(`${beside.join(" and ")}, side by side`, () => {
  const [first, second] = beside;
  /** Checks of addresses and answers: one lab could break them in another one. */
  const quick = ["addresses", "arp", "one-master", "tables", "round-robin"].flatMap((check) => ["--only", check]);
  const verifies = async (name: string): Promise<void> => {
    const result = await lab("verify", "--lab", name, "--json", ...quick);
    assert.equal(result.code, 0, said(result));
  };
  /** libvirt's number and name of every running guest. A restarted guest has another number. */
  const guests = async (): Promise<string[]> => {
    const uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
    return (await run(["virsh", "-q", "-c", uri, "list"]))
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  };

  before(refuseRunningLab);

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

  it("destroying one removes nothing of the other", async () => {
    const before = (await guests()).filter((guest) => guest.includes(second));
    assert.equal(before.length, 4);
    const destroyed = await lab("destroy", first);
    assert.equal(destroyed.code, 0, said(destroyed));
    const left = await leftovers(new RegExp(first));
    assert.deepEqual(
      left.filter((one) => one.includes(first)),
      [],
    );
    assert.deepEqual(await guests(), before);
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

  before(refuseRunningLab);

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
