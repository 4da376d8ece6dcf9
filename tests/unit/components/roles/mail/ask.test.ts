import * as assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { greeting } from "../../../../../components/roles/mail/ask";
import { mailServersOf } from "../../../../../model/topology/queries";
import { tryRun } from "../../../../../operations/run";
import { fixture } from "../../../../fixtures";

const mx = mailServersOf(fixture("valid-servers"))[0] ?? assert.fail();
const [shell = "", flag = "", program = ""] = greeting.command(mx, "");

describe("the greeting of a mail server", () => {
  it("is its first line, and the client takes leave", async () => {
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.write("220 mx SMTP\r\n");
      socket.on("data", (data) => heard.push(data.toString()));
      socket.on("error", () => undefined);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const { stdout } = await tryRun([shell, flag, program, "greet", "127.0.0.1", String(port)]);
      assert.equal(stdout, "220 mx SMTP\n");
      assert.deepEqual(greeting.read(mx, stdout), { greeting: "220 mx SMTP" });
    } finally {
      server.close();
    }
    await once(server, "close");
    assert.equal(heard.join(""), "QUIT\r\n");
  });

  it("is nothing where nobody listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    const { stdout } = await tryRun([shell, flag, program, "greet", "127.0.0.1", String(port)]);
    assert.deepEqual(greeting.read(mx, stdout), { greeting: "" });
  });
});
