import * as assert from "node:assert/strict";
import { readXml } from "../../../../../components/platform/libvirt/xml";

describe("libvirt's XML", () => {
  const domain = readXml(`<?xml version='1.0'?>
<!-- WARNING: <uuid>not this one</uuid> -->
<domain type='qemu' id="4">
  <name>a &amp; &lt;b&gt; &quot;c&apos;</name>
  <metadata><x:y xmlns:x='z'><uuid>nor this</uuid></x:y></metadata>
  <uuid>007</uuid>
  <devices>
    <disk type='file'><source file='/a &amp; b'/></disk>
    <disk type='volume'><source pool='lab' volume='1.50'/></disk>
    <emulator></emulator>
  </devices>
</domain>
`);

  it("has elements at a path, in their order, each with its own attributes", () => {
    const sources = domain.all("domain", "devices", "disk", "source");
    assert.deepEqual(
      sources.map((one) => one.attribute("file") ?? one.attribute("pool")),
      ["/a & b", "lab"],
    );
    assert.equal(sources[1]?.attribute("volume"), "1.50");
    assert.equal(domain.all("domain")[0]?.attribute("id"), "4");
  });

  it("has texts as they are: numbers too, with the characters that XML escapes", () => {
    assert.equal(domain.text("domain", "uuid"), "007");
    assert.equal(domain.text("domain", "name"), `a & <b> "c'`);
    assert.equal(domain.text("domain", "devices", "emulator"), "");
  });

  it("has nothing where there is nothing", () => {
    assert.deepEqual(domain.all("domain", "disk"), []);
    assert.equal(domain.text("domain", "title"), undefined);
    assert.equal(domain.all("domain")[0]?.attribute("name"), undefined);
    assert.deepEqual(readXml("").all("domain"), []);
  });
});
