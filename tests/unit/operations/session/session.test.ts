import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Session } from "../../../../operations/session/session";
import { fixture, lab } from "../../../fixtures";
import type { Topology } from "../../../../model/topology/topology";
import type { LabOutputs } from "../../../../infra/outputs";

/** Outputs of a lab, with what a session needs. */
const outputs = (topology: Topology, client: LabOutputs["client"]): LabOutputs => ({
  version: 1,
  lab: topology.name,
  vip: "",
  url: "",
  nodes: [
    {
      name: "client",
      role: "client",
      domain: `${topology.name}-client`,
      address: "10.1.0.31",
      interfaces: [],
      ssh: "root@10.1.0.31",
      hostKey: "ssh-ed25519 AAAA",
    },
  ],
  realServers: [],
  client,
  topology: JSON.stringify(topology),
  sshPrivateKey: "key",
});

describe("where the client's commands run", () => {
  // Stand-ins: ssh runs the command by a shell, as sshd does; nsenter says which namespace it entered.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-session-"));
  const before = process.env.PATH;
  const sessions: Session[] = [];
  const session = (topology: Topology, client: LabOutputs["client"]): Session => {
    const made = new Session(outputs(topology, client), false);
    sessions.push(made);
    return made;
  };
  beforeEach(() => {
    fs.mkdirSync(folder, { recursive: true });
    const ssh = `#!/bin/sh\nfor word; do last=$word; done\nexec sh -c "$last"\n`;
    fs.writeFileSync(path.join(folder, "ssh"), ssh, { mode: 0o755 });
    fs.writeFileSync(path.join(folder, "nsenter"), `#!/bin/sh\necho "$1"\nshift 2\nexec "$@"\n`, { mode: 0o755 });
    process.env.PATH = `${folder}:${before}`;
  });
  afterEach(async () => {
    process.env.PATH = before;
    for (const one of sessions.splice(0)) await one.close();
    fs.rmSync(folder, { recursive: true });
  });
  const words = ["printf", "<%s>", "it's", "$HOME", "a b", "*", ""];
  const printed = "<it's><$HOME><a b><*><>";

  it("is its guest, with the same words as here", async () => {
    const { stdout } = await session(fixture("valid-client-vm"), { addresses: [], mac: "" }).client(words);
    assert.equal(stdout, printed);
  });

  it("is its network namespace", async () => {
    const client = { namespace: "lvs-x-client", addresses: [], mac: "" };
    const { stdout } = await session(lab("dr-keepalived"), client).client(words);
    assert.equal(stdout, `--net=/run/netns/lvs-x-client\n${printed}`);
  });

  it("gets standard input", async () => {
    const { stdout } = await session(fixture("valid-client-vm"), { addresses: [], mac: "" }).client(["cat"], {
      input: "in",
    });
    assert.equal(stdout, "in");
  });

  it("removes its key when it is closed, and leaves nothing to do for the process's end", async () => {
    const waiting = process.listenerCount("exit");
    const one = session(fixture("valid-client-vm"), { addresses: [], mac: "" });
    const keys = () => fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(`lvs-lab-${process.pid}-`));
    assert.equal(process.listenerCount("exit"), waiting + 1);
    assert.equal(keys().length, 1);
    await one.close();
    assert.equal(process.listenerCount("exit"), waiting);
    assert.deepEqual(keys(), []);
  });
});
