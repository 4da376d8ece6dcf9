import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { parseAnswer, renderQuery } from "../../../../../components/roles/dns/ask";
import { freePorts, PROGRAM, withDaemon } from "./daemon";

const host = "127.0.0.1";

/** Sends a text or bytes to a port, and returns everything that comes until the other side closes. */
async function talk(port: number, sent: string | Buffer, { end = true } = {}): Promise<Buffer> {
  const parts: Buffer[] = [];
  const socket = connect(port, host);
  socket.on("data", (part) => parts.push(part));
  if (end) socket.end(sent);
  else socket.write(sent);
  await once(socket, "close");
  return Buffer.concat(parts);
}

const text = async (port: number, sent: string): Promise<string> => (await talk(port, sent, { end: false })).toString();

/** A query as it is sent by TCP. */
function framed(name: string, type: number): Buffer {
  const query = Buffer.from(renderQuery(name, type).replaceAll("\\x", ""), "hex");
  return Buffer.concat([Buffer.of(0, query.length), query]);
}

describe("the daemon of a server", () => {
  const [http, busy, empty, dns, smtp, tcp] = [0, 1, 2, 3, 4, 5];
  let ports: number[] = [];
  const at = (index: number): number => ports[index] ?? 0;
  const serving = async (use: () => Promise<void>): Promise<void> => {
    ports = await freePorts(6);
    const words = [`http:${at(http)}`, `http:${at(busy)}:503`, `http:${at(empty)}:204`, `dns:${at(dns)}`];
    await withDaemon(
      ["rs1", ...words, `smtp:${at(smtp)}`, `tcp:${at(tcp)}`, "--", "127.0.0.1", "10.255.255.1"],
      { protocol: "tcp", address: host, port: at(tcp) },
      use,
    );
  };

  it("shows its name on every path, with the status that it is told", () =>
    serving(async () => {
      const page = await text(at(http), "GET /any/path HTTP/1.0\r\n\r\n");
      assert.match(page, /^HTTP\/1\.1 200 [^]*\r\nContent-Length: 4\r\n[^]*\r\n\r\nrs1\n$/);
      assert.match(await text(at(busy), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"), /^HTTP\/1\.1 503 [^]*\r\n\r\nrs1\n$/);
      assert.match(await text(at(empty), "GET / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 204 [^]*Length: 0\r\n[^]*\r\n\r\n$/);
      assert.match(await text(at(http), "HEAD / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 200 [^]*Length: 4\r\n[^]*\r\n\r\n$/);
    }));

  it("answers in full to a client that sends more than is read, and to one that closes its half first", () =>
    serving(async () => {
      const long = `POST / HTTP/1.1\r\nContent-Length: 300000\r\n\r\n${"x".repeat(300_000)}`;
      assert.match((await talk(at(http), long)).toString(), /\r\n\r\nrs1\n$/);
      assert.equal((await talk(at(tcp), "")).toString(), "rs1\n");
      assert.equal((await talk(at(tcp), "who?\n")).toString(), "rs1\n");
    }));

  it("greets, takes HELO and QUIT, and refuses the rest", () =>
    serving(async () => {
      const said = await text(at(smtp), "HELO lb1\r\nehlo lb1\r\nNOOP\r\nMAIL FROM:<a@b>\r\nQUIT\r\n");
      assert.deepEqual(said.split("\r\n"), [
        "220 rs1 SMTP",
        "250 rs1",
        "250 rs1",
        "250 ok",
        "502 not known here",
        "221 bye",
        "",
      ]);
    }));

  it("answers several questions of DNS on one connection, also one that comes in pieces; an address is its own", () =>
    serving(async () => {
      const [a, soa] = [framed("www.lab", 1), framed("lab", 6)];
      const socket = connect(at(dns), host);
      const parts: Buffer[] = [];
      socket.on("data", (part) => parts.push(part));
      socket.write(Buffer.concat([a, soa.subarray(0, 5)]));
      await once(socket, "data");
      socket.end(soa.subarray(5));
      await once(socket, "close");
      const all = Buffer.concat(parts);
      const length = all.readUInt16BE(0);
      assert.equal(parseAnswer(all.subarray(2, 2 + length).toString("hex")), host);
      const second = all.subarray(2 + length);
      assert.equal(second.readUInt16BE(0), second.length - 2);
      assert.equal(parseAnswer(second.subarray(2).toString("hex")), "NOERROR");
      assert.ok(second.includes("\x03rs1"));
    }));

  it("closes on what is no question, and goes on", () =>
    serving(async () => {
      assert.equal((await talk(at(dns), Buffer.from("0003616263", "hex"))).length, 0);
      assert.equal((await talk(at(dns), framed("www.lab", 1).fill(0xff, 14))).length, 0);
      assert.equal((await talk(at(tcp), "")).toString(), "rs1\n");
    }));

  it("has a program that perl accepts", () => {
    const { status, stderr } = spawnSync("perl", ["-c", PROGRAM], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });

  for (const [words, says] of [
    [["rs1", "gopher:70"], /gopher:70: need PROTOCOL:PORT or http:PORT:STATUS/],
    [["rs1", "tcp:seven"], /tcp:seven: need PROTOCOL:PORT/],
    [[], /usage: /],
  ] as const)
    it(`refuses ${words.join(" ") || "no words"}`, () => {
      const { status, stderr } = spawnSync("perl", [PROGRAM, ...words], { encoding: "utf8" });
      assert.notEqual(status, 0);
      assert.match(stderr, says);
    });

  it("ends with the port's number where somebody else has it", async () => {
    const other = createServer().listen(0, "0.0.0.0");
    await once(other, "listening");
    try {
      const { port } = other.address() as AddressInfo;
      const { status, stderr } = spawnSync("perl", [PROGRAM, "rs1", `tcp:${port}`], { encoding: "utf8" });
      assert.notEqual(status, 0);
      assert.match(stderr, new RegExp(`port ${port}: Address already in use`));
    } finally {
      other.close();
    }
  });
});
