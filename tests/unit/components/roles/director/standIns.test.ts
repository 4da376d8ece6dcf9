import * as assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  NOTIFY_LOG,
  processUnit,
  renderPrepareUnit,
  renderProcessUnit,
  renderStandIn,
  standInSteps,
  standInUnits,
  turnedFile,
} from "../../../../../components/roles/director/standIns";
import type { StandIns } from "../../../../../model/topology/node";
import { golden, goldenFiles } from "../../../../golden";

const folderOf = (name: string): string =>
  path.join(__dirname, "../../../../../components/roles/director/standIns", name);

/** Everything that a configuration may need. */
const needed: StandIns = {
  scripts: ["/etc/keepalived/check_haproxy.sh", "/etc/keepalived/notify.sh", "check_dns"],
  notifies: ["/etc/keepalived/notify.sh"],
  processes: ["haproxy", "php-fpm7.4"],
  files: ["/var/run/maintenance"],
  users: ["keepalived_script", "nobody"],
};

describe("stand-ins for what a site's keepalived.conf starts", () => {
  let folder = "";
  let env: NodeJS.ProcessEnv = {};
  const log = (): string[] => {
    const file = path.join(folder, "log");
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
  };

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-stand-ins-"));
    env = {
      ...process.env,
      LVS_LAB_TURNED: path.join(folder, "turned"),
      LVS_LAB_NOTIFY_LOG: path.join(folder, "log"),
      LVS_LAB_ETC: folder,
    };
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  /** Installs the stand-in of a program, and returns its path. */
  function installed(name: string, notifies = false): string {
    const at = path.join(folder, name);
    fs.writeFileSync(at, renderStandIn(notifies).replace(/^\. .*$/m, `. '${folderOf("standIn.sh")}'`), { mode: 0o755 });
    return at;
  }
  const codeOf = (program: string, ...words: readonly string[]): number | null => {
    const { status, stdout, stderr } = spawnSync(program, words, { env, encoding: "utf8" });
    assert.equal(stdout + stderr, "");
    return status;
  };
  /** What a drill does on a machine. */
  function turn(command: readonly string[]): string {
    const file = path.join(folder, "turned", path.basename(turnedFile(command)));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, "");
    return file;
  }

  it("succeed", () => {
    const program = installed("check_haproxy.sh");
    assert.equal(codeOf(program), 0);
    assert.equal(codeOf(program, "-p", "80"), 0);
    assert.deepEqual(log(), []);
  });

  for (const words of [[], ["-p", "80"], ["--url=http://10.0.0.1:80/é x", ""]])
    it(`fail while they are turned, with the same arguments alone: ${JSON.stringify(words)}`, () => {
      const program = installed("check_haproxy.sh");
      const file = turn([program, ...words]);
      assert.equal(codeOf(program, ...words), 1);
      assert.equal(codeOf(program, ...words, "more"), 0);
      assert.equal(codeOf(installed("other.sh"), ...words), 0);
      fs.rmSync(file);
      assert.equal(codeOf(program, ...words), 0);
    });

  it("are turned by a file whose name has letters, digits and - alone", () => {
    assert.equal(turnedFile(["/etc/keepalived/check_haproxy.sh"]), "/run/lvs-lab/turned/check-haproxy-sh");
    assert.equal(turnedFile(["check_dns", "-p", "53"]), "/run/lvs-lab/turned/check-dns--p-53");
    assert.equal(turnedFile(["/x/é"]), "/run/lvs-lab/turned/--");
  });

  it("write down each call if keepalived tells them something", () => {
    const program = installed("notify.sh", true);
    assert.equal(codeOf(program, "INSTANCE", "VI 1", "MASTER", "100"), 0);
    turn([program, "INSTANCE", "VI 1", "BACKUP", "100"]);
    assert.equal(codeOf(program, "INSTANCE", "VI 1", "BACKUP", "100"), 1);
    assert.deepEqual(
      log().map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4} /, "")),
      [`${program} INSTANCE VI 1 MASTER 100`, `${program} INSTANCE VI 1 BACKUP 100`],
    );
  });

  it("write down what comes through a FIFO", async () => {
    const [program, fifo] = [installed("fifo.sh"), path.join(folder, "fifo")];
    assert.equal(spawnSync("mkfifo", [fifo]).status, 0);
    const reader = spawn(program, [fifo], { env, stdio: "ignore" });
    const ended = once(reader, "exit");
    fs.writeFileSync(fifo, 'INSTANCE "VI_1" MASTER 100\nGROUP "G" FAULT 0\n');
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(
      log().map((line) => line.slice(line.indexOf(" ") + 1)),
      [`${program} < INSTANCE "VI_1" MASTER 100`, `${program} < GROUP "G" FAULT 0`],
    );
  });

  describe("their users and log", () => {
    /** Runs the program with stand-ins for the programs that change users, and returns their calls. */
    function prepared(...users: readonly string[]): string[] {
      fs.writeFileSync(
        path.join(folder, "passwd"),
        "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n",
      );
      fs.writeFileSync(path.join(folder, "group"), "root:x:0:\nadm:x:4:\n");
      const calls = path.join(folder, "calls");
      for (const name of ["useradd", "groupadd"])
        fs.writeFileSync(path.join(folder, name), `#!/bin/sh\necho ${name} "$@" >>'${calls}'\n`, { mode: 0o755 });
      const { status, stderr } = spawnSync("sh", [folderOf("prepare.sh"), ...users], {
        env: { ...env, PATH: `${folder}:${process.env.PATH}` },
        encoding: "utf8",
      });
      assert.equal(status, 0, stderr);
      return fs.existsSync(calls) ? fs.readFileSync(calls, "utf8").split("\n").filter(Boolean) : [];
    }
    const useradd = "useradd --system --gid";
    const rest = "--no-create-home --shell /usr/sbin/nologin";

    it("are made where they are missing, a user with a group of its name", () => {
      assert.deepEqual(prepared("keepalived_script", "root"), [
        "groupadd --system keepalived_script",
        `${useradd} keepalived_script ${rest} keepalived_script`,
      ]);
    });

    it("are completed: a user's group, a group's user", () => {
      assert.deepEqual(prepared("nobody", "adm"), ["groupadd --system nobody", `${useradd} adm ${rest} adm`]);
    });

    it("have a log that every user can write to, and its lines stay", () => {
      assert.deepEqual(prepared(), []);
      const file = path.join(folder, "log");
      assert.equal(fs.statSync(file).mode & 0o777, 0o666);
      fs.writeFileSync(file, "a line\n");
      prepared();
      assert.deepEqual(log(), ["a line"]);
    });
  });

  it("are these files and units", () => {
    assert.deepEqual(
      standInSteps(needed).map((step) => ("path" in step ? step.path : "name" in step ? step.name : step.kind)),
      [
        "/usr/local/lib/lvs-lab/stand-in.sh",
        "/etc/keepalived/check_haproxy.sh",
        "/etc/keepalived/notify.sh",
        "/usr/local/bin/check_dns",
        "/usr/local/lib/lvs-lab/prepare-stand-ins.sh",
        "/etc/systemd/system/lvs-lab-stand-ins.service",
        "lvs-lab-stand-ins",
        "/var/run/maintenance",
        "/etc/systemd/system/lvs-lab-process-haproxy.service",
        "lvs-lab-process-haproxy.service",
        "/etc/systemd/system/lvs-lab-process-php-fpm7.4.service",
        "lvs-lab-process-php-fpm7.4.service",
      ],
    );
    assert.deepEqual(Object.keys(standInUnits(needed)), [
      "lvs-lab-stand-ins",
      "lvs-lab-process-haproxy.service",
      "lvs-lab-process-php-fpm7.4.service",
    ]);
    assert.equal(processUnit("a b/c"), "lvs-lab-process-a-b-c.service");
  });

  it("of a process runs under the process's name, which the kernel knows", async () => {
    const at = path.join(folder, "no-such-daemon");
    const text = renderProcessUnit("no-such-daemon").replaceAll("/usr/local/lib/lvs-lab/process/no-such-daemon", at);
    const [, before = ""] = /^ExecStartPre=(.*)$/m.exec(text) ?? [];
    const [, start = ""] = /^ExecStart=(.*) infinity$/m.exec(text) ?? [];
    const [install = "", ...words] = before.split(" ");
    assert.equal(spawnSync(install, words).status, 0);
    // spawn returns when the program has begun.
    const daemon = spawn(start, ["60"], { stdio: "ignore" });
    const ended = once(daemon, "exit");
    try {
      assert.equal(fs.readFileSync(`/proc/${daemon.pid}/comm`, "utf8"), "no-such-daemon\n");
    } finally {
      daemon.kill();
      await ended;
    }
  });

  const cases: Readonly<Record<string, () => string>> = {
    "lvs-lab-process-haproxy.service": () => renderProcessUnit("haproxy"),
    "lvs-lab-stand-ins.service": () => renderPrepareUnit(needed.users),
    "check.sh": () => renderStandIn(false),
    "notify.sh": () => renderStandIn(true),
  };
  for (const [name, render] of Object.entries(cases))
    it(name, () => {
      golden(`stand-ins/${name}`, render());
    });
  it("have no golden file without a case", () => {
    assert.deepEqual(goldenFiles("stand-ins"), Object.keys(cases).sort());
  });

  it("write where the docs say", () => {
    assert.ok(fs.readFileSync(folderOf("standIn.sh"), "utf8").includes(`:-${NOTIFY_LOG}}`));
    assert.ok(fs.readFileSync(folderOf("prepare.sh"), "utf8").includes(`:-${NOTIFY_LOG}}`));
  });
});
