import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { negativeControls } from "./controls";
import { byHand, endLabs, failures, lab, labShown, leftovers, claimNamespace, said, state } from "./lab";
import { runningGuests } from "./looks";
import { type Course, inPlace, staying } from "./proofs/course";

/** Nothing would change if `up` came again. */
export async function changesNothing(topology: string): Promise<void> {
  const result = await lab("preview", topology);
  assert.equal(result.code, 0, said(result));
  assert.match(result.stdout, /Resources:\n\s+\d+ unchanged\n/);
}

/** A lab from nothing to nothing, by way of every topology of its course. */
export function courseTests(course: Course): void {
  const [{ lab: name }] = course;
  const folder = path.join(os.tmpdir(), `lvs-test-course-${process.pid}`);
  // The same for all stages: the stack is called by it.
  const topology = path.join(folder, `${name}.yaml`);

  describe(`${course.map((stage) => stage.lab).join(", then ")}, end to end`, () => {
    before(async () => {
      await claimNamespace();
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(topology, inPlace(name, name));
    });

    after(() =>
      endLabs([topology], async () => {
        for (const one of [state, folder]) fs.rmSync(one, { recursive: true, force: true });
      }),
    );

    for (const [index, { lab: shipped, controls, fails }] of course.entries()) {
      const stays = staying(course, index);
      /** The guests that stay, as libvirt counts them. */
      const counted = async (): Promise<string[]> =>
        (await runningGuests()).filter((guest) => stays.some((one) => guest.includes(` ${name}-${one} `)));

      const ends = fails === undefined ? " and verifies" : ", and what fails is what its document has wrong";
      it(`${shipped} comes ${index === 0 ? "up" : "on the same guests"}${ends}`, async () => {
        const before = stays.length === 0 ? [] : await counted();
        assert.equal(before.length, stays.length);
        fs.writeFileSync(topology, inPlace(shipped, name));
        if (fails === undefined) assert.equal((await labShown("up", topology)).code, 0);
        else await isAsPrinted(topology, fails);
        if (stays.length > 0) assert.deepEqual(await counted(), before);
      });

      it(`${shipped}: a second up would change nothing`, () => changesNothing(topology));

      // Long enough for keepalived to be back where it was restarted.
      if (controls !== undefined) negativeControls(controls, { name: topology, settle: 15 });
    }

    it("destroys everything", async () => {
      const result = await lab("destroy", topology);
      assert.equal(result.code, 0, said(result));
      assert.deepEqual(await leftovers(new RegExp(`${name}|qcow2|\\blogs\\b`)), []);
    });
  });
}

/** Brings up what a document prints: these checks fail and no other of them, each with the sentence that says why. */
async function isAsPrinted(topology: string, fails: readonly string[]): Promise<void> {
  const up = await byHand("pulumi up --yes --skip-preview", topology);
  assert.equal(up.code, 0, said(up));
  const only = [...fails, "addresses"].flatMap((check) => ["--only", check]);
  const verified = await lab("verify", "--json", "--settle", "20", ...only, "--lab", topology);
  assert.equal(verified.code, 1, said(verified));
  const failed = failures(verified.stdout);
  assert.deepEqual(Object.keys(failed).sort(), [...fails].sort());
  for (const problems of Object.values(failed)) assert.match(problems.at(-1) ?? "", /^document \d+ as printed: /);
}
