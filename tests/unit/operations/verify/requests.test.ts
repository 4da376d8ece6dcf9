import * as assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { watchCommand } from "../../../../operations/verify/outage";
import { newMark } from "../../../../components/looks/look";
import { parseResponses, renderRequests } from "../../../../operations/verify/requests";
import { takePorts } from "../../../../operations/verify/sourcePorts";

/** A folder with a stand-in for curl. */
function withCurl(script: string): { readonly folder: string; readonly env: NodeJS.ProcessEnv } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-curl-"));
  fs.writeFileSync(path.join(folder, "curl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { folder, env: { ...process.env, PATH: `${folder}:${process.env.PATH}` } };
}

describe("the client's requests", () => {
  it("are made in turn by one command, each with its limit and source, and an incomplete answer counts as none", () => {
    const { folder, env } = withCurl(`printf 'HTTP/1.1 200 OK\\r\\n\\r\\n%s\\n' "$*"; case $* in *:81/) exit 28; esac`);
    try {
      const requests = [
        { address: "10.0.0.3", port: 80 },
        { address: "10.0.0.3", port: 81, limit: 0.5 },
        { address: "10.0.0.3", port: 82, from: "10.0.0.31" },
      ];
      const mark = newMark();
      const answered = execFileSync("sh", ["-c", renderRequests(requests, mark, [10001, 10002, 10003])], {
        encoding: "utf8",
        env,
      });
      const responses = parseResponses(answered, 3, mark);
      assert.deepEqual(
        responses.map(({ status }) => status),
        [200, 0, 200],
      );
      assert.equal(
        responses[0]?.body,
        "--silent --include --insecure --noproxy * --max-time 3 --local-port 10001 http://10.0.0.3:80/",
      );
      assert.match(
        responses[2]?.body ?? "",
        /--max-time 3 --local-port 10003 --interface 10\.0\.0\.31 http:\/\/10\.0\.0\.3:82\/$/,
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("may get answers that look like a mark, or contain a NUL", () => {
    const page = `a\x00b\n\x000\x00\n=== active\n${newMark()} 0\nc`;
    const { folder, env } = withCurl(`printf 'HTTP/1.1 200 OK\\r\\n\\r\\n'; cat "$(dirname "$0")/page"`);
    try {
      fs.writeFileSync(path.join(folder, "page"), page);
      const mark = newMark();
      const requests = [80, 81].map((port) => ({ address: "10.0.0.3", port }));
      const answered = execFileSync("sh", ["-c", renderRequests(requests, mark, [10001, 10002, 10003])], {
        encoding: "utf8",
        env,
      });
      for (const { status, body } of parseResponses(answered, 2, mark))
        assert.deepEqual({ status, body }, { status: 200, body: page });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("each have an empty answer if the client itself does not answer", () => {
    assert.deepEqual(
      parseResponses("", 2, newMark()).map(({ status }) => status),
      [0, 0],
    );
  });
});

describe("source ports", () => {
  it("come again only after IPVS has forgotten them, for several commands in a row and for one that takes many", () => {
    const lastTaken = new Map<number, number>();
    for (let now = 1_800_000_000; now < 1_800_000_900; now += 3)
      for (const port of takePorts(now % 60 === 0 ? 600 : 20, now)) {
        assert.ok(port >= 10_000 && port < 32_768, `${port}`);
        const before = lastTaken.get(port);
        assert.ok(before === undefined || now - before > 120, `${port} after ${now - (before ?? 0)} s`);
        lastTaken.set(port, now);
      }
  });
});

describe("the watch over an outage", () => {
  /** What the curl of a watch does: it fails while it is down, and leaves a mark each time. */
  type Outage = { readonly begin: () => void; readonly end: () => void; readonly hasFailed: () => boolean };

  /** Watches with a curl that succeeds unless the file `down` exists. Returns the output. */
  async function watch(during: (outage: Outage) => Promise<void>, patience = 5): Promise<number> {
    const { folder, env } = withCurl(
      `at=$(dirname "$0"); [ ! -e "$at/down" ] || { : >"$at/failed"; sleep 0.05; exit 28; }`,
    );
    const at = (name: string): string => path.join(folder, name);
    try {
      const [shell = "", ...words] = watchCommand("http://10.0.0.3/", patience);
      const child = spawn(shell, words, { env });
      let printed = "";
      child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
      const closed = new Promise((resolve) => child.on("close", resolve));
      await during({
        begin: () => fs.writeFileSync(at("down"), ""),
        end: () => fs.rmSync(at("down")),
        hasFailed: () => fs.existsSync(at("failed")),
      });
      child.stdin.end();
      await closed;
      return Number(printed) / 1e6;
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }
  const pause = (seconds: number) => new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000));
  const failed = async ({ hasFailed }: Outage): Promise<void> => {
    while (!hasFailed()) await pause(0.02);
  };

  it("prints the longest time between two answers", async () => {
    const longest = await watch(async (outage) => {
      await pause(0.2);
      outage.begin();
      await failed(outage);
      await pause(0.5);
      outage.end();
      await pause(0.2);
    });
    assert.ok(longest >= 0.5 && longest < 5, `${longest}`);
  });

  it("goes on after it is told to stop until the client is served again", async () => {
    const longest = await watch(async (outage) => {
      await pause(0.2);
      outage.begin();
      await failed(outage);
      setTimeout(outage.end, 500);
    });
    assert.ok(longest >= 0.5 && longest < 5, `${longest}`);
  });

  it("ends without an answer when its time is over", async () => {
    const longest = await watch(async ({ begin }) => {
      await pause(0.2);
      begin();
      await pause(0.1);
    }, 1);
    assert.ok(longest >= 1, `${longest}`);
  });
});
