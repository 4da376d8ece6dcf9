import * as assert from "node:assert/strict";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { loadTopology } from "../../../documents/load";
import { bridgeName } from "../../../model/topology/names";
import { checkPlace, type Host, readSettings, type Settings } from "../../../infra/settings";
import { promiseOf, Recorder } from "../../mocks";

const topology = loadTopology(path.join(__dirname, "../../../labs/dr-keepalived.yaml"));
/** With a host name, so that this machine is not examined. It is this host, because the lab's client is a namespace. */
const elsewhere = { "libvirt:uri": "qemu+ssh://localhost/system" };

/** The settings of a stack with this configuration. */
async function read(config: Record<string, string>, { preview = false } = {}): Promise<Settings> {
  await Recorder.start({ preview });
  pulumi.runtime.setAllConfig({ "lvs-lab:lab": "dr-keepalived", ...elsewhere, ...config });
  return readSettings();
}

describe("the settings", () => {
  it("have defaults", async () => {
    const { topology: lab, imageDigest, cacheDir, ...rest } = await read({});
    assert.equal(lab.name, "dr-keepalived");
    assert.match(imageDigest, /^[0-9a-f]+$/);
    assert.ok(path.isAbsolute(cacheDir));
    assert.deepEqual(rest, {
      uri: elsewhere["libvirt:uri"],
      accelerator: "tcg",
      poolPath: "/var/lib/libvirt/lvs-lab/dr-keepalived",
      consoleDir: "/var/log/libvirt/qemu",
      clientNamespace: "lvs-dr-keepalived-client",
      fork: undefined,
      authPass: undefined,
      bare: false,
      bootTimeout: undefined,
      cloudImage: undefined,
      packages: undefined,
    });
  });

  it("accept a path for the lab, and the stack's values", async () => {
    const settings = await read({
      "lvs-lab:lab": "./labs/dr-keepalived.yaml",
      "lvs-lab:accelerator": "kvm",
      "lvs-lab:poolPath": "/pool",
      "lvs-lab:consoleDir": "/logs",
      "lvs-lab:bootTimeout": "20",
    });
    const { accelerator, poolPath, consoleDir, bootTimeout } = settings;
    assert.deepEqual(
      { accelerator, poolPath, consoleDir, bootTimeout },
      { accelerator: "kvm", poolPath: "/pool", consoleDir: "/logs", bootTimeout: 20 },
    );
  });

  it("accept a cloud image, with a path relative to the checkout", async () => {
    const { cloudImage } = await read({ "lvs-lab:image": "tests/fixtures/images/valid-disk.yaml" });
    assert.equal(cloudImage?.disk.source, path.join(__dirname, "../../fixtures/images/disk.img"));
  });

  it("accept the bare image", async () => {
    const [bare, complete] = [await read({ "lvs-lab:image": "bare" }), await read({})];
    assert.equal(bare.bare, true);
    assert.equal(bare.cloudImage, undefined);
    assert.notEqual(bare.imageDigest, complete.imageDigest);
  });

  it("accept a package repository in the form of the image's family", async () => {
    const { packages } = await read({ "lvs-lab:packages": "[trusted=yes] http://192.168.10.1:8000 ./" });
    assert.deepEqual(packages, { trusted: true, address: "http://192.168.10.1:8000", parts: ["./"] });
    const openEuler = { "lvs-lab:image": "tests/fixtures/images/valid-boot.yaml" };
    const dnf = await read({ ...openEuler, "lvs-lab:packages": "http://192.168.10.1/OS/" });
    assert.deepEqual(dnf.packages, { trusted: false, address: "http://192.168.10.1/OS/", parts: [] });
  });

  it("keep the VRRP password a secret", async () => {
    const { authPass } = await read({ "lvs-lab:authPass": "canary" });
    const output = pulumi.output(authPass);
    assert.equal(await pulumi.isSecret(output), true);
    assert.equal(await promiseOf(output), "canary");
  });

  const refusals: readonly [config: Record<string, string>, message: RegExp][] = [
    [{ "lvs-lab:lab": "nope" }, /lvs-lab:lab: got nope, need one of .*dr-keepalived.*, or the path of a topology file/],
    [{ "lvs-lab:lab": "labs/nope.yaml" }, /nope\.yaml: 1 problem\n {2}file: got ENOENT/],
    [
      { "lvs-lab:image": "tests/fixtures/images/invalid-checksum-md5.yaml" },
      /invalid-checksum-md5\.yaml: 1 problem\n {2}disk\.checksum: got a text/,
    ],
    [
      { "lvs-lab:packages": "http://192.168.10.1:8000" },
      /lvs-lab:packages: got http:\/\/192\.168\.10\.1:8000, need \[trusted=yes\] if it is unsigned, then the address, suite/,
    ],
    [{ "lvs-lab:packages": "http://me:topsec9@host/" }, /lvs-lab:packages: got http:\/\/…@host\/, need/],
    [{ "lvs-lab:bootTimeout": "0" }, /lvs-lab:bootTimeout: got 0, need a whole number of seconds, 1 or more/],
    [{ "lvs-lab:accelerator": "xen" }, /lvs-lab:accelerator: got xen, need kvm or tcg/],
    [{ "lvs-lab:authPass": "longer than eight" }, /lvs-lab:authPass: got a password of 17 characters/],
  ];
  for (const [config, message] of refusals) {
    it(`refuse ${JSON.stringify(config)}`, async () => {
      await assert.rejects(read(config), (error) => {
        assert.ok(pulumi.RunError.isInstance(error), "Pulumi prints the message and no stack");
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it("leave the provider unconfigured only in an offline dry run", async () => {
    const offline = { "lvs-lab:offline": "true" };
    const { uri } = await read(offline, { preview: true });
    assert.ok(pulumi.Output.isInstance(uri));
    assert.equal(await (uri as unknown as { isKnown: Promise<boolean> }).isKnown, false);
    assert.equal((await read(offline)).uri, elsewhere["libvirt:uri"]);
  });
});

describe("the place where the program runs", () => {
  const embedded = "qemu+unix:///system?socket=/run/lvs-lab/libvirt/libvirt-sock";
  const host = (more: Partial<Host> = {}): Host => ({
    exists: () => false,
    isInside: () => false,
    routes: () => [],
    ...more,
  });
  const refuses = (uri: string, on: Host, message: RegExp) =>
    assert.throws(() => checkPlace(topology, uri, on), message);

  it("must be the namespace of the embedded libvirt", () => {
    refuses(
      embedded,
      host(),
      /libvirt:uri: got the embedded libvirt, need .*namespace lvs-lab \(run eval "\$\(\.\/scripts\/lab env\)" first/,
    );
    checkPlace(topology, embedded, host({ isInside: (name) => name === "lvs-lab" }));
    refuses(
      embedded.replace("lvs-lab", "lvs-two"),
      host({ isInside: (name) => name === "lvs-lab" }),
      /namespace lvs-two/,
    );
  });

  it("is asked for its routes only if libvirt is on this machine", () => {
    const routed = host({ exists: () => true, routes: () => [{ dst: "192.168.0.0/16", dev: "eth0" }] });
    refuses(
      "qemu:///system",
      routed,
      /segments\.lan\.cidr: got 192\.168\.10\.0\/24, need a prefix to which this host has no route/,
    );
    checkPlace(topology, "qemu+ssh://localhost/system", routed);
    checkPlace(topology, embedded, host({ isInside: () => true }));
    const own = host({
      exists: () => true,
      routes: () => [{ dst: "192.168.10.0/24", dev: bridgeName("dr-keepalived", "lan") }],
    });
    checkPlace(topology, "qemu:///system", own);
  });

  it("has a bridge for the client's namespace, unless the hypervisor is another machine: then the client is a guest", () => {
    for (const uri of [
      "qemu+ssh://hypervisor/system",
      "qemu+tls://root@10.0.0.5:16514/system",
      "qemu+tcp://[fd00::5]/system",
    ]) {
      refuses(uri, host(), /client\.kind: got namespace, need vm \(the hypervisor is another machine, /);
      checkPlace({ ...topology, client: { ...topology.client, kind: "vm" } }, uri, host());
    }
    for (const uri of ["qemu+tcp://localhost/system", "qemu+ssh://root@127.0.0.1:22/system", "qemu+tcp://[::1]/system"])
      checkPlace(topology, uri, host());
  });

  it("needs other segments than another lab in the embedded libvirt's namespace", () => {
    const beside = (dev: string) => host({ isInside: () => true, routes: () => [{ dst: "192.168.10.0/24", dev }] });
    refuses(
      embedded,
      beside(bridgeName("other", "lan")),
      /segments\.lan\.cidr: got 192\.168\.10\.0\/24, .*destroy the lab that uses it, or choose another prefix/,
    );
    checkPlace(topology, embedded, beside(bridgeName("dr-keepalived", "lan")));
  });

  it("names the running embedded libvirt if lab env was forgotten", () => {
    const socket = "/run/lvs-lab/libvirt/libvirt-sock";
    refuses(
      "qemu:///system",
      host({ exists: (file) => file === socket }),
      /got qemu:\/\/\/system, where nothing listens/,
    );
    checkPlace(topology, "qemu:///system", host({ exists: () => true }));
    checkPlace(topology, "qemu:///system", host());
  });

  it("names an embedded libvirt with another name too", () => {
    const { LVS_LAB_NAMESPACE: before } = process.env;
    process.env.LVS_LAB_NAMESPACE = "lvs-ci";
    try {
      const runs = host({ exists: (file) => file === "/run/lvs-ci/libvirt/libvirt-sock" });
      refuses("qemu:///system", runs, /got qemu:\/\/\/system, where nothing listens/);
    } finally {
      delete process.env.LVS_LAB_NAMESPACE;
      if (before !== undefined) process.env.LVS_LAB_NAMESPACE = before;
    }
  });
});
