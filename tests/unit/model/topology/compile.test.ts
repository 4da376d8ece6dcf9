import * as assert from "node:assert/strict";
import { audit } from "../../../../model/plan/audit";
import { predict } from "../../../../model/plan/predict/predict";
import { type Machine, planOf } from "../../../../model/plan/site";
import { NOTHING } from "../../../../model/plan/siteFile";
import { render } from "../../../../model/keepalived/render";
import { compile } from "../../../../model/topology/compile";
import { keepalivedOf } from "../../../../model/topology/keepalived";
import { runsKeepalived } from "../../../../model/topology/queries";
import type { Topology } from "../../../../model/topology/topology";
import { shippedLabs } from "../../../../operations/topologies";

const options = { authPass: "secret" };

/** The plan of a lab's files, as somebody has it who collects them from the machines. */
function planOfFiles(topology: Topology) {
  const machines = compile(topology, options).nodes.map(({ name, cards }): Machine => {
    const { config, comments } = keepalivedOf(topology, name, options);
    const file = { text: render(config, comments), isExecutable: false };
    return { name, main: config.file, files: new Map([[config.file, file]]), cards };
  });
  return planOf(machines, NOTHING);
}

const labs = shippedLabs();

describe("the plan of a topology", () => {
  for (const topology of labs.filter(({ vrrp }) => vrrp !== undefined))
    it(`of ${topology.name} is that of its files, with the same findings and predictions`, () => {
      const [compiled, read] = [compile(topology, options), planOfFiles(topology)];
      assert.deepEqual(compiled, read);
      assert.deepEqual(audit(compiled), audit(read));
      const [{ plan: _, ...ours }, { plan: __, ...theirs }] = [predict(compiled), predict(read)];
      assert.deepEqual(ours, theirs);
      assert.ok(compiled.nodes.length > 0);
    });

  it("has each machine's own addresses, with the prefix of their segments", () => {
    const nat = labs.find(({ name }) => name === "nat");
    assert.ok(nat);
    const [first] = compile(nat, options).nodes;
    assert.deepEqual(
      first?.cards.map(({ name, addresses }) => [
        name,
        ...addresses.map(({ address, prefix }) => `${address}/${prefix}`),
      ]),
      Object.entries(nat.nodes[first?.name ?? ""]?.interfaces ?? {}).map(([name, { segment, address }]) => [
        name,
        `${address}/${nat.segments[segment]?.cidr.split("/")[1]}`,
      ]),
    );
  });

  it("has no machine without keepalived", () => {
    for (const topology of labs.filter((one) => !runsKeepalived(one))) assert.deepEqual(compile(topology).nodes, []);
  });
});
