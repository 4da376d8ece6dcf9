import * as assert from "node:assert/strict";
import { shippedLabs } from "../../../cli/topologies";
import { checkId, checksFor } from "../../../cli/verify/checks";

/** How many numbered points each source document has (what it sets up or verifies). */
const points: Readonly<Record<string, number>> = { "000": 16, "001": 8, "002": 12, "003": 12, "004": 13 };

/** Points that say nothing about a lab. */
const words: readonly string[] = [
  "003-12", // the terms DS, RS, VIP, DIP, RIP, CIP
];

describe("the points of the documents", () => {
  for (const [document, count] of Object.entries(points)) {
    it(`of ${document} each have a check in a lab of that document, as verify --list shows it`, () => {
      const listed = new Set(
        shippedLabs()
          .filter((lab) => lab.document === document && lab.form !== "as-printed")
          .flatMap((lab) => checksFor(lab).map((check) => checkId(check, lab))),
      );
      const wanted = Array.from({ length: count }, (_, index) => `${document}-${index + 1}`);
      assert.deepEqual(
        wanted.filter((point) => !words.includes(point) && !listed.has(point)),
        [],
      );
      // A point that no document has would be a slip of the pen.
      const numbered = [...listed].filter((id) => /^\d{3}-/.test(id));
      assert.deepEqual(
        numbered.filter((point) => !wanted.includes(point)),
        [],
      );
    });
  }
});
