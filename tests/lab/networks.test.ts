import * as assert from "node:assert/strict";
import { byHand, endLabs, failures, lab, labShown, leftovers, refuseRunningLab, said } from "./lab";

/** One property broken in the running lab: on a node, how, how to mend it, and what the check must say. */
type Control = {
  readonly node: string;
  readonly damage: string;
  readonly mend: string;
  readonly check: string;
  readonly says: RegExp;
};

/** The labs of more than one network, and the schedulers', each from nothing to nothing. */
const labs: Readonly<Record<string, Control>> = {
  nat: {
    node: "web03",
    damage: "ip route del default",
    mend: "ip route add default via 172.16.1.254",
    check: "answer-way",
    says: /web03: sent the client no answer/,
  },
  tun: {
    node: "web04",
    damage: "ip link set tunl0 down",
    mend: "ip link set tunl0 up",
    check: "answer-way",
    says: /web04: sent the client no answer/,
  },
  schedulers: {
    node: "lb",
    damage: "ipvsadm -e -t 10.4.0.13:8002 -r 10.4.0.17:8002 -g -w 1",
    mend: "ipvsadm -e -t 10.4.0.13:8002 -r 10.4.0.17:8002 -g -w 3",
    check: "weighted-round-robin",
    says: /web1 must give 15 of 20 answers/,
  },
  "dr-two-networks": {
    node: "router146",
    damage: "sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.eth1.rp_filter=1",
    mend: "sysctl -qw net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.eth1.rp_filter=2",
    check: "payload",
    says: /the object's sha256 is nothing/,
  },
};

for (const [name, { node, damage, mend, check, says }] of Object.entries(labs)) {
  describe(`${name}, end to end`, () => {
    before(refuseRunningLab);

    after(() => endLabs([name]));

    it("comes up and verifies", async () => {
      assert.equal((await labShown("up", name)).code, 0);
    });

    it("a second up by hand changes nothing", async () => {
      const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", name);
      assert.equal(result.code, 0, said(result));
    });

    it(`negative control: ${damage} on ${node}`, async () => {
      assert.equal((await lab("ssh", "--lab", name, node, damage)).code, 0);
      try {
        const broken = await lab("verify", "--lab", name, "--json", "--only", check, "--settle", "3");
        assert.equal(broken.code, 1, said(broken));
        assert.match((failures(broken.stdout)[check] ?? []).join("\n"), says);
      } finally {
        assert.equal((await lab("ssh", "--lab", name, node, mend)).code, 0);
      }
      const mended = await lab("verify", "--lab", name, "--json", "--only", check);
      assert.equal(mended.code, 0, said(mended));
    });

    it("destroys everything", async () => {
      const result = await lab("destroy", name);
      assert.equal(result.code, 0, said(result));
      assert.deepEqual(await leftovers(new RegExp(`${name}|qcow2|\\blogs\\b`)), []);
    });
  });
}
