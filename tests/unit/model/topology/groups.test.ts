import * as assert from "node:assert/strict";
import { ConfigError } from "../../../../model/topology/error";
import { expandGroups } from "../../../../model/topology/groups";
import { loadTopology } from "../../../../documents/load";
import { fixture, fixturePath } from "../../../fixtures";

describe("a group of web servers", () => {
  it("becomes its number of machines, each with an address, a MAC and a page", () => {
    const { nodes, virtualServers } = fixture("valid-group");
    const webs = Object.values(nodes).filter(({ role }) => role === "web");
    assert.deepEqual(
      webs.map(({ name, interfaces }) => [name, interfaces.eth0?.address]),
      [
        ["web1", "10.0.0.21"],
        ["web2", "10.0.0.22"],
        ["web3", "10.0.0.23"],
      ],
    );
    assert.deepEqual(
      webs.map((web) => "page" in web && web.page),
      ["This is web1", "This is web2", "This is web3"],
    );
    assert.equal(new Set(webs.map(({ interfaces }) => interfaces.eth0?.mac)).size, 3);
    assert.deepEqual(Object.keys(virtualServers[0]?.realServers ?? {}), ["web1", "web2", "web3"]);
    assert.ok(webs.every((web) => !("count" in web)));
  });

  it("stands for all of its machines as a proxy's backend", () => {
    const card = { eth0: { segment: "lan", address: "10.0.0.21" } };
    const { proxy } = expandGroups({
      nodes: { web: { role: "web", count: 2, page: "{name}", interfaces: card, memory: 512, vcpus: 1 } },
      proxy: { software: "nginx", port: 80, backends: { web: { weight: 3 } } },
    });
    assert.deepEqual(proxy?.backends, { web1: { weight: 3 }, web2: { weight: 3 } });
  });

  it("has the stack's size, and keeps its existing machines", () => {
    const [three, ten] = [undefined, 10].map((webs) => loadTopology(fixturePath("valid-group"), { webs }).nodes);
    assert.equal(Object.keys(ten ?? {}).length, 11);
    for (const [name, node] of Object.entries(three ?? {})) assert.deepEqual(ten?.[name], node);
  });

  const refusals: readonly [file: string, webs: number, message: RegExp][] = [
    ["invalid-empty", 3, /^.*\n {2}file: got \S+, need a topology$/],
    ["valid-minimal", 3, /lvs-lab:webs: got 3, need a topology with one group of web servers/],
    ["valid-group", 0, /nodes\.web\.count: got 0, need a whole number, 1 to 200/],
    ["valid-group", 201, /nodes\.web\.count: got 201, need a whole number, 1 to 200/],
    ["valid-group", 11, /client\.addresses\[0\]: got 10\.0\.0\.31, need an address of its own/],
  ];
  for (const [file, webs, message] of refusals) {
    it(`of ${webs} is refused in ${file}`, () => {
      assert.throws(
        () => loadTopology(fixturePath(file), { webs }),
        (error) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
