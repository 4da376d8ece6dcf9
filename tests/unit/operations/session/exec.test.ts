import * as assert from "node:assert/strict";
import { execute, failures, prefixed } from "../../../../operations/session/execute";
import { type RunOptions, tryRun } from "../../../../operations/run";
import { addressed } from "../../../../operations/session/targets";
import { plain } from "../../../../operations/terminal/terminal";
import { fixture, lab } from "../../../fixtures";
import { outputsOf } from "../verify/outputs";

describe("the nodes of exec", () => {
  const of = outputsOf(lab("dr-keepalived"));
  const all = ["zhuserver", "beiserver", "web1", "web2"];
  for (const [words, nodes, command] of [
    ["web1 uptime", ["web1"], "uptime"],
    ["web1 web2 uptime -p", ["web1", "web2"], "uptime -p"],
    ["director ipvsadm -L -n", ["zhuserver", "beiserver"], "ipvsadm -L -n"],
    ["web web1 ls", ["web1", "web2"], "ls"],
    ["all ls", all, "ls"],
    ["client ip address", ["client"], "ip address"],
    ["web1 -- web2 all", ["web1"], "web2 all"],
    ["web1 ls -- x", ["web1"], "ls -- x"],
  ] as const)
    it(`${words}: ${nodes.join(", ")}`, () => {
      const found =
        words === "web1 ls -- x" ? addressed(of, ["web1", "--", "ls", "--", "x"]) : addressed(of, words.split(" "));
      assert.deepEqual(found, { nodes, command: command.split(" ") });
    });

  for (const [words, said] of [
    ["web3 uptime", /^exec: got web3, need one of: all, client, director, web, zhuserver, beiserver, web1, web2$/],
    ["web1 wbe2 -- uptime", /^exec: got wbe2, need one of/],
    ["web1 web2", /^exec: got no command for web1 web2$/],
    ["web1 --", /^exec: got no command for web1$/],
    ["-- ls", /^exec: got --, need one of/],
  ] as const)
    it(`${words}: refused`, () => assert.throws(() => addressed(of, words.split(" ")), { message: said }));
});

describe("a command on several nodes", () => {
  /** A lab whose machines are all this one. A command is told on which of them it runs. */
  const session = (topology = lab("dr-keepalived")) => ({
    lab: outputsOf(topology),
    ssh: (node: string, text: string, options: RunOptions = {}) =>
      tryRun(["sh", "-c", text], { ...options, env: { NODE: node } }),
    client: (words: readonly string[], options: RunOptions = {}) =>
      tryRun(words, { ...options, env: { NODE: "namespace" } }),
  });
  type Fake = Parameters<typeof execute>[0];
  const on = (nodes: readonly string[], text: string, line?: Parameters<typeof execute>[3]) =>
    execute(session() as unknown as Fake, nodes, text, line);

  it("runs on all of them at once", async () => {
    const begin = performance.now();
    const all = await on(["web1", "web2", "zhuserver"], "sleep 1; echo $NODE");
    assert.ok(performance.now() - begin < 2900);
    assert.deepEqual(
      all.map(({ node, code, stdout }) => [node, code, stdout]),
      ["web1", "web2", "zhuserver"].map((node) => [node, 0, `${node}\n`]),
    );
  });

  it("prints each line of both streams as it comes, with its node", async () => {
    const lines: string[] = [];
    const told = prefixed(["web1", "zhuserver"], plain);
    const all = await on(["web1"], "echo one; echo two >&2; printf three", (node, text, stream) =>
      lines.push(`${stream}: ${told(node, text)}`),
    );
    assert.deepEqual(lines.sort(), ["stderr: web1      | two", "stdout: web1      | one", "stdout: web1      | three"]);
    assert.deepEqual(all, [{ node: "web1", code: 0, stdout: "", stderr: "" }]);
  });

  it("says where it failed", async () => {
    const all = await on(
      ["web1", "web2", "zhuserver"],
      '[ "$NODE" != web2 ] || exit 3; [ "$NODE" != zhuserver ] || exit 255',
    );
    assert.deepEqual(failures(all), ["web2: exit code 3", "zhuserver: exit code 255, or SSH could not reach it"]);
  });

  it("runs on the client, whether it is a guest or not", async () => {
    assert.equal((await on(["client"], "echo $NODE"))[0]?.stdout, "namespace\n");
    const guest = session(fixture("valid-client-vm"));
    assert.equal((await execute(guest as unknown as Fake, ["client"], "echo $NODE"))[0]?.stdout, "client\n");
  });
});
