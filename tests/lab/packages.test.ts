import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";
import { cacheDir, embeddedNetns, inRoot } from "../../cli/paths";
import { run } from "../../cli/run";
import { byHand, endLabs, lab, labShown, leftovers, refuseRunningLab, said, state } from "./lab";

const port = 8000;
/** The first host of each lab's segment is the embedded libvirt's end of it. */
const labs = { "dr-keepalived": "192.168.10.1", "dr-ipvsadm-nfs": "192.168.16.1" } as const;

/** Serves a folder inside the embedded libvirt's namespace, and so on every segment of every lab. The returned function stops it. */
async function serve(folder: string): Promise<() => Promise<void>> {
  const words = [`--net=${embeddedNetns}`, "python3", "-m", "http.server", "--directory", folder, String(port)];
  const server: ChildProcess = spawn("nsenter", words, { stdio: "ignore" });
  const gone = new Promise<void>((resolve) => server.on("exit", () => resolve()));
  await setTimeout(2000);
  assert.equal(server.exitCode, null, "python3 -m http.server ended");
  return async () => {
    server.kill();
    await gone;
  };
}

/** Labs on a Debian without the packages of their roles, in a network without a way out. The tests run in order. */
for (const [name, host] of Object.entries(labs)) {
  describe(`${name} on the bare image, packages from its own segment`, () => {
    const source = `[trusted=yes] http://${host}:${port} ./`;
    let repository: string;
    let stop: (() => Promise<void>) | undefined;

    before(async () => {
      await refuseRunningLab();
      const built = await run([inRoot("image", "build"), "--bare", cacheDir], { show: "errors" });
      ({ packages: repository } = JSON.parse(built) as { packages: string });
      const set = `pulumi config set lvs-lab:image bare; pulumi config set lvs-lab:packages '${source}'`;
      const configured = await byHand(set, name);
      assert.equal(configured.code, 0, said(configured));
    });

    after(async () => {
      await stop?.();
      await endLabs([name]);
    });

    if (name === "dr-keepalived") {
      const refused = async (reason: RegExp) => {
        const result = await lab("up", name);
        assert.notEqual(result.code, 0);
        const errors = said(result).match(/lvs-lab: web\d: cannot install .*/g) ?? [];
        assert.ok(errors.length > 0, said(result));
        for (const error of errors) {
          assert.ok(error.includes(`cannot install apache2 from ${source}: `), error);
          assert.match(error, reason);
        }
      };

      it("says which machine lacks which packages if the repository does not answer", () =>
        refused(/Failed to fetch http:\/\/192\.168\.10\.1:8000\/\S* .*connect/i));

      it("says which machine lacks which packages if the repository does not have them", async () => {
        const folder = path.join(state, "repository");
        fs.mkdirSync(folder);
        const index = fs.readFileSync(path.join(repository, "Packages"), "utf8");
        fs.writeFileSync(path.join(folder, "Packages"), index.replace(/^Package: apache2\n[^]*?\n\n/m, ""));
        const stopOther = await serve(folder);
        try {
          await refused(/: Unable to locate package apache2$/);
        } finally {
          await stopOther();
        }
      });
    }

    it("installs what its roles need, and verifies", async () => {
      stop = await serve(repository);
      assert.equal((await labShown("up", name)).code, 0);
    });

    it("needs no repository any more: a second up by hand changes nothing, and nothing is half installed", async () => {
      await stop?.();
      stop = undefined;
      const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", name);
      assert.equal(result.code, 0, said(result));
      const looked = await lab(
        "ssh",
        "--lab",
        name,
        "web1",
        "systemctl --failed --quiet; dpkg --audit; cat /etc/apt/sources.list.d/lvs-lab.list",
      );
      assert.equal(looked.stdout, `deb ${source}\n`);
    });

    it("destroys everything", async () => {
      const result = await lab("destroy", name);
      assert.equal(result.code, 0, said(result));
      assert.deepEqual(await leftovers(new RegExp(`${name}|qcow2|\\blogs\\b`)), []);
    });
  });
}
