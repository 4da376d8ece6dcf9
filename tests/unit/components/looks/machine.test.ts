import * as assert from "node:assert/strict";
import { looksAtExposed } from "../../../../components/looks/exposed";
import { commandsOf, looksAt, readMachine } from "../../../../components/looks/machine";
import type { Looked } from "../../../../components/looks/look";
import { lookedAt } from "../../../../components/roles";
import { guestsOf } from "../../../../model/topology/guests";
import { shippedLabs } from "../../../../operations/topologies";

const machines: readonly Looked[] = shippedLabs().flatMap((topology) =>
  Object.values(guestsOf(topology)).map((node) => lookedAt(topology, node, "debian")),
);

describe("the looks at a machine", () => {
  it("are lines of their own, each command with a name that no other look uses", () => {
    for (const machine of machines) {
      const text = commandsOf(machine);
      const names = [...text.matchAll(/^(?:wait \S+; )?show (\S+) /gm)].map(([, name]) => name);
      assert.deepEqual(names, [...new Set(names)], machine.node.name);
      for (const look of [...looksAt(machine), ...looksAtExposed(machine)]) assert.match(look.ask(machine), /^$|\n$/);
    }
  });

  it("wait for an advert last, and only where the machine uses VRRP", () => {
    for (const machine of machines) {
      const text = commandsOf(machine);
      const watched = machine.topology.vrrp !== undefined && ["director", "proxy"].includes(machine.node.role);
      assert.equal(text.startsWith("advert="), watched, machine.node.name);
      assert.equal(/^wait .*\n$/m.test(text.slice(text.lastIndexOf("wait "))), watched, machine.node.name);
    }
  });

  it("see nothing, and fail at nothing, on a machine that does not answer", () => {
    for (const machine of machines) {
      const { hostname, addresses, ipvs, packages, keepalivedBackup } = readMachine({}, machine);
      assert.deepEqual([hostname, addresses, ipvs, packages, keepalivedBackup], ["", [], [], [], false]);
    }
  });
});
