import * as assert from "node:assert/strict";
import { brief, read } from "./reading";
import { groups } from "./rows";

for (const [title, rows] of Object.entries(groups))
  describe(`findings of keepalived.conf: ${title}`, () => {
    for (const [name, text, expected, says] of rows)
      it(name, () => {
        const { findings } = read(text, { version: "2.2.7" });
        assert.deepEqual(findings.map(brief), expected, JSON.stringify(findings, undefined, 1));
        if (says)
          assert.match(
            findings.map(({ message, why, suggestion }) => `${message}; ${why}; ${suggestion ?? ""}`).join("\n"),
            says,
          );
      });
  });
