import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { EventLog, eventsOf, messageOf } from "../../../../operations/engine/events";
import { inTemporary } from "../../../../operations/temporary";

const line = (message: string, severity = "info"): string =>
  `${JSON.stringify({ diagnosticEvent: { message, severity } })}\n`;

describe("the engine's log of events", () => {
  it("is read line by line while it is written, wherever it is cut", () =>
    inTemporary(async (folder) => {
      const file = folder.at("events");
      const log = new EventLog(file);
      const read = (): string[] => log.read().map(({ diagnosticEvent }) => diagnosticEvent?.message ?? "");
      try {
        assert.deepEqual(read(), []);
        // Like os.Create in Go, it truncates the file.
        const engine = fs.openSync(file, "w");
        const text = Buffer.from(line("one") + line("主备") + line("x".repeat(200_000)));
        const cut = text.indexOf("主") + 1;
        fs.writeSync(engine, text, 0, cut);
        assert.deepEqual(read(), ["one"]);
        fs.writeSync(engine, text, cut);
        assert.deepEqual(read(), ["主备", "x".repeat(200_000)]);
        assert.deepEqual(read(), []);
        fs.closeSync(engine);
      } finally {
        log.close();
      }
    }));

  it("can be read by its owner only", () =>
    inTemporary(async (folder) => {
      new EventLog(folder.at("events")).close();
      assert.equal(fs.statSync(folder.at("events")).mode & 0o077, 0);
    }));

  it("drops events for debugging, because they hold every value of the program", () => {
    assert.deepEqual(eventsOf(line("RegisterResource finished: value,hunter2", "debug") + line("told")), [
      { diagnosticEvent: { message: "told", severity: "info" } },
    ]);
  });

  it("has messages without marks for colours", () => {
    assert.equal(
      messageOf({ message: "<{%fg 1%}>error: it <{%reset%}>broke\n", severity: "error" }),
      "error: it broke",
    );
  });
});
