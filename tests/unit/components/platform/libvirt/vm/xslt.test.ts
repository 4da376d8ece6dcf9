import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type DomainXsltArgs, renderDomainXslt } from "../../../../../../components/platform/libvirt/vm/xslt";
import { golden, goldenFiles } from "../../../../../golden";

/** A domain in the form of provider 0.8.3 (newDomainDef, setDisks, setCmdlineArgs, setNetworkInterfaces). */
const DOMAIN = `<domain type="qemu">
  <name>dr-web1</name>
  <memory unit="MiB">512</memory>
  <vcpu placement="static">1</vcpu>
  <os>
    <type arch="x86_64" machine="pc-i440fx-10.0">hvm</type>
    <kernel>/pool/kernel</kernel>
    <initrd>/pool/initrd</initrd>
    <cmdline>console=ttyS0 root=/dev/vda rw quiet</cmdline>
  </os>
  <features>
    <pae></pae>
    <acpi></acpi>
    <apic></apic>
  </features>
  <cpu></cpu>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type="volume" device="disk">
      <driver name="qemu" type="qcow2"></driver>
      <source pool="lab" volume="web1"></source>
      <target dev="vda" bus="virtio"></target>
    </disk>
    <disk type="volume" device="disk">
      <driver name="qemu" type="raw"></driver>
      <source pool="lab" volume="web1-seed"></source>
      <target dev="vdb" bus="virtio"></target>
    </disk>
    <interface type="network">
      <mac address="52:54:00:0A:00:85"></mac>
      <source network="lan"></source>
      <model type="virtio"></model>
    </interface>
    <channel>
      <source mode="bind"></source>
      <target type="virtio" name="org.qemu.guest_agent.0"></target>
    </channel>
    <graphics type="spice" autoport="yes"></graphics>
    <rng model="virtio">
      <backend model="random">/dev/urandom</backend>
    </rng>
  </devices>
</domain>
`;

const CASES: Readonly<Record<string, DomainXsltArgs>> = {
  default: {},
  everything: { consoleLog: "/var/log/lab & {co}.log", uuid: "6f9a2d7c-0000-4000-8000-0000000000aa", emulated: 2 },
};

/** Applies a stylesheet like the provider (utils_xslt.go), with the same options. */
function transform(args: DomainXsltArgs, domain = DOMAIN): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-xslt-"));
  try {
    const files = [path.join(folder, "x.xslt"), path.join(folder, "domain.xml")] as const;
    fs.writeFileSync(files[0], renderDomainXslt(args));
    fs.writeFileSync(files[1], domain);
    return execFileSync("xsltproc", ["--nomkdir", "--nonet", "--nowrite", ...files], { encoding: "utf8" });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe("domain XSLT", () => {
  for (const [name, args] of Object.entries(CASES)) {
    it(`${name}: the domain is as before`, () => {
      golden(`vm/domain.${name}.xml`, transform(args));
    });
  }

  it("has no golden file without a case", () => {
    const found = goldenFiles("vm").filter((file) => file.startsWith("domain."));
    assert.deepEqual(
      found,
      Object.keys(CASES)
        .map((name) => `domain.${name}.xml`)
        .sort(),
    );
  });

  it("removes devices that cost boot time", () => {
    const kept = transform({}, DOMAIN.replace("<graphics", `<sound model="ich6"/><input type="tablet"/><graphics`));
    assert.doesNotMatch(kept, /<graphics|<sound|<input|spice/);
    assert.match(kept, /<video>\s*<model type="none"\/>/);
    assert.match(kept, /<controller type="usb" model="none"\/>/);
    assert.match(kept, /<rng model="virtio">/);
  });

  it("makes only the seed read-only and gives it its serial", () => {
    const [root = "", seed = ""] = [...transform({}).matchAll(/<disk [^]*?<\/disk>/g)].map(([disk]) => disk);
    assert.doesNotMatch(root, /<readonly|<serial/);
    assert.match(seed, /<readonly\/>\s*<serial>lvs-lab-seed<\/serial>/);
  });

  it("can be applied to its own result", () => {
    for (const args of Object.values(CASES))
      assert.equal(transform(args, transform(args)).replaceAll(/\s+/g, ""), transform(args).replaceAll(/\s+/g, ""));
  });

  it("names the console's log after the domain", () => {
    assert.match(transform({}), /<log file="\/var\/log\/libvirt\/qemu\/dr-web1-console.log" append="on"\/>/);
  });
});
