import * as assert from "node:assert/strict";
import { deployedTopology } from "../../../../operations/engine/deployedTopology";
import { checkVersion } from "../../../../operations/drift";
import { otherVersionLine, wouldChange } from "../../../../operations/engine/otherVersion";
import type { Session } from "../../../../operations/session/session";
import { shippedLabs } from "../../../../operations/topologies";
import { CHECKS, checksFor } from "../../../../operations/verify/checks";
import { type Configuration, configurationOf } from "../../../../infra/configuration";
import { DEBIAN } from "../../../../model/topology/guest";
import type { Topology } from "../../../../model/topology/topology";
import { MASKED, withoutPassword } from "../../../../model/topology/secrets";
import { programVersion } from "../../../../infra/program";
import { fixture, fixtureNames, lab } from "../../../fixtures";
import { healthyLab } from "../verify/healthy";

const written = (topology: Topology): Configuration =>
  JSON.parse(JSON.stringify(configurationOf(topology, () => DEBIAN))) as Configuration;

/** A deployed lab, with the facts that its version needs. */
const deployed = (topology: Topology, configuration?: Configuration, program?: string): Session =>
  ({ topology, configuration, guest: () => DEBIAN, lab: { lab: topology.name, program } }) as unknown as Session;

/** The same with another line in each keepalived.conf, as another version would have written it. */
const otherwise = (configuration: Configuration): Configuration =>
  JSON.parse(
    JSON.stringify(configuration).replaceAll("smtp_server 127.0.0.1", "smtp_server 127.0.0.2"),
  ) as Configuration;

describe("the topology of a deployed lab", () => {
  it("is read back unchanged, for every lab and valid fixture", () => {
    const all = [...shippedLabs(), ...fixtureNames("valid-").map((name) => fixture(`valid-${name}`))];
    for (const topology of all) {
      const text = JSON.stringify(withoutPassword(topology));
      assert.deepEqual(deployedTopology({ lab: topology.name, topology: text }), JSON.parse(text), topology.name);
    }
  });

  const whole = JSON.parse(JSON.stringify(withoutPassword(lab("dr-keepalived")))) as Record<string, object>;
  const foreign: readonly (readonly [title: string, text: string, why: RegExp])[] = [
    ["has another key", JSON.stringify({ ...whole, sites: {} }), /an unknown key/],
    ["lacks a section", JSON.stringify({ ...whole, segments: undefined }), /segments: got nothing, need/],
    ["has a value of another kind", JSON.stringify({ ...whole, vrrp: "topsec9" }), /vrrp: got a text, need/],
    [
      "carries no files of a director's own configuration",
      JSON.stringify({
        ...whole,
        nodes: { lb: { role: "director", interfaces: {}, keepalived: { file: "topsec9" } } },
      }),
      /nodes\.lb\.keepalived: got a section, need|nodes\.lb\.interfaces/,
    ],
    ["has no nodes", JSON.stringify({ ...whole, nodes: { web1: null } }), /it is not a topology/],
    ["is none", "topsec9", /it is not a topology/],
    ["is nothing", "null", /it is not a topology/],
  ];
  for (const [title, text, why] of foreign) {
    it(`that ${title} is one clear error`, () => {
      assert.throws(
        () => deployedTopology({ lab: "x", topology: text }),
        ({ message }: Error) => {
          assert.match(
            message,
            /^lab x was deployed by another version of lvs-lab, and this version cannot read it \(.*\): \.\/scripts\/lab up /,
          );
          assert.match(message, why);
          assert.doesNotMatch(message, /topsec9|\n/);
          return true;
        },
      );
    });
  }
});

describe("a lab of another version", () => {
  const topology = lab("dr-keepalived");
  const before = otherwise(written(topology));

  it("differs from a lab for which this version would write the same", () => {
    for (const one of shippedLabs())
      assert.deepEqual(wouldChange(deployed(one, written(one), "0.0.1 other")), [], one.name);
    assert.equal(otherVersionLine(deployed(topology, written(topology), "0.0.1 other")), undefined);
    // A lab of the same version needs no comparison: the same program writes the same.
    assert.deepEqual(wouldChange(deployed(topology, before, programVersion())), []);
  });

  it("is reported in one line, with what up would change", () => {
    const session = deployed(topology, before, "0.0.1 other");
    assert.deepEqual(
      wouldChange(session),
      ["zhuserver", "beiserver"].map((name) => `${name}:/etc/keepalived/keepalived.conf`),
    );
    assert.match(
      otherVersionLine(session) ?? "",
      /^dr-keepalived was deployed by another version of lvs-lab, .*: up would change zhuserver:\S+ and 1 more$/,
    );
    assert.match(otherVersionLine(deployed(topology)) ?? "", /did not record what it wrote/);
  });

  it("is judged by what that version wrote", () => {
    let judged = 0;
    for (const one of [...shippedLabs(), fixture("valid-proxies"), fixture("valid-ipvsadm")]) {
      const seen = healthyLab(one);
      const judge = (name: string, nodes: typeof seen.nodes): readonly string[] =>
        checksFor(one)
          .filter((check) => check.name === name)
          .flatMap((check) => check.judge(one, { ...seen, nodes }).problems);
      const names = CHECKS.filter(({ needs }) => needs === "nodes").map(({ name }) => name);
      for (const [node, seenThere] of Object.entries(seen.nodes)) {
        const { keepalivedConf } = seenThere;
        if (keepalivedConf === "") continue;
        const other = keepalivedConf.replace("smtp_server 127.0.0.1", "smtp_server 127.0.0.2");
        const text = { "/etc/keepalived/keepalived.conf": other };
        const untouched = { ...seen.nodes, [node]: { ...seenThere, keepalivedConf: other, deployed: text } };
        const changed = { ...seen.nodes, [node]: { ...seenThere, deployed: text } };
        const about = names.filter((name) => judge(name, seen.nodes).length === 0 && judge(name, changed).length > 0);
        judged += about.length;
        for (const name of about) assert.deepEqual(judge(name, untouched), [], `${one.name} ${name}`);
      }
    }
    assert.ok(judged > 5, `${judged}`);
  });

  it("is not repaired with what this version would write", () => {
    const running = [{ kind: "running" }] as const;
    const configured = [{ kind: "running" }, { kind: "configured" }] as const;
    const place = ["lb:/etc/keepalived/keepalived.conf"];
    checkVersion({ lab: "x" }, [], configured);
    checkVersion({ lab: "x" }, place, running);
    checkVersion({ lab: "x" }, undefined, []);
    assert.throws(
      () => checkVersion({ lab: "x" }, place, configured),
      /\.\/scripts\/lab up x instead, which would change 1 place \(lb:/,
    );
    assert.throws(() => checkVersion({ lab: "x" }, undefined, configured), /may change files/);
  });

  it("keeps no secret in its outputs", () => {
    for (const one of shippedLabs()) {
      const text = JSON.stringify(written(one));
      const pass = one.vrrp?.authentication?.pass;
      if (pass !== undefined)
        assert.ok(!text.includes(`auth_pass ${pass}`) && text.includes(`auth_pass ${MASKED}`), one.name);
    }
  });
});
