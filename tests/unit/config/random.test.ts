import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { drawMermaid } from "../../../cli/graph/mermaid";
import { pictureOf } from "../../../cli/graph/picture";
import { drawSvg } from "../../../cli/graph/svg";
import { drawText } from "../../../cli/graph/text";
import { topologyScene } from "../../../cli/graph/topologyScene";
import { walkScene } from "../../../cli/graph/walkScene";
import { drawWalks } from "../../../cli/graph/walkText";
import { filesOf } from "../../../cli/plan/files";
import { ConfigError } from "../../../infra/config/error";
import { parseTopology } from "../../../infra/config/load";
import { guestsOf } from "../../../infra/model/guests";
import type { Topology } from "../../../infra/model/topology";
import { collisionsOf } from "../graph/collisions";
import { randomTopology, SEED } from "../../random";
import { rounds } from "../../soak";

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
