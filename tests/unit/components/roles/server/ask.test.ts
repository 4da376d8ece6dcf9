import * as assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { askWords, parseAnswers, type Question, whoAnswered } from "../../../../../components/roles/server/ask";
import { ask, freePorts, LOOPBACKS, withDaemon } from "./daemon";

const hex = (text: string): string => Buffer.from(text).toString("hex");
const at = { address: "10.9.9.1", port: 80 };

/** What the daemon answers to a question for a text, and the same with a name that is cut off. */
const text = "4c56858000010001000000000a6e616d652d6f662d6d650000100001c00c0010000100000000000403727331";

describe("who answered, in a word", () => {
  for (const [answer, word] of [
    [{ name: "rs1" }, "rs1"],
    [{ name: "rs1", status: 503 }, "rs1"],
    [{ name: "", status: 204 }, "status 204"],
    [{ error: "Connection refused" }, "(Connection refused)"],
  ] as const)
    it(word, () => assert.equal(whoAnswered(answer), word));
});

describe("which server answered", () => {
  for (const [title, question, line, answer] of [
    ["a line", { protocol: "tcp", ...at }, hex("rs1\n"), { name: "rs1" }],
    ["a datagram", { protocol: "udp", ...at }, hex("rs1\n"), { name: "rs1" }],
    ["a page", { protocol: "http", ...at }, hex("rs1\n200"), { name: "rs1", status: 200 }],
    ["a page with another status", { protocol: "https", ...at }, hex("rs1\r\nmore\n503"), { name: "rs1", status: 503 }],
    ["a page without a final newline", { protocol: "http", ...at }, hex("rs1200"), { name: "rs1", status: 200 }],
    ["an empty page", { protocol: "http", ...at }, hex("204"), { name: "", status: 204 }],
    ["a greeting", { protocol: "smtp", ...at }, hex("220 rs1 SMTP\r\n"), { name: "rs1" }],
    ["a record", { protocol: "dns", ...at }, text, { name: "rs1" }],
    ["a record by TCP", { protocol: "dns", transport: "tcp", ...at }, `002c${text}`, { name: "rs1" }],
    ["another greeting", { protocol: "smtp", ...at }, hex("421 busy\r\n"), { error: 'it says "421 busy"' }],
    ["nothing", { protocol: "udp", ...at }, "", { error: "no answer" }],
    [
      "a complaint of bash",
      { protocol: "tcp", ...at },
      " environment: connect: Connection refused environment: /dev/tcp/10.9.9.1/80: Connection refused",
      { error: "Connection refused" },
    ],
    [
      "a complaint of dd",
      { protocol: "udp", ...at },
      " dd: error reading 'standard input': Connection refused",
      { error: "Connection refused" },
    ],
    [
      "a complaint of curl",
      { protocol: "http", ...at },
      `${hex("000")} curl: (7) Failed to connect to 10.9.9.1 port 80 after 0 ms: Couldn't connect to server`,
      { error: "Failed to connect to 10.9.9.1 port 80 after 0 ms: Couldn't connect to server" },
    ],
  ] as const satisfies readonly (readonly [string, Question, string, object])[])
    it(`${title}: ${JSON.stringify(answer)}`, () => {
      assert.deepEqual(parseAnswers([question], `${line}\n`), [answer]);
    });

  it("is no answer where the command printed nothing", () => {
    assert.deepEqual(parseAnswers([{ protocol: "tcp", ...at }], ""), [{ error: "no answer" }]);
  });

  it("is asked by URL with an IPv6 address in brackets", () => {
    assert.deepEqual(askWords([{ protocol: "https", address: "2001:db8::1", port: 443 }]).slice(4), [
      "5",
      "curl",
      "https://[2001:db8::1]:443/",
    ]);
  });

  it("comes by every protocol and both families", async () => {
    const [tcp = 0, udp = 0, http = 0, busy = 0, dns = 0, smtp = 0] = await freePorts(6);
    const words = [`tcp:${tcp}`, `udp:${udp}`, `http:${http}`, `http:${busy}:503`, `dns:${dns}`, `smtp:${smtp}`];
    const questions = LOOPBACKS.flatMap((address): Question[] => [
      { protocol: "tcp", address, port: tcp },
      { protocol: "udp", address, port: udp },
      { protocol: "http", address, port: http },
      { protocol: "http", address, port: busy },
      { protocol: "dns", address, port: dns },
      { protocol: "dns", address, port: dns, transport: "tcp" },
      { protocol: "smtp", address, port: smtp },
    ]);
    const name = { name: "rs1" };
    const answers = [name, name, { ...name, status: 200 }, { ...name, status: 503 }, name, name, name];
    await withDaemon(["rs1", ...words, "--", ...LOOPBACKS], questions[0] ?? assert.fail(), async () => {
      assert.deepEqual(
        await ask(questions),
        LOOPBACKS.flatMap(() => answers),
      );
    });
  });

  it("says why nobody does, without the answers of others", async () => {
    const [closed = 0] = await freePorts(1);
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    try {
      const { port } = silent.address() as AddressInfo;
      const address = "127.0.0.1";
      const answers = await ask(
        [
          { protocol: "tcp", address, port: closed },
          { protocol: "udp", address, port: closed },
          { protocol: "http", address, port: closed },
          { protocol: "tcp", address, port },
        ],
        1,
      );
      assert.deepEqual(
        [answers[0], answers[1], answers[3]],
        [{ error: "Connection refused" }, { error: "Connection refused" }, { error: "no answer" }],
      );
      assert.match("error" in (answers[2] ?? {}) ? JSON.stringify(answers[2]) : "", /connect/i);
    } finally {
      silent.close();
    }
  });
});
