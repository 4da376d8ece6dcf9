import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Act, Hands } from "../../../../operations/drills/act";
import { Left } from "../../../../operations/drills/left";
import { tryRun } from "../../../../operations/run";

const undo: readonly Act[] = [
  { do: "run", node: "web1", command: "systemctl start apache2" },
  { do: "resume", node: "lb1" },
];

describe("what a killed drill left", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-left-"));
  after(() => fs.rmSync(folder, { recursive: true }));
  let count = 0;

  /** A note of this drill, as a process of that number and time left it. */
  function noted(pid: number, since: number): { readonly left: Left; readonly file: string } {
    const file = path.join(folder, `${++count}`, "note.json");
    const left = new Left(file);
    left.write("httpd-stop", undo);
    const written = JSON.parse(fs.readFileSync(file, "utf8")) as object;
    fs.writeFileSync(file, JSON.stringify({ ...written, pid, since }));
    return { left, file };
  }

  /** The number of a process that has ended. */
  const ended = async (): Promise<number> => Number((await tryRun(["sh", "-c", "echo $$"])).stdout);

  /** Hands that note what they do. Commands fail if they are to. */
  function hands(fails = false): { readonly made: Hands; readonly done: string[] } {
    const done: string[] = [];
    const ssh = async (node: string, command: string) => {
      done.push(`${node}: ${command}`);
      return { code: fails ? 1 : 0, stdout: "", stderr: "" };
    };
    const host = { tryResume: async (domain: string) => void done.push(`resume ${domain}`) };
    const node = (name: string) => ({ domain: `lab-${name}`, interfaces: [] });
    return { made: { session: { ssh, node }, host } as unknown as Hands, done };
  }

  it("is put back once, whatever it was", async () => {
    const { left, file } = noted(await ended(), Date.now());
    const { made, done } = hands();
    assert.ok(left.exists);
    await left.heal(made);
    assert.ok(done.includes("web1: systemctl start apache2") && done.includes("resume lab-lb1"), done.join("; "));
    assert.ok(!left.exists && !fs.existsSync(file));
    const again = hands();
    await left.heal(again.made);
    assert.deepEqual(again.done, []);
  });

  it("stays written down until it is put back", async () => {
    const { left } = noted(await ended(), Date.now());
    await assert.rejects(left.heal(hands(true).made), /web1: systemctl start apache2: exit code 1/);
    assert.ok(left.exists);
    await left.heal({ session: hands().made.session, host: undefined });
    assert.ok(left.exists, "nobody could reach the machines");
  });

  it("is left alone while its drill runs", async () => {
    const { left } = noted(process.ppid, Date.now());
    const { made, done } = hands();
    await assert.rejects(
      left.heal(made),
      new RegExp(`drill httpd-stop is running in this lab \\(process ${process.ppid}\\): wait for it`),
    );
    assert.deepEqual(done, []);
  });

  it("is put back if another process has that number by now", async () => {
    const { left } = noted(process.ppid, 0);
    const { made, done } = hands();
    await left.heal(made);
    assert.ok(done.length > 0 && !left.exists);
  });

  it("is forgotten with its lab, and a note that is cut off says nothing", async () => {
    const { left, file } = noted(await ended(), Date.now());
    fs.writeFileSync(file, '{"drill": "re');
    const { made, done } = hands();
    await left.heal(made);
    assert.deepEqual(done, []);
    left.forget();
    assert.ok(!left.exists);
    left.forget();
  });
});
