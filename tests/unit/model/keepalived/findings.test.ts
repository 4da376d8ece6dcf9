import * as assert from "node:assert/strict";
import { brief, read } from "./reading";
import { groups, unopened } from "./rows";

describe("an unknown word with a block inside a block", () => {
  it("opens no level: what it encloses belongs to the block around, which its } closes", () => {
    const [instances, servers, globals] = unopened.map((text) => read(text).config);
    assert.deepEqual(
      instances?.instances.map(({ name, priority, advertInt }) => [name, priority.value, advertInt.value]),
      [
        ["VI_1", 100, 3],
        ["VI_2", 100, 1],
      ],
    );
    assert.deepEqual(
      servers?.virtualServers.map(({ realServers }) => realServers.map(({ weight }) => weight.value)),
      [[7]],
    );
    assert.equal(globals?.global.routerId, undefined);
  });
});

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
