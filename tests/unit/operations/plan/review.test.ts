import * as assert from "node:assert/strict";
import type { Plan } from "../../../../operations/plan/plan";
import { diffOf } from "../../../../operations/plan/diff";
import { filesOf } from "../../../../operations/plan/files";
import { footprintOf } from "../../../../operations/plan/footprint";
import { MARKER, reviewComment } from "../../../../operations/plan/review";
import { drawMermaid } from "../../../../operations/draw/mermaid";
import { pictureOf } from "../../../../operations/draw/topologyPicture";
import { problemsOf } from "../../../../operations/topologies";
import type { Topology } from "../../../../model/topology/topology";
import { fixturePath, lab } from "../../../fixtures";
import { golden } from "../../../golden";

async function planned(before: Topology, after: Topology): Promise<Plan> {
  return {
    lab: after.name,
    description: after.description,
    footprint: footprintOf(after),
    picture: drawMermaid(pictureOf(after)),
    resources: { counts: { create: 51 }, changed: [] },
    files: filesOf(after),
    against: { what: "HEAD", diff: await diffOf(filesOf(before), filesOf(after)) },
  };
}

/** The lab with another priority of its BACKUP, and a page that looks like the end of a Markdown code block. */
function changed(): Topology {
  const of = lab("dr-keepalived");
  const { beiserver, web1 } = of.nodes;
  if (beiserver?.role !== "director" || beiserver.vrrp === undefined || web1?.role !== "web")
    throw new Error("both are there");
  return {
    ...of,
    nodes: {
      ...of.nodes,
      beiserver: { ...beiserver, vrrp: { ...beiserver.vrrp, priority: 95 } },
      web1: { ...web1, page: "``` <b>not</b> the end" },
    },
  };
}

describe("the comment of a pull request", () => {
  it("shows the difference, the picture, the size, and what is refused", async () => {
    const labs = [
      { file: "labs/dr-keepalived.yaml", plan: await planned(lab("dr-keepalived"), changed()) },
      { file: "labs/nat.yaml", plan: await planned(lab("nat"), lab("nat")) },
      { file: "labs/several.yaml", problems: problemsOf(fixturePath("invalid-several")) },
    ];
    golden("plan/comment.md", reviewComment(labs));
  });

  it("begins with the line that identifies it, and fits into a comment", async () => {
    const one = await planned(lab("dr-keepalived"), changed());
    const diff = "+ a line of a long file\n".repeat(5000);
    const long = { file: "labs/x.yaml", plan: { ...one, against: { what: "HEAD", diff } } };
    const text = reviewComment([long, long]);
    assert.equal(text.split("\n")[0], MARKER);
    assert.ok(text.length < 65_536, String(text.length));
    assert.match(text, /The rest does not fit in a comment: `\.\/scripts\/lab plan LAB --against REF` shows it/);
  });
});
