import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../../../../../operations/paths";
import { loadTopology } from "../../../../../../documents/load";
import { golden } from "../../../../../golden";
import { bash, Folder } from "../../../../host/folder";
import { parseHead, renderHead } from "../../../../../../components/platform/libvirt/saveFile";
import {
  type DomainDescription,
  type DomainFiles,
  renderDomain,
} from "../../../../../../components/platform/libvirt/domain";
import {
  templateFolder,
  templateName,
  templatesDir,
  templateSpecOf,
} from "../../../../../../components/platform/templateSpec";

const GUEST: DomainDescription & DomainFiles = {
  name: "dr-web1",
  uuid: "6f9a2d7c-0000-4000-8000-0000000000aa",
  generation: "00000000-0000-0000-0000-000000000000",
  memory: 512,
  vcpus: 1,
  accelerator: "tcg",
  kernel: "/pool/kernel",
  initrd: "/pool/initrd",
  cmdline: [{ console: "ttyS0", root: "/dev/vda", _: "rw quiet" }],
  disk: { pool: "lab", volume: "web1.qcow2" },
  seed: { pool: "lab", volume: "web1-seed.sh" },
  cards: [
    { mac: "52:54:00:0A:00:85", source: { network: "lan" } },
    { mac: "52:54:00:0a:00:86", source: { bridge: "br0" } },
  ],
  consoleLog: '/var/log/lab & "co".log',
};

const TEMPLATE: DomainDescription & DomainFiles = {
  ...GUEST,
  accelerator: "kvm",
  disk: { file: "/tmp/root.qcow2" },
  seed: { file: "/tmp/seed" },
  cards: [{ mac: "52:54:00:00:00:01", source: "nowhere" }],
};

describe("the domain of a saved memory", () => {
  for (const [name, domain] of Object.entries({ guest: GUEST, template: TEMPLATE })) {
    it(`of a ${name} is as before, and XML`, () => {
      const xml = renderDomain(domain);
      execFileSync("xmllint", ["--noout", "-"], { input: xml });
      golden(`fork/${name}.xml`, xml);
    });
  }
});

describe("libvirt's file of a saved domain", () => {
  for (const head of [{ xml: "<domain/>" }, { xml: "<domain>ü</domain>", cookie: "<cookie/>" }]) {
    it(`is read as it was written, ${"cookie" in head ? "with" : "without"} a cookie`, () => {
      const file = Buffer.concat([renderHead(head), Buffer.from("QEVM stream")]);
      const { streamAt, ...read } = parseHead(file);
      assert.deepEqual(read, head);
      assert.equal(file.toString("latin1", streamAt), "QEVM stream");
    });
  }

  const good = renderHead({ xml: "<domain/>" });
  const patched = (at: number, value: number): Buffer => {
    const file = Buffer.from(good);
    file.writeUInt32LE(value, at);
    return file;
  };
  const refusals: readonly [what: string, file: Buffer, message: RegExp][] = [
    ["nothing", Buffer.alloc(0), /no saved domain/],
    ["a file that libvirt has not finished", Buffer.from("LibvirtQemudPart".padEnd(200)), /no saved domain/],
    ["another version", patched(16, 3), /version 3, format 0: need 2, 0/],
    ["a compressed stream", patched(28, 1), /version 2, format 1/],
    ["a file without its end", good.subarray(0, -1), /cut off/],
  ];
  for (const [what, file, message] of refusals) {
    it(`is refused: ${what}`, () => {
      assert.throws(() => parseHead(file), message);
    });
  }
});

describe("the shape of a guest", () => {
  it("contains everything on which its memory depends", () => {
    const { web1 } = loadTopology(inRoot("labs", "dr-keepalived.yaml")).nodes;
    assert.ok(web1);
    assert.equal(templateName(templateSpecOf(web1, "tcg")), "tcg-512m-1c-1n");
    assert.equal(templateName({ accelerator: "kvm", memory: 1024, vcpus: 2, cards: 3 }), "kvm-1024m-2c-3n");
    assert.equal(
      templateFolder(templatesDir("/cache", "d1"), templateSpecOf(web1, "kvm")),
      "/cache/templates/d1/kvm-512m-1c-1n",
    );
  });
});

