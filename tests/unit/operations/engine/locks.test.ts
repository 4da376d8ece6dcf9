import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { isHeld, parseLock, processOf, readLocks, removeLock } from "../../../../operations/engine/locks";
import { orphansOf, type Relative } from "../../../../operations/engine/orphans";

const taken = Date.parse("2026-11-21T17:00:00Z");
const lock = { file: "/locks/a.json", pid: 7, hostname: "here", timestamp: new Date(taken).toISOString() };

describe("locks of the file backend", () => {
  it("are held by a pulumi that is older than its lock", () => {
    assert.equal(
      isHeld(lock, "here", () => ({ program: "pulumi", started: taken - 2000 })),
      true,
    );
  });

  it("are not held if the process has ended, is another program, or is a later pulumi", () => {
    assert.equal(
      isHeld(lock, "here", () => undefined),
      false,
    );
    assert.equal(
      isHeld(lock, "here", () => ({ program: "bash", started: taken - 2000 })),
      false,
    );
    assert.equal(
      isHeld(lock, "here", () => ({ program: "pulumi", started: taken + 60_000 })),
      false,
    );
  });

  it("of another machine count as held, because its processes cannot be seen", () => {
    assert.equal(
      isHeld({ ...lock, hostname: "there" }, "here", () => undefined),
      true,
    );
  });

  it("have no owner if they are unfinished", () => {
    const torn = parseLock("/locks/b.json", '{"pid": 12');
    assert.equal(
      isHeld(torn, os.hostname(), () => undefined),
      false,
    );
  });

  it("are read from a folder and removed with their attributes", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-locks-"));
    try {
      const file = path.join(folder, "x.json");
      fs.writeFileSync(file, JSON.stringify({ ...lock, hostname: os.hostname(), pid: 2 ** 30 }));
      fs.writeFileSync(`${file}.attrs`, "{}");
      const [found, ...others] = readLocks(folder);
      assert.deepEqual([found?.held, found?.lock.file, others.length], [false, file, 0]);
      if (found !== undefined) removeLock(found.lock);
      assert.deepEqual(fs.readdirSync(folder), []);
      assert.deepEqual(readLocks(path.join(folder, "nowhere")), []);
      // The backend was writing this file when the disk was full. Pulumi reads it, and fails.
      const torn = path.join(folder, "y.json.18ea397099a47418.tmp");
      fs.writeFileSync(torn, "");
      assert.deepEqual(
        readLocks(folder).map(({ lock, held }) => [lock.file, held]),
        [[torn, false]],
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("knows when a process of this machine started", () => {
    const self = processOf(process.pid);
    assert.equal(self?.program, path.basename(fs.realpathSync(process.execPath)));
    assert.ok(Math.abs((self?.started ?? 0) - (Date.now() - process.uptime() * 1000)) < 3000);
    assert.equal(processOf(2 ** 30), undefined);
  });
});

describe("orphans of an engine", () => {
  const one = (pid: number, parent: number, program: string, ours = true): Relative => ({ pid, parent, program, ours });

  it("are plugins without a pulumi above them, and what they started", () => {
    const all = [
      one(1, 0, "init", false),
      one(10, 1, "pulumi-resource-command"),
      one(11, 10, "bash"),
      one(12, 11, "mmdebstrap"),
      one(20, 1, "pulumi-language-nodejs"),
      one(21, 20, "node"),
    ];
    assert.deepEqual(orphansOf(all), [10, 11, 12, 20, 21]);
  });

  it("are not those of a running engine or of another stack, and not the user's shells", () => {
    const all = [
      one(1, 0, "init", false),
      one(5, 1, "pulumi"),
      one(10, 5, "pulumi-resource-libvirt"),
      one(11, 10, "sh"),
      one(20, 1, "pulumi-resource-libvirt", false),
      one(30, 1, "bash"),
      one(31, 30, "vim"),
    ];
    assert.deepEqual(orphansOf(all), []);
  });
});
