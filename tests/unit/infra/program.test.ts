import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../../../infra/configuration";
import type { Topology } from "../../../model/topology/topology";
import type { LabOutputs } from "../../../infra/outputs";
import { promiseOf, Recorder, settle } from "../../mocks";

type Program = { [K in keyof LabOutputs]: pulumi.Output<LabOutputs[K]> | LabOutputs[K] };

describe("the program", () => {
  let lab: Recorder;
  let program: Program;
  before(async () => {
    lab = await Recorder.start();
    pulumi.runtime.setAllConfig({ "lvs-lab:lab": "dr-keepalived", "libvirt:uri": "qemu+ssh://localhost/system" });
    // It is imported only now, because the program runs when it is loaded.
    program = require("../../../infra/index") as Program;
    await settle();
  });

  it("uses one provider with the stack's uri for all libvirt resources", () => {
    const providers = lab.resources.filter(({ type }) => type.startsWith("pulumi:providers:"));
    assert.deepEqual(
      providers.map(({ type, inputs }) => ({ type, inputs })),
      [{ type: "pulumi:providers:libvirt", inputs: { uri: "qemu+ssh://localhost/system" } }],
    );
    const others = lab.resources.filter(
      ({ type, provider }) => type.startsWith("libvirt:") && !provider.includes("::libvirt::"),
    );
    assert.deepEqual(others, []);
    assert.equal(lab.resources.filter(({ custom }) => custom).length, 33);
  });

  it("exports the lab's outputs", async () => {
    const outputs = await promiseOf(pulumi.output({ ...program }) as pulumi.Output<LabOutputs>);
    assert.deepEqual(Object.keys(program).sort(), [
      "client",
      "configuration",
      "lab",
      "nodes",
      "program",
      "realServers",
      "sshPrivateKey",
      "topology",
      "url",
      "version",
      "vip",
    ]);
    assert.equal(outputs.version, 1);
    assert.equal(outputs.lab, "dr-keepalived");
    assert.equal(outputs.vip, "192.168.10.200");
    assert.equal(outputs.url, "http://192.168.10.200/");
    assert.deepEqual(outputs.realServers, ["web1", "web2"]);
    assert.deepEqual(
      outputs.nodes.map(({ name }) => name),
      ["zhuserver", "beiserver", "web1", "web2"],
    );
    assert.match(outputs.program ?? "", /^\d+\.\d+\.\d+ [0-9a-f]{12}$/);
    // verify and drift compare with it, and it contains no secret.
    const written = JSON.parse(outputs.configuration ?? "") as Configuration;
    assert.deepEqual(Object.keys(written), ["zhuserver", "beiserver", "web1", "web2"]);
    assert.match(JSON.stringify(written.zhuserver), /auth_pass \*{8}/);
    assert.doesNotMatch(outputs.configuration ?? "", /123456/);
    const deployed = JSON.parse(outputs.topology) as Topology;
    const mac = deployed.nodes.zhuserver?.interfaces.ens33?.mac ?? "";
    assert.match(mac, /^52:54:00:/);
    assert.deepEqual(outputs.nodes[0], {
      name: "zhuserver",
      role: "director",
      domain: "dr-keepalived-zhuserver",
      address: "192.168.10.130",
      interfaces: [{ name: "ens33", segment: "lan", address: "192.168.10.130", mac }],
      ssh: "root@192.168.10.130",
      family: "debian",
      hostKey: "ssh-ed25519 public-dr-keepalived-zhuserver-host-key-generate",
    });
    assert.deepEqual(outputs.client, {
      namespace: "lvs-dr-keepalived-client",
      addresses: ["192.168.10.135", "192.168.10.136", "192.168.10.137"],
      mac: deployed.client.mac,
    });
  });

  it("marks only the key as a secret", async () => {
    for (const [name, output] of Object.entries(program)) {
      assert.equal(await pulumi.isSecret(pulumi.output(output as unknown)), name === "sshPrivateKey", name);
    }
  });

  it("exports the topology without the password", async () => {
    const { vrrp } = JSON.parse(await promiseOf(pulumi.output(program.topology))) as Topology;
    assert.deepEqual(vrrp?.authentication, { type: "PASS" });
    assert.equal(vrrp?.virtualRouterId, 10);
  });
});
