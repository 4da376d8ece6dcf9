import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { renderCapture } from "../../../../operations/session/capture";
import { Temporary } from "../../../../operations/temporary";
import { pause } from "../../../../operations/wait";

describe("a capture on a node", () => {
  let folder: Temporary;
  before(() => {
    folder = new Temporary();
  });
  after(() => folder.remove());

  /** Runs the script with a stand-in for tcpdump, and ends its standard input when it has begun. */
  async function capture(
    tcpdump: string,
    { filter = [] as readonly string[], env = {} as NodeJS.ProcessEnv, card = "ens33", end = true } = {},
  ): Promise<{ code: number | null; stdout: string; stderr: string; left: boolean }> {
    fs.writeFileSync(
      folder.at("tcpdump"),
      `#!/bin/sh\necho $$ >'${folder.at("pid")}'\nprintf '<%s>' "$@" >&2\n${tcpdump}\n`,
      {
        mode: 0o755,
      },
    );
    const { SSH_CONNECTION: _, ...rest } = process.env;
    const child = spawn("sh", ["-c", renderCapture(card, filter)], {
      env: { ...rest, PATH: `${folder.path}:${process.env.PATH}`, ...env },
    });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => {
      said.stdout += String(chunk);
      if (end) child.stdin.end();
    });
    child.stderr.on("data", (chunk: Buffer) => (said.stderr += String(chunk)));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    await pause(0.1);
    return { code, ...said, left: fs.existsSync(`/proc/${fs.readFileSync(folder.at("pid"), "utf8").trim()}`) };
  }

  const writes = "trap 'echo flushed; exit 0' TERM; echo packets; while :; do sleep 0.1; done";

  it("goes on until its standard input ends, writes the rest and leaves nothing", async () => {
    const { code, stdout, left } = await capture(writes);
    assert.deepEqual({ code, stdout, left }, { code: 0, stdout: "packets\nflushed\n", left: false });
  });

  it("asks for whole packets as they come, of one card, by the filter that was given", async () => {
    const { stderr } = await capture(writes, { filter: ["vrrp", "or", "(arp and not host 10.0.0.1)"] });
    assert.equal(stderr, "<-i><ens33><-n><-U><-s><0><-w><-><vrrp or (arp and not host 10.0.0.1)>");
  });

  const connection = { SSH_CONNECTION: "192.168.10.1 40022 192.168.10.133 22" };
  it("leaves out its own connection", async () => {
    const bare = await capture(writes, { env: connection });
    assert.match(bare.stderr, /<not \(host 192\.168\.10\.1 and tcp port 40022\)>$/);
    const filtered = await capture(writes, { env: connection, filter: ["tcp or udp"] });
    assert.match(filtered.stderr, /<not \(host 192\.168\.10\.1 and tcp port 40022\) and \(tcp or udp\)>$/);
  });

  it("ends with tcpdump's message and exit code if tcpdump refuses", async () => {
    const { code, stdout, stderr } = await capture("echo 'tcpdump: no such device' >&2; exit 1", { end: false });
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /no such device/);
  });

  it("never takes words of the filter for anything else", async () => {
    const { stderr } = await capture(writes, { filter: ["$(touch /nowhere)", "'; exit 3"] });
    assert.match(stderr, /<\$\(touch \/nowhere\) '; exit 3>$/);
  });

  for (const card of ["-w", "a b", "x;y", ""])
    it(`refuses the card "${card}"`, () => assert.throws(() => renderCapture(card, []), /--interface: got .*, need/));
});
