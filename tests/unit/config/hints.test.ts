import * as assert from "node:assert/strict";
import { nearestKey } from "../../../infra/config/hints";

const check = ["type", "connectTimeout", "retry", "delayBeforeRetry", "path", "status"];
const server = [
  "vip",
  "port",
  "protocol",
  "scheduler",
  "forwarding",
  "persistence",
  "delayLoop",
  "realServers",
  "check",
];

const cases: readonly [unknown: string, allowed: readonly string[], nearest: string | undefined][] = [
  ["nb_get_retry", check, "retry"],
  ["connect_timeout", check, "connectTimeout"],
  ["statuscode", check, "status"],
  ["retrys", check, "retry"],
  ["pth", check, "path"],
  ["banana", check, undefined],
  ["x", check, undefined],
  ["lb_algo", server, "scheduler"],
  ["lb_kind", server, "forwarding"],
  ["persistence_timeout", server, "persistence"],
  ["Port", server, "port"],
  ["realservers", server, "realServers"],
  // A name from keepalived that means nothing here.
  ["lb_algo", check, undefined],
  ["anything", [], undefined],
];

describe("the nearest key", () => {
  for (const [unknown, allowed, nearest] of cases) {
    it(`of ${unknown} among ${allowed.length} is ${nearest ?? "none"}`, () => {
      assert.equal(nearestKey(unknown, allowed), nearest);
    });
  }
});
