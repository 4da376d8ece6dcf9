import * as assert from "node:assert/strict";
import { descriptionOf, parseSnapshot } from "../../../../../components/platform/libvirt/snapshot";

describe("a snapshot in libvirt's XML", () => {
  const xml = (description: string) =>
    `<domainsnapshot>\n  <name>a</name>\n${description}  <creationTime>1795274034</creationTime>
  <domain type='qemu'><description>lvs-lab 9999</description></domain>\n</domainsnapshot>\n`;
  const described = (text: string) => xml(`  <description>${text}</description>\n`);

  it("says when it was taken, and of which deployment", () => {
    assert.deepEqual(parseSnapshot(described(descriptionOf("0123abcd"))), {
      deployment: "0123abcd",
      taken: "2026-11-21T15:13:54.000Z",
    });
  });

  it("is ignored if it is somebody else's, or has no description of its own", () => {
    for (const other of [described("mine"), described("my lvs-lab 0123abcd"), xml(""), ""])
      assert.equal(parseSnapshot(other), undefined, other);
  });
});
