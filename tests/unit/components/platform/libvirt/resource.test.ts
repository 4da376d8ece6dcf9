import * as assert from "node:assert/strict";
import { objectOf } from "../../../../../components/platform/libvirt/resource";

describe("a resource of the state", () => {
  const cases: readonly [type: string, id: string, object: ReturnType<typeof objectOf>][] = [
    ["libvirt:index/domain:Domain", "u", { kind: "domain", name: "n", id: "u" }],
    ["libvirt:index/network:Network", "u", { kind: "network", name: "n", id: "u" }],
    ["libvirt:index/pool:Pool", "u", { kind: "pool", name: "n", id: "u" }],
    ["libvirt:index/volume:Volume", "/p/v", { kind: "volume", name: "n", id: "/p/v" }],
    ["libvirt:index/combustion:Combustion", "/p/v;uuid", { kind: "volume", name: "n", id: "/p/v" }],
    ["command:local:Command", "made-up", undefined],
    ["pulumi:providers:libvirt", "p", undefined],
  ];
  for (const [type, id, object] of cases)
    it(`of type ${type} is ${object?.kind ?? "nothing"} in libvirt`, () => {
      assert.deepEqual(objectOf({ type, id, inputs: { name: "n" } }), object);
    });

  it("has neither name nor id before it is made", () => {
    assert.deepEqual(objectOf({ type: "libvirt:index/pool:Pool" }), { kind: "pool" });
  });
});