describe("host/fork place", () => {
  let folder: Folder;
  const version = execFileSync(inRoot("host", "fork"), ["version", "tcg"], { encoding: "utf8" });
  beforeEach(() => {
    folder = new Folder();
    fs.mkdirSync(folder.at("template"));
    fs.writeFileSync(folder.at("template", "made-with"), version);
    fs.writeFileSync(folder.at("template", "memory"), "QEVM stream");
    execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", folder.at("root"), "1M"]);
    // The path of its backing file exists only on the hypervisor.
    execFileSync("qemu-img", [
      "create",
      "-q",
      "-u",
      "-f",
      "qcow2",
      "-F",
      "qcow2",
      "-b",
      "/no/root",
      folder.at("disk"),
      "1M",
    ]);
  });
  afterEach(() => {
    folder.remove();
  });

  const save = (): string => folder.at("save", "web1.save");
  const place = (environment: Readonly<Record<string, string>> = {}) => {
    const settings = { ACCELERATOR: "tcg", TEMPLATE: folder.at("template"), DISK: folder.at("disk"), SAVE: save() };
    fs.writeFileSync(folder.at("head"), renderHead({ xml: renderDomain(GUEST) }).toString("base64"));
    const script = folder.script("run", `exec ${inRoot("host", "fork")} place <${folder.at("head")}`);
    return bash(script, [], { ...settings, ...environment });
  };

  it("writes a file that libvirt restores, each time with a new generation", async () => {
    const generations = new Set<string | undefined>();
    for (const _ of [1, 2]) {
      assert.deepEqual(await place(), { code: 0, stdout: "forks from template\n", stderr: "" });
      const file = fs.readFileSync(save());
      const { xml, streamAt } = parseHead(file);
      const generation = /<genid>(.*)<\/genid>/.exec(xml)?.[1];
      generations.add(generation);
      assert.equal(xml, renderDomain({ ...GUEST, generation: generation ?? "" }));
      assert.equal(file.toString("latin1", streamAt), "QEVM stream");
    }
    assert.equal(generations.size, 2);
    assert.deepEqual(fs.readdirSync(path.dirname(save())), ["web1.save"]);
  });

  const reasons: readonly [what: string, prepare: () => Readonly<Record<string, string>>, why: RegExp][] = [
    [
      "no template",
      () => ({ TEMPLATE: folder.at("tcg-1m-1c-1n") }),
      /there is no template of its shape \(tcg-1m-1c-1n\) yet/,
    ],
    ["another accelerator", () => ({ ACCELERATOR: "kvm" }), /the template was made with QEMU .*; tcg/],
    [
      "a template of another QEMU",
      () => (fs.writeFileSync(folder.at("template", "made-with"), "QEMU 1; libvirt 1; tcg\n"), {}),
      /the template was made with QEMU 1; libvirt 1; tcg/,
    ],
    [
      "a disk that was written to",
      () => (
        execFileSync("qemu-io", ["-c", "write 0 4k", "-f", "qcow2", folder.at("root")]), { DISK: folder.at("root") }
      ),
      /its disk has been used before/,
    ],
    ["no disk", () => ({ DISK: folder.at("none") }), /its disk cannot be read/],
  ];
  for (const [what, prepare, why] of reasons) {
    it(`says why the guest boots: ${what}`, async () => {
      fs.mkdirSync(path.dirname(save()));
      fs.writeFileSync(save(), "of an earlier guest");
      const { code, stdout } = await place(prepare());
      assert.equal(code, 0);
      assert.match(stdout, /^boots: /);
      assert.match(stdout, why);
      assert.equal(fs.existsSync(save()), false);
    });
  }
});
