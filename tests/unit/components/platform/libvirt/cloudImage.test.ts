import * as assert from "node:assert/strict";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { tryRun } from "../../../../../operations/run";
import { inRoot } from "../../../../../operations/paths";
import { Cluster } from "../../../../../components/cluster";
import type { CloudImage } from "../../../../../model/topology/cloudImage";
import { lab as topologyOf } from "../../../../fixtures";
import { Recorder, settle } from "../../../../mocks";

const VOLUME = "libvirt:index/volume:Volume";
const DOMAIN = "libvirt:index/domain:Domain";
const SEED = "libvirt:index/combustion:Combustion";
const LOCAL = "command:local:Command";

const sha256 = (text: string): string => crypto.createHash("sha256").update(text).digest("hex");
const named = (...checksums: string[]): string => sha256(checksums.join("\n")).slice(0, 16);

const disk = {
  source: "https://images.example/debian.qcow2",
  checksum: `sha512:${"d".repeat(128)}`,
  format: "qcow2",
} as const;
const kernel = { source: "/images/vmlinuz", checksum: `sha256:${"e".repeat(64)}` };
const initrd = { source: "/images/initrd", checksum: `sha256:${"f".repeat(64)}` };

/** Registers document 000's lab on a cloud image. */
async function register(cloudImage: CloudImage): Promise<Recorder> {
  const recorder = await Recorder.start();
  new Cluster("lab", {
    topology: topologyOf("dr-keepalived"),
    imageDigest: "unused",
    cloudImage,
    cacheDir: "/cache",
    accelerator: "tcg",
    poolPath: "/pool",
    consoleDir: "/logs",
    clientNamespace: "lvs-client",
    fork: { libvirtDir: "/libvirt", templates: "/templates" },
  });
  await settle();
  return recorder;
}

