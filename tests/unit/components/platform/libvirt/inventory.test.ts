import * as assert from "node:assert/strict";
import { type Inventory, objectsIn, parseVolumes } from "../../../../../components/platform/libvirt/inventory";
import { bridgeName, domainUuid } from "../../../../../model/topology/names";

const domain = (name: string, uuid: string, pool: string): Inventory["domains"][number] => ({
  name,
  active: true,
  xml: `<domain type='qemu'><name>${name}</name><uuid>${uuid}</uuid><devices><disk type='volume'><source pool='${pool}' volume='web.qcow2' index='2'/></disk></devices></domain>`,
});
const network = (name: string, bridge: string): Inventory["networks"][number] => ({
  name,
  active: false,
  xml: `<network><name>${name}</name><uuid>net-${name}</uuid><bridge name='${bridge}' stp='on' delay='0'/></network>`,
});
const pool = (name: string, path: string): Inventory["pools"][number] => ({
  name,
  active: true,
  xml: `<pool type='dir'><name>${name}</name><uuid>pool-${name}</uuid><target><path>${path}</path></target></pool>`,
  volumes: ` web.qcow2   ${path}/web.qcow2\n`,
});
const nothing: Inventory = { domains: [], networks: [], pools: [] };
const said = (inventory: Partial<Inventory>, path?: (lab: string) => string): string[] =>
  objectsIn({ ...nothing, ...inventory }, path).flatMap(({ kind, lab, name }) =>
    lab === undefined ? [] : [`${kind} ${name} of ${lab}`],
  );

describe("the mark of a lab", () => {
  it("is a domain's uuid, the digest of its name; its disks say to which lab it belongs", () => {
    const own = domain("dr-keepalived-web1", domainUuid("dr-keepalived-web1"), "dr-keepalived");
    assert.deepEqual(said({ domains: [own] }), ["domain dr-keepalived-web1 of dr-keepalived"]);
  });

  it("is not a domain's name: another domain's name may begin like a lab's, and it may use the lab's disks", () => {
    const strange = [
      domain("dr-web1", "11111111-2222-3333-4444-555555555555", "dr"),
      domain("web1", domainUuid("web1"), "dr"),
      { name: "dr-web2", active: true, xml: `<domain><uuid>${domainUuid("dr-web2")}</uuid></domain>` },
    ];
    assert.deepEqual(said({ domains: strange }), []);
  });

  it("is a network's bridge, the digest of lab and segment, also if their names have hyphens", () => {
    const own = network("dr-two-networks-front", bridgeName("dr-two-networks", "front"));
    const other = network("dr-two-networks-back", "virbr7");
    assert.deepEqual(said({ networks: [own, other] }), ["network dr-two-networks-front of dr-two-networks"]);
  });

  it("is a pool's folder; its content belongs to the lab", () => {
    assert.deepEqual(
      said({ pools: [pool("nat", "/var/lib/libvirt/lvs-lab/nat"), pool("default", "/var/lib/libvirt/images")] }),
      ["volume web.qcow2 of nat", "pool nat of nat"],
    );
  });

  it("is not on volumes in a folder that somebody chose, which may hold other people's files", () => {
    assert.deepEqual(
      said({ pools: [pool("nat", "/srv/images")] }, () => "/srv/images"),
      ["pool nat of nat"],
    );
  });

  it("is not on what the XML of something else quotes", () => {
    const name = "dr-web1";
    const uuid = `<uuid>${domainUuid(name)}</uuid>`;
    const quoting = `<domain><metadata>${uuid}</metadata><uuid>1</uuid><devices><disk><source pool='dr'/></disk></devices></domain>`;
    assert.deepEqual(said({ domains: [{ name, active: true, xml: quoting }] }), []);
  });

  it("is one of all objects, whether they belong to a lab or not", () => {
    const all = objectsIn({
      domains: [domain("web1", "1", "other")],
      networks: [network("default", "virbr0")],
      pools: [pool("default", "/var/lib/libvirt/images")],
    });
    assert.deepEqual(all, [
      { kind: "domain", name: "web1", id: "1", active: true },
      { kind: "network", name: "default", id: "net-default", active: false },
      { kind: "volume", name: "web.qcow2", id: "/var/lib/libvirt/images/web.qcow2", active: true },
      { kind: "pool", name: "default", id: "pool-default", active: true },
    ]);
  });

  it("reads the volumes of a pool", () => {
    assert.deepEqual(parseVolumes(" a.qcow2   /x/a.qcow2\n b   /y z/b  \n\n"), [
      { name: "a.qcow2", path: "/x/a.qcow2" },
      { name: "b", path: "/y z/b" },
    ]);
  });
});
