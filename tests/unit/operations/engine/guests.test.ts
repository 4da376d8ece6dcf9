import * as assert from "node:assert/strict";
import { eventsOf, operationsOf } from "../../../../operations/engine/events";
import { stageOf } from "../../../../operations/engine/engine";

const urn = (name: string): string => `urn:pulumi:s::lvs-lab::lvs-lab:index:Cluster$t::${name}`;
const begun = (op: string, name: string) => ({ resourcePreEvent: { metadata: { op, urn: urn(name) } } });
const ended = (op: string, name: string) => ({ resOutputsEvent: { metadata: { op, urn: urn(name) } } });

describe("the guests of a run", () => {
  const log = (...events: readonly object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join("");

  it("are judged by the engine's last operation on each resource", () => {
    const text = `${log(begun("create", "a"), ended("create", "a"), begun("update", "b"), { summaryEvent: {} })}{"cut`;
    assert.deepEqual(
      [...operationsOf(eventsOf(text))],
      [
        ["a", { op: "create", done: true }],
        ["b", { op: "update", done: false }],
      ],
    );
  });

  const stages: readonly [title: string, events: readonly object[], stage: string][] = [
    ["nobody has started", [], "absent"],
    ["is being started", [begun("create", "l-w-domain")], "absent"],
    ["was there before", [ended("same", "l-w-domain"), ended("same", "l-w-ready")], "absent"],
    [
      "was started",
      [begun("create", "l-w-domain"), ended("create", "l-w-domain"), begun("create", "l-w-ready")],
      "booting",
    ],
    ["was replaced", [ended("create-replacement", "l-w-domain")], "booting"],
    ["has answered", [ended("create", "l-w-domain"), ended("create", "l-w-ready")], "ready"],
    [
      "was replaced and has answered",
      [
        ended("create-replacement", "l-w-domain"),
        ended("create-replacement", "l-w-ready"),
        ended("replace", "l-w-ready"),
      ],
      "ready",
    ],
    ["is taken away", [ended("create", "l-w-domain"), begun("delete", "l-w-domain")], "absent"],
  ];
  for (const [title, events, stage] of stages)
    it(`one that ${title} is ${stage}`, () => {
      assert.equal(stageOf("l", "w", operationsOf(eventsOf(log(...events)))), stage);
    });
});
