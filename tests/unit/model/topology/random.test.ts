import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { drawMermaid } from "../../../../operations/draw/mermaid";
import { pictureOf } from "../../../../operations/draw/topologyPicture";
import { drawSvg } from "../../../../operations/draw/svg";
import { drawText } from "../../../../operations/draw/text";
import { topologyScene } from "../../../../operations/draw/topologyScene";
import { walkScene } from "../../../../operations/draw/walkScene";
import { drawWalks } from "../../../../operations/draw/walkText";
import { filesOf } from "../../../../operations/plan/files";
import { ConfigError } from "../../../../model/topology/error";
import { parseTopology } from "../../../../documents/load";
import { guestsOf } from "../../../../model/topology/guests";
import type { Topology } from "../../../../model/topology/topology";
import { collisionsOf } from "../../operations/draw/collisions";
import { randomTopology, SEED } from "../../../random";
import { rounds } from "../../../soak";

/** Every text that is rendered for a topology, for machines and for people. */
function render(topology: Topology): void {
  for (const [node, files] of Object.entries(filesOf(topology))) {
    assert.ok(Object.hasOwn(guestsOf(topology), node), node);
    assert.ok(files.length > 1 && files.every(({ text }) => !text.includes("undefined")), node);
  }
  const picture = pictureOf(topology);
  const scenes = [topologyScene(picture), walkScene(topology)];
  for (const scene of scenes) assert.deepEqual(collisionsOf(scene), []);
  for (const text of [drawText(picture), drawMermaid(picture), drawWalks(topology), ...scenes.map(drawSvg)])
    assert.ok(!text.includes("undefined") && !text.includes("NaN"), text);
}

describe("random topologies", () => {
  it("are accepted with files for every machine, or refused with paths; there is no other error", function () {
    this.timeout(rounds(60_000, 600_000));
    let [passed, refused] = [0, 0];
    fc.assert(
      fc.property(randomTopology, (input) => {
        let topology: Topology;
        try {
          topology = parseTopology(input, "random");
        } catch (error) {
          assert.ok(error instanceof ConfigError, error instanceof Error ? error.stack : String(error));
          assert.ok(error.problems.length > 0);
          for (const { path, got, need } of error.problems) assert.ok(path !== "" && got !== "" && need !== "");
          refused++;
          return;
        }
        render(topology);
        passed++;
      }),
      { seed: SEED, numRuns: rounds(600, 20_000) },
    );
    assert.ok(passed >= 100 && refused >= 100, `${passed} passed, ${refused} were refused`);
  });
});
