import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { balancersOf } from "../../../../model/topology/queries";
import type { Topology } from "../../../../model/topology/topology";
import type { Config } from "../../../../model/keepalived/config/config";
import { filesOf } from "../../../../model/keepalived/files";
import { readConfiguration, type Reading } from "../../../../model/keepalived/read";
import { render } from "../../../../model/keepalived/render";
import { keepalivedOf } from "../../../../model/topology/keepalived";
import { fixture, fixtureNames } from "../../../fixtures";
import { accepted, randomTopology, SEED } from "../../../random";

const reading = (config: Config, text: string): Reading =>
  readConfiguration(config.file, filesOf(new Map([[config.file, text]])));

const passwordsOf = ({ instances }: Config) =>
  instances.map(({ written }) => written.authentication?.value.authPass?.value.reveal());

/** Every file of a topology, made and read again. */
const machinesOf = (topology: Topology) =>
  balancersOf(topology).map(({ name }) => {
    const { config, comments } = keepalivedOf(topology, name, { authPass: "two word" });
    const text = render(config, comments);
    return { config, comments, text, ...{ again: reading(config, text) } };
  });

/** A document's mistakes that keepalived refuses: it reads something else than what stands there. */
const isRefused = ({ findings }: Reading): boolean => findings.some(({ severity }) => severity === "error");

describe("keepalived.conf of a topology", () => {
  it("is read as the very configuration that it was written from: values, defaults and places", () => {
    let files = 0;
    fc.assert(
      fc.property(randomTopology, (input) => {
        const topology = accepted(input);
        for (const { config, again } of topology === undefined ? [] : machinesOf(topology)) {
          if (isRefused(again)) continue;
          files += 1;
          assert.deepEqual(again.config, config);
          assert.deepEqual(passwordsOf(again.config), passwordsOf(config));
        }
      }),
      { seed: SEED, numRuns: 160 },
    );
    assert.ok(files > 40, `only ${files} files`);
  }).timeout(60_000);

  it("differs if a line is another, or stands elsewhere", () => {
    const [{ config, text } = assert.fail()] = machinesOf(fixture("valid-full"));
    const lines = text.split("\n");
    const changes = [
      text.replace(/priority \d+/, "priority 7"),
      text.replace(/auth_pass .*/, "auth_pass other"),
      text.replace(/weight \d+/, "weight 77"),
      lines.filter((line) => !line.includes("virtual_router_id")).join("\n"),
      text.replace("vrrp_instance", "\nvrrp_instance"),
    ];
    for (const changed of changes) {
      assert.notEqual(changed, text);
      const again = reading(config, changed);
      assert.throws(() => {
        assert.deepEqual(again.config, config);
        assert.deepEqual(passwordsOf(again.config), passwordsOf(config));
      }, changed);
    }
  });

  it("has its comments where the text has them", () => {
    for (const name of fixtureNames("valid-"))
      for (const { comments, text } of machinesOf(fixture(`valid-${name}`)))
        for (const { text: comment, at } of comments)
          assert.equal(text.split("\n")[at.line - 1], `${" ".repeat(at.column - 1)}${comment}`);
  });
});
