import * as assert from "node:assert/strict";
import { parse } from "yaml";
import { renderCidata, renderCloudInit } from "../../../../../../components/platform/libvirt/vm/cloudInit";
import { golden, goldenFiles } from "../../../../../golden";
import { CASES, WEB1 } from "./identities";

/** Parses like cloud-init: PyYAML reads YAML 1.1. */
const read = (text: string): unknown => parse(text, { version: "1.1" });

describe("cloud-init", () => {
  for (const [name, args] of Object.entries(CASES)) {
    it(`of ${name} is as before`, () => {
      for (const [file, text] of Object.entries(renderCloudInit(args))) golden(`cloud-init/${name}.${file}.yaml`, text);
    });
  }

  it("has no golden file without a case", () => {
    const files = ["meta-data", "network-config", "user-data"];
    assert.deepEqual(
      goldenFiles("cloud-init"),
      Object.keys(CASES)
        .flatMap((name) => files.map((file) => `${name}.${file}.yaml`))
        .sort(),
    );
  });

  it("makes a machine with the lab's keys, no password and only the user root", () => {
    const data = renderCloudInit(WEB1)["user-data"];
    assert.ok(data.startsWith("#cloud-config\n"), "cloud-init tells by the first line what it is");
    const config = read(data) as Record<string, unknown> & { ssh_keys: Record<string, string> };
    assert.deepEqual(config.users, []);
    assert.deepEqual(
      {
        pwauth: config.ssh_pwauth,
        root: config.disable_root,
        keys: config.ssh_authorized_keys,
        old: config.ssh_deletekeys,
      },
      { pwauth: false, root: false, keys: ["ssh-ed25519 AAAALOGIN lvs-lab"], old: true },
    );
    assert.deepEqual(config.ssh_keys, {
      ed25519_private: "THE PRIVATE HOST KEY\nHAS TWO LINES\n",
      ed25519_public: "ssh-ed25519 AAAAHOST web1",
    });
    assert.doesNotMatch(data, /passwd|chpasswd|password:/);
  });

  it("names each card by its MAC, and gives it a static address and the default route", () => {
    const { ethernets } = read(renderCloudInit(CASES.router)["network-config"]) as {
      ethernets: Record<string, Record<string, unknown>>;
    };
    assert.deepEqual(Object.keys(ethernets), ["ens33", "ens37"]);
    assert.deepEqual(ethernets.ens33, {
      match: { macaddress: "52:54:00:0a:00:01" },
      "set-name": "ens33",
      addresses: ["192.168.10.1/24"],
      dhcp4: false,
      dhcp6: false,
      "accept-ra": false,
      routes: [{ to: "0.0.0.0/0", via: "192.168.10.254" }],
    });
    assert.equal(ethernets.ens37?.routes, undefined);
  });

  it("writes nothing that YAML 1.1 reads differently", () => {
    const card = { name: "on", mac: "52:54:00:12:34:56", address: "10.0.0.1", prefixLength: 24 };
    const files = renderCloudInit({ ...WEB1, name: "no", interfaces: [card] });
    assert.equal((read(files["meta-data"]) as Record<string, unknown>)["local-hostname"], "no");
    assert.equal((read(files["user-data"]) as Record<string, unknown>).hostname, "no");
    // Read as a number of base 60 it would be 41135349296.
    assert.match(files["network-config"], /macaddress: "52:54:00:12:34:56"/);
    assert.match(files["network-config"], /"on":/);
  });

  it("makes a new instance for another identity, and the same for the same", () => {
    const instance = (args: typeof WEB1): unknown =>
      (read(renderCloudInit(args)["meta-data"]) as Record<string, unknown>)["instance-id"];
    assert.match(String(instance(WEB1)), /^web1-[0-9a-f]{16}$/);
    assert.equal(instance(WEB1), instance({ ...WEB1 }));
    const others = [
      WEB1,
      { ...WEB1, authorizedKey: "other" },
      { ...WEB1, hostPrivateKey: "other" },
      { ...WEB1, interfaces: WEB1.interfaces.map((one) => ({ ...one, mac: "52:54:00:0a:00:86" })) },
    ];
    assert.equal(new Set(others.map(instance)).size, others.length);
  });

  it("is a disk with the label and the three names that cloud-init expects", () => {
    const disk = renderCidata(WEB1);
    assert.ok(disk.includes("cidata"));
    for (const name of ["user-data", "meta-data", "network-config"]) {
      assert.ok(disk.includes(name.replaceAll(/./g, "\0$&")), name);
    }
  });
});
