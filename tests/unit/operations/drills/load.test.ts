import * as assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";
import {
  type LoadOptions,
  type Loaded,
  loadWords,
  readLoad,
  SORRY,
  startLoad,
} from "../../../../operations/drills/load/load";
import { tryRun } from "../../../../operations/run";
import { until } from "../../../../operations/wait";
import { lab } from "../../../fixtures";

const topology = lab("dr-keepalived");

/** A web server of this test: who answers, and when there has been enough. */
type Bench = {
  readonly answer: (
    seq: number,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    server: http.Server,
  ) => void;
  /** Called again and again. */
  readonly enough: (count: number, sockets: Set<Socket>) => boolean;
};

/** Loads it until there has been enough. */
async function loaded({ answer, enough }: Bench, options: Omit<LoadOptions, "url">): Promise<Loaded> {
  let count = 0;
  const server = http.createServer((request, response) => answer(count++, request, response, server));
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const stop = startLoad(tryRun, topology, { ...options, url: `http://127.0.0.1:${port}/` });
    assert.ok(await until(30, async () => enough(count, sockets)));
    return await stop();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const pages = Object.values(topology.nodes).flatMap((node) => (node.role === "web" ? [node.page] : []));

describe("the load of a drill", () => {
  it("starts every request, each on its own connection and port, whether others are answered or not", async () => {
    const ports = new Set<number>();
    let asked = 0;
    const { requests } = await loaded(
      {
        answer: (seq, request, response) => {
          asked++;
          ports.add(request.socket.remotePort ?? 0);
          // One of four gets no answer.
          if (seq % 4 !== 3) response.end(pages[seq % 2]);
        },
        enough: (count) => count > 20,
      },
      { rate: 40, held: 0 },
    );
    assert.equal(requests.length, asked);
    assert.equal(ports.size, asked);
    assert.deepEqual(
      requests.map(({ seq }) => seq),
      requests.map((_, index) => index),
    );
    const due = requests.map((one, index) => one.due - (requests[0]?.due ?? 0) - index / 40);
    assert.ok(
      due.every((off) => Math.abs(off) < 1e-5),
      "due at equal distances",
    );
    assert.ok(requests.every(({ start, end, due: wanted }) => start >= wanted && end >= start));
    const lost = requests.filter(({ by }) => by === undefined);
    assert.equal(lost.length, Math.floor(asked / 4));
    assert.deepEqual([...new Set(lost.map(({ error }) => error))], ["no answer"]);
    assert.deepEqual([...new Set(requests.flatMap(({ by }) => by ?? []))].sort(), ["web1", "web2"]);
  });

  it("tells why a request failed, and which answers are nobody's", async () => {
    let ended = Number.POSITIVE_INFINITY;
    const { requests } = await loaded(
      {
        answer: (seq, request, response, server) => {
          if (seq === 1) request.socket.destroy();
          else if (seq === 2) response.writeHead(503).end("later");
          else response.end(seq === 3 ? "another page" : pages[0]);
          if (seq !== 4) return;
          server.close();
          ended = performance.now();
        },
        enough: () => performance.now() > ended + 1000,
      },
      { rate: 20, held: 0 },
    );
    const results = requests.map(({ by, error }) => error ?? by);
    for (const wanted of [
      "web1",
      "ECONNRESET",
      "answer 503 of no real server",
      "answer 200 of no real server",
      "ECONNREFUSED",
    ])
      assert.ok(results.includes(wanted), `${wanted}: ${results.join()}`);
  });

  it("tells the sorry page from other answers that no real server gave", () => {
    const lines = [
      { answer: 0, status: 200, body: "sorry" },
      { answer: 1, status: 500, body: "sorry" },
      { answer: 2, status: 200, body: "<h1>server 142</h1>" },
      ...[0, 1, 2].map((result) => ({ seq: result, due: 0, start: 0, end: 1, result })),
    ].map((one) => JSON.stringify(one));
    assert.deepEqual(
      readLoad(lines, lab("dr-two-networks")).requests.map(({ by, error }) => by ?? error),
      [SORRY, "answer 500 of no real server", "web142"],
    );
  });

  it("keeps connections open to the end, and notices those that break", async () => {
    let cut: Socket | undefined;
    let since = 0;
    const { held } = await loaded(
      {
        answer: (_, request, response) => {
          response.end(pages[1]);
          request.socket.end();
        },
        // Connections that stay are those that are held: one of them is cut.
        enough: (_, sockets) => {
          if (cut === undefined && sockets.size >= 3) {
            cut = [...sockets][0];
            cut?.destroy();
            since = performance.now();
          }
          return cut !== undefined && performance.now() > since + 1500;
        },
      },
      { rate: 1, held: 3 },
    );
    assert.equal(held.length, 3);
    assert.deepEqual(
      held.filter(({ broken }) => broken === undefined).map(({ by }) => by),
      ["web2", "web2"],
    );
    const [broken] = held.filter((one) => one.broken !== undefined);
    assert.match(broken?.error ?? "", /closed|ECONNRESET|EPIPE/);
  });

  it("ends with an error that says why, if its program does", async () => {
    const words = loadWords({ url: "http://127.0.0.1:1/", rate: 1, held: 0 });
    const stop = startLoad((_, more) => tryRun([words[0] ?? "", "-e", "throw new Error('no room')"], more), topology, {
      url: "",
      rate: 1,
      held: 0,
    });
    await assert.rejects(stop, /the load ended with exit code 1: [^]*no room/);
  });

  it("needs an answer's text once", () => {
    const lines = [
      { answer: 0, status: 200, body: pages[0] },
      { seq: 1, due: 2, start: 2, end: 3, result: 0 },
      { seq: 0, due: 1, start: 1, end: 2, result: "ECONNREFUSED" },
    ];
    const { requests } = readLoad(
      lines.map((line) => JSON.stringify(line)),
      topology,
    );
    assert.deepEqual(requests, [
      { seq: 0, due: 1, start: 1, end: 2, error: "ECONNREFUSED" },
      { seq: 1, due: 2, start: 2, end: 3, by: "web1" },
    ]);
  });
});
