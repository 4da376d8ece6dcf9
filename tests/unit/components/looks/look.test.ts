import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lookAt, newMark, renderShow, sections } from "../../../../components/looks/look";
import { shellQuote } from "../../../../model/shellQuote";

/** A session whose only node is this machine. */
const here = {
  ssh: (_: string, command: string) =>
    Promise.resolve({ code: 0, stdout: execFileSync("sh", ["-c", command], { encoding: "utf8" }), stderr: "" }),
};

describe("a look", () => {
  it("is cut into sections, and drops what comes before the first one", () => {
    const said = "noise\n=== 1 hostname\nweb1\n\n=== 1 ipvs\n\n";
    assert.deepEqual(sections(said, "=== 1"), { hostname: "web1\n\n", ipvs: "\n" });
    assert.deepEqual(sections("", "=== 1"), {});
  });

  it("has the output of each command, and nothing of a failing one", async () => {
    const { code, part } = await lookAt(
      here,
      "web1",
      "show greeting echo 'a  b'\nshow nothing sh -c 'echo no >&2; exit 3'\n",
    );
    assert.deepEqual({ code, part }, { code: 0, part: { greeting: "a  b\n\n", nothing: "\n" } });
  });

  it("that was cut off is no answer", async () => {
    const starved: typeof here = {
      ssh: async (node, command) => ({ ...(await here.ssh(node, command)), code: 128, timedOut: true }),
    };
    assert.deepEqual(await lookAt(starved, "web1", "show hostname echo web1\n"), { code: 255, part: {} });
  });

  it("has a new mark each time", () => {
    assert.match(newMark(), /^=== [0-9a-f]{32}$/);
    assert.notEqual(newMark(), newMark());
  });

  const pages: readonly (readonly [title: string, text: string])[] = [
    ["the mark of before", "=== active\nfailed\n"],
    ["the mark of another look", `${newMark()} active\nfailed\n`],
    ["the look itself", `${renderShow(newMark())}\nshow active echo failed\n`],
    ["no newline at its end", "=== active"],
    ["nothing", ""],
  ];
  for (const [title, text] of pages) {
    it(`keeps a page whole that contains ${title}`, async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-look-"));
      try {
        const page = path.join(folder, "index.html");
        fs.writeFileSync(page, text);
        const { part } = await lookAt(here, "web1", `show page cat ${shellQuote(page)}\nshow active echo active\n`);
        assert.deepEqual(part, { page: `${text}\n`, active: "active\n\n" });
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });
  }

  it("could be misled by a page that knew its mark", () => {
    const mark = newMark();
    assert.equal(sections(`${mark} page\n${mark} active\nfailed\n`, mark).active, "failed\n");
  });
});
