import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { HOURS, itSoaks } from "../soak";
import { writeSite } from "../unit/model/plan/sites";
import { rehearsed, unexpected } from "./importedSites";
import { claimNamespace, endLabs, failures, lab, labShown, leftovers, said } from "./lab";
import { proofs } from "./proofs/imports";

/** What `lab import` makes of other people's files (a unit test compares it with the topologies here) comes up and verifies. */
describe("imported sites", () => {
  before(claimNamespace);
  after(() => endLabs([]));

  for (const { lab: topology } of proofs)
    it(`${topology} comes up, verifies, and is destroyed`, async () => {
      const up = await labShown("up", topology);
      const destroyed = await lab("destroy", topology);
      assert.deepEqual([up.code, destroyed.code], [0, 0], said(destroyed));
    });

  for (const { rule: name, bad } of rehearsed)
    itSoaks(
      `${name} is imported, comes up, verifies, and is destroyed`,
      async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-site-"));
        const file = path.join(folder, "lab.yaml");
        try {
          writeSite(path.join(folder, name), bad);
          const made = await lab("import", path.join(folder, name), "--name", `soak-${name}`, "--output", file);
          assert.ok(made.code < 2, said(made));
          const up = await labShown("up", file);
          const verified = await lab("verify", "--json", "--lab", file);
          const destroyed = await lab("destroy", file);
          assert.ok(up.code < 2 && verified.code < 2, said(verified));
          assert.deepEqual(
            unexpected(made.code === 0 ? "whole" : "partial", failures(verified.stdout)),
            {},
            said(made),
          );
          assert.deepEqual([up.code, destroyed.code], [verified.code, 0], said(destroyed));
        } finally {
          fs.rmSync(folder, { recursive: true, force: true });
        }
      },
      HOURS,
    );

  it("leave nothing", async () => {
    assert.deepEqual(await leftovers(/crossed|gateways|relay|tunnel|soak-|qcow2/), []);
  });
});