describe("a cloud image in a lab", () => {
  let lab: Recorder;
  const [root, kernelName, initrdName] = [disk, kernel, initrd].map(({ checksum }) => named(checksum));
  const all = named(disk.checksum, kernel.checksum, initrd.checksum);
  before(async () => {
    lab = await register({ family: "debian", disk, boot: { kernel, initrd, device: "/dev/vda1" } });
  });

  it("replaces the guest image: nothing is built or forked, and the number of resources is the same", () => {
    assert.deepEqual(
      lab.resources.filter(({ name }) => name.startsWith("lab-image")).map(({ type, name }) => `${type} ${name}`),
      [
        "lvs-lab:index:CloudImage lab-image",
        `${LOCAL} lab-image-fetch-${all}`,
        `${VOLUME} lab-image-root-${root}`,
        `${VOLUME} lab-image-kernel-${kernelName}`,
        `${VOLUME} lab-image-initrd-${initrdName}`,
      ],
    );
    assert.equal(lab.resources.filter(({ custom }) => custom).length, 32);
  });

  it("is fetched and checked before it is uploaded", () => {
    const fetch = lab.find(LOCAL, `lab-image-fetch-${all}`);
    const { create, environment } = fetch.inputs as { create: string; environment: { FILES: string } };
    assert.equal(
      create,
      fs.readFileSync(inRoot("components", "platform", "libvirt", "cloudImage", "fetch.sh"), "utf8"),
    );
    const cached = `/cache/cloud-images/download-${root}`;
    assert.deepEqual(environment.FILES.split("\n"), [
      `${cached}\tsha512\t${"d".repeat(128)}\t${disk.source}`,
      `/images/vmlinuz\tsha256\t${"e".repeat(64)}\t`,
      `/images/initrd\tsha256\t${"f".repeat(64)}\t`,
    ]);
    const volumes = lab.ofType(VOLUME).filter(({ name }) => name.startsWith("lab-image"));
    assert.deepEqual(
      volumes.map(({ inputs }) => inputs),
      [
        { name: `root-${root}`, pool: "dr-keepalived", format: "qcow2", source: cached },
        { name: `kernel-${kernelName}`, pool: "dr-keepalived", format: "raw", source: "/images/vmlinuz" },
        { name: `initrd-${initrdName}`, pool: "dr-keepalived", format: "raw", source: "/images/initrd" },
      ],
    );
    for (const { options } of volumes) {
      assert.ok(options.dependsOn.includes(fetch.name));
      assert.deepEqual(options.ignoreChanges, ["source"]);
    }
  });

  it("starts from its kernel with its root device", () => {
    const { kernel: from, initrd: with_, cmdlines } = lab.find(DOMAIN, "lab-web1-domain").inputs;
    assert.deepEqual(
      { from, with_, cmdlines },
      {
        from: `lab-image-kernel-${kernelName}-id`,
        with_: `lab-image-initrd-${initrdName}-id`,
        cmdlines: [{ root: "/dev/vda1", console: "ttyS0", panic: "1" }, { _: "rw quiet no_timer_check" }],
      },
    );
    assert.equal(lab.find(VOLUME, "lab-web1-disk").inputs.baseVolumeId, `lab-image-root-${root}-id`);
  });

  it("gets each machine's identity by cloud-init, as a secret", () => {
    const { inputs, visible } = lab.find(SEED, "lab-web1-seed");
    assert.equal(inputs.name, "web1-cidata.iso");
    assert.equal(visible.content, "[secret]");
    const content = String(inputs.content);
    assert.match(content, /#cloud-config\nhostname: web1\n/);
    assert.match(content, /- 192\.168\.10\.133\/24\n/);
    assert.match(content, /- ssh-ed25519 public-lab-login-key-generate\n/);
    const shown = lab.resources.map(({ visible: all }) => JSON.stringify(all)).join("\n");
    assert.doesNotMatch(shown, /private lab-/);
  });

  it("has twice the guest image's time to boot", () => {
    const { inputs, options } = lab.find("command:remote:Command", "lab-web1-ready");
    assert.equal((inputs.connection as { dialErrorLimit: number }).dialErrorLimit, 1200);
    assert.equal(options.createTimeout, "1800s");
  });

  it("starts from the disk's bootloader if it has no kernel", async () => {
    const bare = await register({ family: "debian", disk });
    const volumes = bare.ofType(VOLUME).filter(({ name }) => name.startsWith("lab-image"));
    assert.deepEqual(
      volumes.map(({ name }) => name),
      [`lab-image-root-${root}`],
    );
    const keys = Object.keys(bare.find(DOMAIN, "lab-web1-domain").inputs);
    for (const key of ["kernel", "initrd", "cmdlines"]) assert.ok(!keys.includes(key), key);
  });
});

describe("fetching a cloud image", () => {
  let folder: string;
  let server: http.Server;
  let address: string;
  let asked: number;
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-fetch-"));
    asked = 0;
    server = http.createServer((request, response) => {
      asked++;
      response.statusCode = request.url === "/image" ? 200 : 404;
      response.end("an image");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    fs.rmSync(folder, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  type Line = readonly [file: string, algorithm: string, sum: string, source: string];
  const fetch = (...lines: readonly Line[]) =>
    tryRun(["sh", inRoot("components", "platform", "libvirt", "cloudImage", "fetch.sh")], {
      env: { FILES: lines.map((line) => line.join("\t")).join("\n"), LVS_LAB_NAMESPACE: "lvs-none", no_proxy: "*" },
    });
  const at = (...parts: string[]): string => path.join(folder, ...parts);

  it("accepts files with correct checksums of both kinds", async () => {
    fs.writeFileSync(at("a disk"), "disk");
    const sha512 = crypto.createHash("sha512").update("disk").digest("hex");
    const { code, stderr } = await fetch(
      [at("a disk"), "sha256", sha256("disk"), ""],
      [at("a disk"), "sha512", sha512, ""],
    );
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  });

  it("refuses a wrong checksum and shows both in one line", async () => {
    fs.writeFileSync(at("disk"), "disk");
    const wanted = "a".repeat(64);
    const { code, stderr } = await fetch([at("disk"), "sha256", wanted, ""]);
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `lvs-lab:image: ${at("disk")}: got sha256 ${sha256("disk")}, need ${wanted} (another version of the file, or a damaged one)\n`,
    );
  });

  it("downloads once", async () => {
    const line: Line = [at("cloud-images", "x"), "sha256", sha256("an image"), `${address}/image`];
    for (let round = 0; round < 2; round++) assert.deepEqual(await fetch(line), { code: 0, stdout: "", stderr: "" });
    assert.equal(fs.readFileSync(at("cloud-images", "x"), "utf8"), "an image");
    assert.equal(asked, 1);
  });

  it("keeps nothing of a download with a wrong checksum, or of a failed one", async () => {
    const wrong = await fetch([at("x"), "sha256", "a".repeat(64), `${address}/image`]);
    assert.equal(wrong.code, 1);
    assert.match(
      wrong.stderr,
      new RegExp(`^lvs-lab:image: ${address}/image: got sha256 ${sha256("an image")}, need aaaa`),
    );
    const absent = await fetch([at("x"), "sha256", "a".repeat(64), `${address}/absent`]);
    assert.notEqual(absent.code, 0);
    assert.match(absent.stderr, /404/);
    assert.deepEqual(fs.readdirSync(folder), []);
  });
});
