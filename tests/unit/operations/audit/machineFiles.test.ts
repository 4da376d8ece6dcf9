import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { machineAt } from "../../../../model/plan/machineFiles";
import { readingOf } from "../../../../model/plan/site";
import { NOTHING } from "../../../../model/plan/siteFile";

describe("files beside a configuration", () => {
  let folder: string;
  let main: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-beside-"));
    main = path.join(folder, "keepalived.conf");
    fs.writeFileSync(main, "include more.conf\n");
    for (const name of ["more.conf", "other.conf"]) fs.writeFileSync(path.join(folder, name), "vrrp_instance V {\n}\n");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("may vanish after they were seen: one that nobody includes does not matter, another is empty", () => {
    const { machine } = machineAt("lb1", main);
    fs.rmSync(path.join(folder, "other.conf"));
    assert.equal(readingOf(machine, NOTHING).config.instances.length, 1);
    const { machine: again } = machineAt("lb1", main);
    fs.rmSync(path.join(folder, "more.conf"));
    assert.equal(readingOf(again, NOTHING).config.instances.length, 0);
  });

  it("are read only if the configuration needs them", () => {
    const { machine } = machineAt("lb1", main);
    const asked: string[] = [];
    const files = new Map(
      [...machine.files].map(([file, one]) => [
        file,
        {
          isExecutable: one.isExecutable,
          get text() {
            asked.push(path.basename(file));
            return one.text;
          },
        },
      ]),
    );
    readingOf({ ...machine, files }, NOTHING);
    assert.deepEqual([...new Set(asked)].sort(), ["keepalived.conf", "more.conf"]);
  });
});
