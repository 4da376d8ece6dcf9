import * as assert from "node:assert/strict";
import { expectationsOf, partsOf } from "../../../../components/checks/expected";
import type { LabSeen } from "../../../../components/looks/lab";
import { parseResponse, type Response } from "../../../../components/looks/page";
import type { Expectation, Topology } from "../../../../model/topology/topology";
import { chooseChecks } from "../../../../operations/verify";
import { checkId, CHECKS, checksFor } from "../../../../operations/verify/checks";
import { fixture } from "../../../fixtures";
import { nothingAsked } from "./healthy";

const topology = fixture("valid-expect");
const page = (body: string, status = 200): Response => parseResponse(`HTTP/1.1 ${status} OK\r\n\r\n${body}`);
const none = parseResponse("");

/** What the check says of answers. */
function problems(wanted: Partial<Expectation>, responses: readonly Response[]): readonly string[] {
  const one: Expectation = { url: "http://10.0.0.3/", times: responses.length, status: 200, within: 3, ...wanted };
  const asked = { ...topology, expect: { shop: one } } as Topology;
  const seen: LabSeen = { nodes: {}, client: nothingAsked, expected: { shop: responses } };
  return expectationsOf(asked).flatMap(({ judge }) => judge(asked, seen).problems);
}

describe("checks of a topology's own", () => {
  it("have their defaults, and come last", () => {
    assert.deepEqual(topology.expect?.secure, { url: "https://10.0.0.21:8443", times: 1, status: 503, within: 3 });
    const names = checksFor(topology).map((check) => checkId(check, topology));
    assert.deepEqual(names.slice(-2), ["expect-shop", "expect-secure"]);
    assert.deepEqual(
      chooseChecks(topology, { only: ["expect-shop"] }).map(({ needs }) => needs),
      ["expected"],
    );
  });

  it("have names that no built-in check has", () => {
    assert.deepEqual(
      CHECKS.filter(({ name }) => name.startsWith("expect-")),
      [],
    );
  });

  for (const [url, parts] of [
    ["http://10.0.0.3", { scheme: "http", address: "10.0.0.3", port: 80, path: "/" }],
    ["https://10.0.0.3/a/b?c=d", { scheme: "https", address: "10.0.0.3", port: 443, path: "/a/b?c=d" }],
    ["http://[2001:db8::3]:8080/", { scheme: "http", address: "2001:db8::3", port: 8080, path: "/" }],
  ] as const)
    it(`ask for ${url}`, () => assert.deepEqual(partsOf(url), parts));

  for (const [title, wanted, responses, expected] of [
    ["a page", {}, [page("hello")], []],
    ["no answer", { within: 0.5 }, [page("hello"), none], ["no answer within 0.5 s"]],
    ["another status", {}, [page("busy", 503)], ['got 503 "busy", must be status 200']],
    ["the status that is meant", { status: 503 }, [page("busy", 503)], []],
    ["a body without the text", { body: "shop" }, [page("hello")], ['got 200 "hello", must have "shop" in its body']],
    ["a body with it", { body: "ell" }, [page("hello"), page("hello")], []],
    ["the servers that are meant", { servers: ["web"] }, [page("hello")], []],
    [
      "another server",
      { servers: ["web"] },
      [page("other")],
      ['200 "other" answered, must be one of web', "web gave none of 1 answers"],
    ],
    [
      "a server that is silent",
      { servers: ["web", "lb"] },
      [page("hello"), page("hello")],
      ["lb gave none of 2 answers"],
    ],
  ] as const)
    it(`judge ${title}`, () => {
      assert.deepEqual(
        problems(wanted, responses),
        expected.map((one) => `client: http://10.0.0.3/: ${one}`),
      );
    });

  it("fail if the client was not asked", () => {
    assert.deepEqual(problems({ times: 2 }, [page("hello")]), ["client: http://10.0.0.3/ was not asked"]);
  });
});
