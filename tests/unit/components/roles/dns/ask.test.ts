import * as assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { names, parseAnswer, renderQuery, UNKNOWN } from "../../../../../components/roles/dns/ask";
import { dnsServersOf } from "../../../../../model/topology/queries";
import { tryRun } from "../../../../../operations/run";
import { fixture } from "../../../../fixtures";

const ns = dnsServersOf(fixture("valid-servers"))[0] ?? assert.fail();

/** What dnsmasq answered for www.lab, and for a name that it does not have. */
const www = "4c568580000100010000000003777777036c61620000010001c00c000100010000000000040a093503";
const unknown = "4c568183000100000000000003777877036c61620000010001";

describe("what a DNS server answers", () => {
  for (const [title, hex, said] of [
    ["the address of a name", www, "10.9.53.3"],
    ["a name that it does not have", unknown, "NXDOMAIN"],
    ["a name without an address", unknown.replace("8183", "8180"), "NOERROR"],
    ["a question that it does not take", unknown.replace("8183", "8185"), "REFUSED"],
    ["a code that has no name here", unknown.replace("8183", "8189"), "code 9"],
    ["an answer that is cut off", www.slice(0, -20), "NOERROR"],
    ["another record than an address", www.replace("c00c0001", "c00c0010"), "NOERROR"],
    ["a query in place of an answer", "4c560100000100000000000003777777036c61620000010001", ""],
    ["nothing", "", ""],
    ["something else", "4c56", ""],
  ] as const)
    it(`${title}: ${said || "no answer"}`, () => {
      assert.equal(parseAnswer(hex), said);
    });

  it("is asked for by name and type, each byte in hex", () => {
    assert.equal(renderQuery("www.lab").replaceAll("\\x", ""), "4c560100000100000000000003777777036c61620000010001");
  });

  it("is asked for the address of every name, whatever its place", () => {
    const queries = names.command(ns, "10.9.53.53").slice(6);
    assert.deepEqual(
      queries,
      ["www.lab", "mail.lab", UNKNOWN].map((name) => renderQuery(name)),
    );
  });

  it("is read for each of its names, and for one that it must not know", () => {
    assert.deepEqual(names.read(ns, `${www}\n\n${unknown}\n`).names, {
      "www.lab": "10.9.53.3",
      "mail.lab": "",
      [UNKNOWN]: "NXDOMAIN",
    });
    assert.deepEqual(names.read(ns, "").names, { "www.lab": "", "mail.lab": "", [UNKNOWN]: "" });
  });

  it("comes by UDP: each query is one datagram, also with a line feed in it", async () => {
    const server = createSocket("udp4");
    const queries: string[] = [];
    server.on("message", (query, { port, address }) => {
      queries.push(query.toString("hex"));
      server.send(Buffer.from(queries.length === 2 ? unknown : www, "hex"), port, address);
    });
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const [shell = "", flag = "", program = ""] = names.command(ns, "");
      const asked = ["www.lab", "ten-octets.lab"].map((name) => renderQuery(name));
      const words = [shell, flag, program, "ask", "127.0.0.1", String(server.address().port), ...asked];
      const { stdout } = await tryRun(words);
      assert.deepEqual(stdout.split("\n"), [www, unknown, ""]);
      assert.deepEqual(
        queries,
        asked.map((query) => query.replaceAll("\\x", "")),
      );
      assert.match(queries[1] ?? "", /0a/);
    } finally {
      server.close();
    }
  });

  it("is an empty line for each query if nothing answers", async () => {
    const closed = createSocket("udp4").bind(0, "127.0.0.1");
    await once(closed, "listening");
    const { port } = closed.address();
    closed.close();
    const [shell = "", flag = "", program = ""] = names.command(ns, "");
    const query = renderQuery("www.lab");
    const { stdout } = await tryRun([shell, flag, program, "ask", "127.0.0.1", String(port), query, query]);
    assert.equal(stdout, "\n\n");
  });
});
