import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { parse } from "yaml";
import { inventoryList, inventoryOf, inventoryText } from "../../../../operations/session/ansibleInventory";
import { proxyCommand, sshConfig, sshOptions, type Way, writeLogin } from "../../../../operations/session/login";
import { inRoot } from "../../../../operations/paths";
import { run, tryRun } from "../../../../operations/run";
import { Temporary } from "../../../../operations/temporary";
import { fixture, lab } from "../../../fixtures";
import { golden } from "../../../golden";
import { Sshd } from "../../../sshd";
import { outputsOf } from "../verify/outputs";

const way: Way = { key: "/state/ssh/dev/key", hosts: "/state/ssh/dev/known_hosts" };
const inside: Way = { ...way, proxyCommand: "nsenter --net=/run/netns/lvs-lab -- connect %h %p" };
const odd: Way = {
  key: "/a 100% odd/key",
  hosts: "/a 100% odd/known_hosts",
  proxyCommand: proxyCommand("/run/netns/x", "/a 100% odd/connect"),
};

describe("the files of a login", () => {
  it("are readable by their owner only, whatever the umask is, and are replaced as a whole", () => {
    const folder = new Temporary();
    const umask = process.umask(0);
    try {
      const of = outputsOf(lab("dr-keepalived"));
      const before = writeLogin(folder.at("ssh", "dev"), { ...of, sshPrivateKey: "before\n" });
      assert.deepEqual(writeLogin(folder.at("ssh", "dev"), of), before);
      assert.equal(fs.readFileSync(before.key, "utf8"), "PRIVATE KEY\n");
      assert.match(fs.readFileSync(before.hosts, "utf8"), /^192\.168\.10\.130 ssh-ed25519 AAAAzhuserver\n/);
      const names = fs.readdirSync(folder.at("ssh", "dev")).sort();
      assert.deepEqual(names, ["key", "known_hosts"]);
      for (const name of ["", ...names]) assert.equal(fs.statSync(folder.at("ssh", "dev", name)).mode & 0o077, 0, name);
    } finally {
      process.umask(umask);
      folder.remove();
    }
  });
});

describe("a configuration for OpenSSH", () => {
  it("names each guest after its domain, and pins its key", () => {
    golden("access/dr-keepalived.ssh_config", sshConfig(outputsOf(lab("dr-keepalived")), inside));
  });

  /** What OpenSSH itself makes of it. */
  const asked = async (text: string, host: string): Promise<Map<string, string>> => {
    const folder = new Temporary();
    try {
      fs.writeFileSync(folder.at("config"), text);
      const said = await run(["ssh", "-G", "-F", folder.at("config"), host]);
      return new Map(said.split("\n").map((line) => [line.split(" ")[0] ?? "", line.slice(line.indexOf(" ") + 1)]));
    } finally {
      folder.remove();
    }
  };

  it("is understood by OpenSSH, with odd paths too", async () => {
    const found = await asked(sshConfig(outputsOf(lab("dr-keepalived")), odd), "dr-keepalived-web1");
    assert.equal(found.get("hostname"), "192.168.10.133");
    assert.equal(found.get("user"), "root");
    assert.match(found.get("stricthostkeychecking") ?? "", /^(true|yes)$/);
    assert.match(found.get("identityfile") ?? "", /^\/a 100%%? odd\/key$/);
    assert.match(found.get("proxycommand") ?? "", /'\/a 100%% odd\/connect' %h %p$/);
  });

  it("does not change other hosts", async () => {
    const found = await asked(sshConfig(outputsOf(lab("dr-keepalived")), inside), "web1");
    assert.equal(found.get("hostname"), "web1");
    assert.equal(found.has("proxycommand"), false);
  });

  describe("with a real sshd on loopback", () => {
    const folder = new Temporary();
    const at = (name: string): string => folder.at("a 100% odd", name);
    const sshd = new Sshd(folder);
    before(async () => {
      await sshd.start();
      fs.mkdirSync(at(""), { mode: 0o700 });
      for (const name of ["key", "host.pub"]) fs.copyFileSync(folder.at(name), at(name));
      await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", at("other")]);
    });
    after(() => sshd.stop());

    /** Runs a command by the configuration; nsenter(1), which needs root and a namespace, is a stand-in. */
    const login = (hostKey: string) => {
      const of = outputsOf(fixture("valid-minimal"));
      const [node] = of.nodes;
      assert.ok(node);
      const here = { ...of, nodes: [{ ...node, address: "127.0.0.1" }] };
      fs.writeFileSync(folder.at("nsenter"), '#!/bin/sh\nshift 2\nexec "$@"\n', { mode: 0o755 });
      fs.copyFileSync(inRoot("host", "connect.cjs"), at("connect.cjs"));
      fs.writeFileSync(at("known_hosts"), `127.0.0.1 ${hostKey}\n`);
      const files: Way = {
        key: at("key"),
        hosts: at("known_hosts"),
        proxyCommand: proxyCommand("/run/netns/none", at("connect.cjs")),
      };
      fs.writeFileSync(folder.at("config"), sshConfig(here, files));
      const user = process.env.USER ?? "root";
      return tryRun(["ssh", "-F", folder.at("config"), "-p", `${sshd.port}`, "-l", user, node.domain, "cat; echo in"], {
        env: { PATH: `${folder.path}:${process.env.PATH}` },
        input: "said ",
        timeout: 15,
      });
    };
    const publicKey = (name: string): string =>
      fs
        .readFileSync(at(`${name}.pub`), "utf8")
        .split(" ")
        .slice(0, 2)
        .join(" ");

    it("logs in through the proxy command", async () => {
      const { code, stdout, stderr } = await login(publicKey("host"));
      assert.deepEqual([code, stdout], [0, "said in\n"], stderr);
    });

    it("refuses a guest with another key than the pinned one", async () => {
      const { code, stderr } = await login(publicKey("other"));
      assert.equal(code, 255);
      assert.match(stderr, /HOST IDENTIFICATION HAS CHANGED|Host key verification failed/);
    });
  });
});

describe("an inventory for Ansible", () => {
  for (const name of ["dr-keepalived", "dr-two-networks"])
    it(`groups the guests of ${name} by role`, () => {
      golden(`access/${name}.inventory.yaml`, inventoryText(inventoryOf(outputsOf(lab(name)), inside)));
    });

  it("has the same content as an inventory script's answer", () => {
    const inventory = inventoryOf(outputsOf(lab("dr-keepalived")), inside);
    golden("access/dr-keepalived.inventory.json", `${JSON.stringify(inventoryList(inventory), null, 2)}\n`);
    assert.deepEqual(parse(inventoryText(inventory)), inventory);
  });

  it("has the client where it is a guest, and no group of a host name", () => {
    const { all } = inventoryOf(outputsOf(fixture("valid-client-vm")), way);
    assert.deepEqual(Object.keys(all.children.clients?.hosts ?? {}), ["client"]);
    assert.equal(all.vars.ansible_ssh_common_args?.includes("ProxyCommand"), false);
  });

  it("gives OpenSSH its options as one word each, as a shell splits them", () => {
    const { all } = inventoryOf(outputsOf(lab("dr-keepalived")), odd);
    const { stdout } = spawnSync("sh", ["-c", `printf '%s\\n' ${all.vars.ansible_ssh_common_args}`], {
      encoding: "utf8",
    });
    const { IdentityFile: _, ...others } = sshOptions(odd);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .filter((line) => line !== "-o"),
      Object.entries(others).map(([name, value]) => `${name}=${value}`),
    );
  });
});
