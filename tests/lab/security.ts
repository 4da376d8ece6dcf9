import * as assert from "node:assert/strict";
import { until } from "../../cli/verify/observe";
import { failures, lab, said } from "./lab";
import { advert, send } from "./rogue";

const vip = "192.168.10.200";
const flush = "nft flush ruleset";
const load = "nft --file /etc/nftables.conf";

const ssh = async (node: string, command: string): Promise<string> => {
  const result = await lab("ssh", node, command);
  assert.equal(result.code, 0, said(result));
  return result.stdout;
};

/** What is tried on dr-keepalived's lab while it runs, by who should not get in. */
export function securityTests(): void {
  it("negative control: rules flushed, a stray listener, a password, an sshd that takes passwords", async () => {
    const conf = "/etc/ssh/sshd_config.d/00-stray.conf";
    const stray = "setsid -f sh -c 'echo $$ >/run/stray; exec socat TCP-LISTEN:4444 STDOUT' </dev/null >/dev/null 2>&1";
    await ssh("web1", `cp -p /etc/shadow /root/shadow; ${flush}; ${stray}`);
    await ssh("web1", `echo PasswordAuthentication yes >${conf}; sed -i 's/^root:[^:]*:/root::/' /etc/shadow`);
    const checks = ["--only", "firewall", "--only", "ports", "--only", "logins"];
    try {
      const broken = await lab("verify", "--json", "--settle", "1", ...checks);
      assert.equal(broken.code, 1, said(broken));
      const problems = Object.values(failures(broken.stdout)).flat();
      assert.deepEqual(problems, [
        "web1: nftables has no table inet lvs-lab: everything comes in",
        "web1: listens on tcp 4444, which no part of its role does",
        "web1: sshd's passwordauthentication is yes, must be no",
        "web1: root's password is usable, must be locked",
      ]);
    } finally {
      await ssh("web1", `${load}; kill "$(cat /run/stray)"; rm ${conf}; mv /root/shadow /etc/shadow`);
    }
    const mended = await lab("verify", "--json", ...checks);
    assert.equal(mended.code, 0, said(mended));
  });

  it("adverts with priority 255 from a web server that knows the password do not move the VIP; without the rules they do", async () => {
    const forged = advert({ virtualRouterId: 10, priority: 255, addresses: [vip], password: "123456" });
    const looks = 6;
    /** How often the MASTER was seen with the VIP while the adverts came. */
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
}
