import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { embeddedNetns, inRoot } from "../../operations/paths";
import { run, tryRun } from "../../operations/run";
import { byHand, failures, lab, said, state } from "./lab";
import { opened } from "./proofs/dr-keepalived";
import { advert, send } from "./rogue";
import { until } from "../../operations/wait";

const vip = "192.168.10.200";
const flush = "nft flush ruleset";
const load = "nft --file /etc/nftables.conf";

const ssh = async (node: string, command: string): Promise<string> => {
  const result = await lab("ssh", node, command);
  assert.equal(result.code, 0, said(result));
  return result.stdout;
};

/** Attacks on dr-keepalived's running lab. */
export function securityTests(): void {
  it("negative control: flushed rules, a stray listener, a password, an sshd that accepts passwords", async () => {
    const conf = "/etc/ssh/sshd_config.d/00-stray.conf";
    const stray = "setsid -f sh -c 'echo $$ >/run/stray; exec socat TCP-LISTEN:4444 STDOUT' </dev/null >/dev/null 2>&1";
    await ssh("web1", `cp -p /etc/shadow /root/shadow; ${flush}; ${stray}`);
    await ssh("web1", `echo PasswordAuthentication yes >${conf}; sed -i 's/^root:[^:]*:/root::/' /etc/shadow`);
    const checks = opened.flatMap((check) => ["--only", check]);
    try {
      const broken = await lab("verify", "--json", "--settle", "1", ...checks);
      assert.equal(broken.code, 1, said(broken));
      const problems = Object.values(failures(broken.stdout)).flat();
      assert.deepEqual(problems, [
        "web1: nftables has no table inet lvs-lab: everything comes in",
        "web1: listens on tcp 4444, which its role does not use",
        "web1: sshd's passwordauthentication is yes, must be no",
        "web1: root's password is usable, must be locked",
      ]);
    } finally {
      await ssh("web1", `${load}; kill "$(cat /run/stray)"; rm ${conf}; mv /root/shadow /etc/shadow`);
    }
    const mended = await lab("verify", "--json", ...checks);
    assert.equal(mended.code, 0, said(mended));
  });

  it("adverts with priority 255 from a web server that knows the password do not move the VIP; without the firewall's rules they do", async () => {
    const forged = advert({ virtualRouterId: 10, priority: 255, addresses: [vip], password: "123456" });
    const looks = 6;
    /** How often the MASTER had the VIP while the adverts came. */
    const held = async (): Promise<number> => {
      const look = `for n in $(seq ${looks}); do ip -4 -brief address show dev ens33; sleep 1; done`;
      const [seen] = await Promise.all([ssh("zhuserver", look), ssh("web1", send(forged, "192.168.10.133", looks))]);
      return seen.split("\n").filter((line) => line.includes(`${vip}/32`)).length;
    };
    const both = (command: string) => Promise.all(["zhuserver", "beiserver"].map((node) => ssh(node, command)));
    assert.equal(await held(), looks);
    await both(flush);
    try {
      assert.ok((await held()) < looks, "the adverts do not even reach an open director");
    } finally {
      await both(load);
    }
    await until(30, async () => (await ssh("zhuserver", "ip -4 -brief address show dev ens33")).includes(vip));
    const verified = await lab("verify", "--json", "--only", "firewall", "--only", "one-master");
    assert.equal(verified.code, 0, said(verified));
  });

  it("a swapped host key is refused before anybody logs in, by ssh, verify and up", async () => {
    const key = "/etc/ssh/ssh_host_ed25519_key";
    const logins = "journalctl -u ssh -o cat | grep -c '^Accepted publickey'";
    const privateKey = path.join(fs.mkdtempSync(path.join(state, "key-")), "key");
    fs.writeFileSync(privateKey, await outputs("sshPrivateKey"), { mode: 0o600 });
    // A client that does not check the key gets in: count it.
    const careless = (command: string) =>
      run(
        [
          ...["nsenter", `--net=${embeddedNetns}`, "ssh", "-F", "none", "-i", privateKey, "-o", "LogLevel=ERROR"],
          ...["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "root@192.168.10.134", command],
        ],
        { timeout: 60 },
      );
    const before = Number(
      await ssh(
        "web2",
        `mkdir /root/own && mv ${key} ${key}.pub /root/own && ssh-keygen -q -t ed25519 -N '' -f ${key} && systemctl restart ssh; ${logins}`,
      ),
    );
    try {
      const refused = await lab("ssh", "web2", "true");
      assert.notEqual(refused.code, 0);
      assert.match(said(refused), /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/);
      const verified = await lab("verify", "--json", "--settle", "1", "--only", "addresses");
      assert.equal(verified.code, 1, said(verified));
      assert.deepEqual(failures(verified.stdout).addresses, ["web2: does not answer SSH"]);
      const urn = (await byHand("pulumi stack --show-urns")).stdout.match(
        /urn:\S*::dr-keepalived-web2-configure\b/,
      )?.[0];
      const up = await byHand(`pulumi up --yes --skip-preview --target-replace '${urn}'`);
      assert.notEqual(up.code, 0);
      assert.match(
        said(up),
        /is not the expected host: its host key should be ssh-ed25519 SHA256:\S+, but it shows ssh-ed25519 SHA256:\S+; nothing was sent to it/,
      );
    } finally {
      const after = Number(await careless(`mv /root/own/* /etc/ssh && systemctl restart ssh; ${logins}`));
      assert.equal(after, before + 1, "somebody logged in at a host with another key");
      fs.rmSync(path.dirname(privateKey), { recursive: true });
    }
    await ssh("web2", "rmdir /root/own");
    const again = await byHand("pulumi up --yes --skip-preview");
    assert.equal(again.code, 0, said(again));
  });

  it("libvirtd has a private socket and no port, and the lab's namespace has no way out", async () => {
    const socket = `/run/${path.basename(embeddedNetns)}/libvirt/libvirt-sock`;
    assert.equal(fs.statSync(socket).mode & 0o777, 0o700);
    assert.equal(fs.statSync(path.dirname(socket)).mode & 0o777, 0o700);
    const inside = (...words: readonly string[]) => run([inRoot("host", "libvirtd"), "enter", ...words]);
    const listeners = [await inside("ss", "-Hltnp"), await run(["ss", "-Hltnp"])].join("");
    assert.doesNotMatch(listeners, /libvirtd|virtlogd|qemu/);
    assert.equal(await inside("ip", "route", "show", "default"), "");
    const addresses = Object.values(os.networkInterfaces()).flatMap((card = []) =>
      card.filter(({ family, internal }) => family === "IPv4" && !internal).map(({ address }) => address),
    );
    for (const address of addresses)
      for (const words of [
        ["ssh", "web1", `ip route get ${address}`],
        ["shell", `ip route get ${address}`],
      ])
        assert.notEqual(
          (await tryRun([inRoot("scripts", "lab"), ...words], { env: { LVS_LAB_STATE: state } })).code,
          0,
        );
  });
}

/** An output of the stack, also a secret one. */
async function outputs(name: string): Promise<string> {
  const result = await byHand(`pulumi stack output --show-secrets ${name}`);
  assert.equal(result.code, 0, said(result));
  return result.stdout;
}
