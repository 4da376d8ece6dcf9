import * as assert from "node:assert/strict";
import { DRILLS, sideBySide } from "../../../../operations/verify/drills";

describe("drills", () => {
  const all = Object.keys(DRILLS) as (keyof typeof DRILLS)[];

  it("run side by side if none disturbs what another one needs", () => {
    const rows: [(keyof typeof DRILLS)[], (keyof typeof DRILLS)[][]][] = [
      [["exposed", "inside", "walks"], [["exposed", "inside", "walks"]]],
      [
        ["exposed", "held", "walks"],
        [["exposed", "held"], ["walks"]],
      ],
      [
        ["inside", "down"],
        [["inside"], ["down"]],
      ],
      [
        ["down", "failover"],
        [["down"], ["failover"]],
      ],
      [
        ["routing", "start"],
        [["routing"], ["start"]],
      ],
      [[], []],
    ];
    for (const [names, groups] of rows) assert.deepEqual(sideBySide(names), groups);
  });

  it("are all run, in their order", () => assert.deepEqual(sideBySide(all).flat(), all));

  it("that break something run alone or beside drills that only look", () => {
    for (const group of sideBySide(all))
      assert.ok(group.filter((name) => DRILLS[name].disturbs.length > 0).length <= 1, group.join(", "));
  });
});
