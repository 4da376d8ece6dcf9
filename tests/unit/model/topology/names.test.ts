import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import * as names from "../../../../model/topology/names";

const longLab = "abcdefghijklmnopqrst";
const longSegment = "abcdefghijklmnopqrstuvwxyz012345";
/** IFNAMSIZ without its final NUL. */
const interfaceNameLimit = 15;
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/);

describe("names", () => {
  it("of document 000's lab", () => {
    assert.deepEqual(
      [
        names.poolName("dr-keepalived"),
        names.domainName("dr-keepalived", "web1"),
        names.networkName("dr-keepalived", "lan"),
        names.diskName("web1"),
        names.seedName("web1"),
        names.clientNamespace("dr-keepalived", "qemu:///system"),
        names.bridgeName("dr-keepalived", "lan"),
        names.clientPort("dr-keepalived"),
        names.clientInterface,
      ],
      [
        "dr-keepalived",
        "dr-keepalived-web1",
        "dr-keepalived-lan",
        "web1.qcow2",
        "web1-seed.sh",
        "lvs-dr-keepalived-client",
        "lvs12b3d52cf8",
        "lvsc58c285a0af",
        "client0",
      ],
    );
  });
  it("of client namespaces differ per embedded libvirt and lab, because the whole host shares them", () => {
    const embedded = (netns: string): string => `qemu+unix:///system?socket=/run/${netns}/libvirt/libvirt-sock`;
    assert.equal(names.clientNamespace("a", embedded("lvs-lab")), "lvs-a-client");
    assert.equal(names.clientNamespace("a", embedded("lvs-two")), "lvs-two.a-client");
    assert.equal(names.clientNamespace("a", "qemu+ssh://host/system"), "lvs-a-client");
    fc.assert(
      fc.property(word, word, word, word, (netnsA, labA, netnsB, labB) => {
        const [a, b] = [names.clientNamespace(labA, embedded(netnsA)), names.clientNamespace(labB, embedded(netnsB))];
        assert.equal(a === b, netnsA === netnsB && labA === labB);
        assert.notEqual(a, names.clientNamespace(labA, embedded(names.defaultNetns)));
      }),
    );
    assert.notEqual(names.clientNamespace("b-c", embedded("a")), names.clientNamespace("c", embedded("a-b")));
  });
  it("of interfaces fit the kernel's limit for any lab name", () => {
    const all = [names.bridgeName(longLab, longSegment), names.clientPort(longLab), names.clientInterface];
    for (const name of all) assert.ok(name.length <= interfaceNameLimit, name);
  });
  it("of bridges and client ports differ per lab and segment", () => {
    fc.assert(
      fc.property(word, word, word, word, (labA, segmentA, labB, segmentB) => {
        const same = labA === labB && segmentA === segmentB;
        assert.equal(names.bridgeName(labA, segmentA) === names.bridgeName(labB, segmentB), same);
        assert.equal(names.clientPort(labA) === names.clientPort(labB), labA === labB);
        assert.notEqual(names.bridgeName(labA, segmentA), names.clientPort(labB));
      }),
    );
    assert.notEqual(names.bridgeName("a-b", "c"), names.bridgeName("a", "b-c"));
  });
});
