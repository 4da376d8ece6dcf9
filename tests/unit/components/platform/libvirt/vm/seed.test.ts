import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { renderSeed, SEED_SIZE, type SeedArgs } from "../../../../../../components/platform/libvirt/vm/seed";
import { golden, goldenFiles } from "../../../../../golden";
import { CASES, ROUTER, WEB1 } from "./identities";

/** Runs a seed's script in a folder instead of on this machine. Every absolute path leads there. */
function apply(root: string, args: SeedArgs): void {
  const script = renderSeed(args).replaceAll(/(?<![\w.])\/(etc|root|run|proc|var)\//g, `${root}/$1/`);
  // Files of the image, as image/customize makes them.
  for (const there of ["proc/sys/kernel", "var/lib/lvs-lab", "etc/systemd/network", "etc/ssh/sshd_config.d"])
    fs.mkdirSync(`${root}/${there}`, { recursive: true });
  fs.mkdirSync(`${root}/root/.ssh`, { recursive: true, mode: 0o700 });
  execFileSync("sh", ["-s"], { input: script });
  // Like lvs-lab-seed, which runs the script.
  fs.writeFileSync(`${root}/var/lib/lvs-lab/instance`, "an instance-id\n");
}

/** Every file below a folder: its path, mode and text. */
function tree(root: string): Record<string, string> {
  const files = fs.readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const seen = files.map((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    const mode = (fs.statSync(file).mode & 0o777).toString(8);
    return [`${path.relative(root, file)} ${mode}`, fs.readFileSync(file, "utf8").replaceAll(root, "")] as const;
  });
  return Object.fromEntries(seen);
}

function inFolder(test: (folder: string) => void): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-seed-"));
  try {
    test(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe("seed", () => {
  for (const [name, args] of Object.entries(CASES)) {
    it(`of ${name} is as before`, () => {
      golden(`vm/${name}.seed.sh`, `${renderSeed(args).trimEnd()}\n`);
    });
  }

  it("has no golden file without a case", () => {
    const expected = Object.keys(CASES).map((name) => `${name}.seed.sh`);
    const found = goldenFiles("vm").filter((file) => !file.startsWith("domain."));
    assert.deepEqual(found, [...expected].sort());
  });

  it("is a script that a POSIX shell can read", () => {
    for (const args of Object.values(CASES)) {
      const userData = renderSeed(args);
      assert.ok(
        userData.startsWith("#!/bin/sh\n# instance-id: "),
        "the image looks for the instance-id in the second line",
      );
      assert.equal(Buffer.byteLength(userData), SEED_SIZE, "as big as a template's, whatever it holds");
      const { status, stderr } = spawnSync("sh", ["-n"], { input: userData, encoding: "utf8" });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    }
  });

  it("writes the identity, the host key for root only", () => {
    inFolder((folder) => {
      apply(folder, WEB1);
      const files = tree(folder);
      assert.equal(files["etc/hostname 644"], "web1\n");
      assert.equal(files["etc/hosts 644"], "127.0.0.1 localhost\n192.168.10.133 web1\n");
      assert.equal(files["etc/ssh/ssh_host_ed25519_key 600"], "THE PRIVATE HOST KEY\nHAS TWO LINES\n");
      assert.equal(files["etc/ssh/ssh_host_ed25519_key.pub 644"], "ssh-ed25519 AAAAHOST web1\n");
      assert.equal(files["root/.ssh/authorized_keys 644"], "ssh-ed25519 AAAALOGIN lvs-lab\n");
      assert.equal(files["proc/sys/kernel/hostname 644"], "web1\n");
      assert.equal(fs.statSync(`${folder}/root/.ssh`).mode & 0o777, 0o700);
      assert.equal(Object.keys(files).length, 11);
      assert.equal(files["var/lib/lvs-lab/macs 644"], "52:54:00:0a:00:85\n");
    });
  });

  it("is idempotent, and leaves nothing of an earlier identity or of a stock image's host keys", () => {
    inFolder((folder) => {
      apply(folder, WEB1);
      const first = tree(folder);
      apply(folder, WEB1);
      assert.deepEqual(tree(folder), first);

      apply(folder, ROUTER);
      fs.writeFileSync(`${folder}/etc/ssh/ssh_host_rsa_key`, "stock");
      fs.chmodSync(`${folder}/etc/ssh/ssh_host_ed25519_key`, 0o644);
      apply(folder, WEB1);
      assert.deepEqual(tree(folder), first);
    });
  });

  it("keeps unusual values unchanged", () => {
    const odd = `it's "odd" $HOME \`id\` \\n %s * ; & | # ü`;
    inFolder((folder) => {
      apply(folder, { ...WEB1, authorizedKey: odd, hostPublicKey: `${odd}\n\n` });
      const files = tree(folder);
      assert.equal(files["root/.ssh/authorized_keys 644"], `${odd}\n`);
      assert.equal(files["etc/ssh/ssh_host_ed25519_key.pub 644"], `${odd}\n`);
    });
  });

  const instance = (args: SeedArgs): string => renderSeed(args).split("\n")[1] ?? "";

  it("takes the kernel's names away from the cards if one shall have another's", () => {
    const [card = assert.fail()] = WEB1.interfaces;
    const renamed = (...names: readonly string[]): readonly string[] =>
      renderSeed({ ...WEB1, interfaces: names.map((name) => ({ ...card, name })) })
        .split("\n")
        .filter((line) => line.startsWith("busybox ip link"))
        .map((line) => line.replace(/^.* dev /, ""));
    assert.deepEqual(renamed("eth1", "eth0", "eth2"), ["eth0 name card0", "eth1 name card1", "eth2 name card2"]);
    assert.deepEqual(renamed("eth1", "ens18"), ["eth0 name card0", "eth1 name card1"]);
    for (const names of [["eth0", "eth1"], ["eth1"], ["ens18", "ens19"], ["eth0.10"]])
      assert.deepEqual(renamed(...names), []);
  });

  it("names the instance on the second line, where the guest's seed unit reads it", () => {
    assert.match(instance(WEB1), /^# instance-id: web1-[0-9a-f]{16}$/);
  });

  it("makes a new instance for another identity, and the same for the same", () => {
    assert.equal(instance(WEB1), instance({ ...WEB1 }));
    const others: readonly SeedArgs[] = [
      WEB1,
      { ...WEB1, name: "web2" },
      { ...WEB1, authorizedKey: "other" },
      { ...WEB1, hostPrivateKey: "other" },
      { ...WEB1, interfaces: WEB1.interfaces.map((card) => ({ ...card, address: "192.168.10.134" })) },
      { ...WEB1, interfaces: [] },
    ];
    assert.equal(new Set(others.map(instance)).size, others.length);
  });
});
