import * as assert from "node:assert/strict";
import { fixturePath } from "../fixtures";
import { inRoot } from "../../cli/paths";
import { run } from "../../cli/run";
import { shippedLabs } from "../../cli/topologies";
import { type Control, edited, negativeControls } from "./controls";
import { byHand, endLabs, failures, lab, labShown, leftovers, refuseRunningLab, said } from "./lab";

/** Labs with a test file of their own. */
const elsewhere = ["dr-keepalived", "dr-ipvsadm-nfs", "dr-two-networks", "nat", "scale", "schedulers", "tun"];

/**
 * Checks that a document's mistake makes fail, in the labs that are built as printed: those that tell it best. What a strict router
 * breaks is nearly everything, and each request that nobody answers takes its time.
 */
const failing: Readonly<Record<string, readonly string[]>> = {
  "dr-two-networks-as-printed": ["preempt", "router-ids"],
  "dr-two-networks-strict": ["without-router"],
  "l7-nginx-as-printed": ["case-both-backup-nopreempt"],
};

const conf = "/etc/keepalived/keepalived.conf";
const reload = "systemctl reload keepalived";
/** What is broken in the others while they run. */
const controls: Readonly<Record<string, readonly Control[]>> = {
  "dr-wrr-persistent": [
    {
      node: "lb03",
      damage: "ipvsadm -E -t 10.0.0.13:80 -s wrr; ipvsadm --set 900 120 300",
      mend: "ipvsadm -E -t 10.0.0.13:80 -s wrr -p 20; ipvsadm --set 30 5 60",
      says: {
        persistence: /10\.0\.0\.\d+: was served by web0., web0. through 10\.0\.0\.13:80, must stay on one/,
        timeouts: /lb03: the timeouts \(tcp tcpfin udp\) is 900 120 300, must be 30 5 60/,
      },
    },
  ],
  // On both: while one is restarted the other has the VIP.
  "dr-wrr-persistent-keepalived": ["lb03", "lb04"].map((node) => ({
    node,
    ...edited(conf, "s,10.0.0.13/24,10.0.0.13/32,", "systemctl restart keepalived"),
    says: { "vip-secondary": /lb0.: holds 10\.0\.0\.13\/32, must be \/24/ },
  })),
  "l7-haproxy": [
    {
      node: "lb02",
      damage:
        "systemctl -q disable haproxy; chmod 777 /etc/keepalived/haproxy_check.sh; echo '#' >>/etc/keepalived/haproxy_check.sh",
      mend: "systemctl -q enable haproxy; chmod 755 /etc/keepalived/haproxy_check.sh; sed -i '$d' /etc/keepalived/haproxy_check.sh",
      says: {
        proxies: /lb02: haproxy\.service at boot is disabled, must be enabled/,
        "check-script": /lb02: \/etc\/keepalived\/haproxy_check\.sh is not the lab's/,
        "script-security": /lb02: the script's mode and owner is 777 root, must be 755 root/,
      },
    },
  ],
  "l7-nginx": ["lb01", "lb02"].map((node) => ({
    node,
    ...edited(conf, "/nopreempt/d", reload),
    says: {
      "first-started": /with keepalived started on lb01 after it the VIP is held by lb01, must be lb02/,
      "case-both-backup-nopreempt": /lb01 is back and the VIP is held by lb01, must be lb02/,
      "vip-moves": /somebody became MASTER 2 times, must be 1/,
    },
  })),
};

/** Labs whose segments are apart, so that one libvirt has both at a time. */
const beside = ["dr-keepalived-nopreempt", "dr-keepalived-preempt-delay"] as const;

const changesNothing = async (name: string): Promise<void> => {
  const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", name);
  assert.equal(result.code, 0, said(result));
};

/** Every other shipped lab: up, verified, no change the second time, destroyed without a trace. */
for (const { name, form } of shippedLabs().filter((one) => ![...elsewhere, ...beside].includes(one.name))) {
  describe(`${name}, end to end`, () => {
    before(refuseRunningLab);

    after(() => endLabs([name]));

    if (form === "as-printed") {
      it("comes up, and what fails is what its document has wrong, with the sentence that says why", async () => {
        const up = await byHand("pulumi up --yes --skip-preview", name);
        assert.equal(up.code, 0, said(up));
        const printed = failing[name] ?? [];
        const only = [...printed, "addresses"].flatMap((check) => ["--only", check]);
        const verified = await lab("verify", "--json", "--settle", "20", ...only, "--lab", name);
        assert.equal(verified.code, 1, said(verified));
        const failed = failures(verified.stdout);
        assert.deepEqual(Object.keys(failed).sort(), printed);
        for (const problems of Object.values(failed)) assert.match(problems.at(-1) ?? "", /^document \d+ as printed: /);
      });
    } else {
      it("comes up and verifies", async () => {
        const result = await labShown("up", name);
        assert.equal(result.code, 0);
      });
    }

    it("a second up by hand changes nothing", () => changesNothing(name));

    const broken = controls[name];
    if (broken !== undefined) negativeControls(broken, { name, settle: 15 });

    it("destroys everything", async () => {
      const result = await lab("destroy", name);
      assert.equal(result.code, 0, said(result));
      assert.deepEqual(await leftovers(new RegExp(`${name}|qcow2|\\blogs\\b`)), []);
    });
  });
}

describe(`${beside.join(" and ")}, side by side`, () => {
  const [first, second] = beside;
  /** Checks of who has which address and who answers: what one lab could spoil of another. */
  const quick = ["addresses", "arp", "one-master", "tables", "round-robin"].flatMap((check) => ["--only", check]);
  const verifies = async (name: string): Promise<void> => {
    const result = await lab("verify", "--lab", name, "--json", ...quick);
    assert.equal(result.code, 0, said(result));
  };
  /** libvirt's number and name of every guest that runs: a guest that is started anew has another number. */
  const guests = async (): Promise<string[]> => {
    const uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
    return (await run(["virsh", "-q", "-c", uri, "list"]))
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean);
  };

  before(refuseRunningLab);

  after(() => endLabs(beside));

  for (const name of beside) {
    it(`${name} comes up and verifies`, async () => {
      assert.equal((await labShown("up", name)).code, 0);
    });
  }

  it("the first one does what it did, and neither has a change to make", async () => {
    await verifies(first);
    for (const name of beside) await changesNothing(name);
  });

  negativeControls(
    [
      {
        node: "zhuserver",
        ...edited(conf, "/preempt_delay/d", reload),
        says: { "preempt-delay": /zhuserver had the VIP \d\.\d s after its start, must wait 15 s/ },
      },
    ],
    { name: second },
  );

  it("destroying one takes nothing of the other", async () => {
    const before = (await guests()).filter((guest) => guest.includes(second));
    assert.equal(before.length, 4);
    const destroyed = await lab("destroy", first);
    assert.equal(destroyed.code, 0, said(destroyed));
    const left = await leftovers(new RegExp(first));
    assert.deepEqual(
      left.filter((one) => one.includes(first)),
      [],
    );
    assert.deepEqual(await guests(), before);
    await verifies(second);
  });

  it("destroys everything", async () => {
    const result = await lab("destroy", second);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(new RegExp(`${beside.join("|")}|qcow2|\\blogs\\b`)), []);
  });
});

describe("document 000 as printed, which keepalived refuses", () => {
  const file = fixturePath("as-printed-000");

  before(refuseRunningLab);

  after(() => endLabs([file]));

  it("ends in the parser's own words, and no file is replaced", async () => {
    const result = await lab("up", file);
    assert.equal(result.code, 2, said(result));
    assert.match(said(result), /document 000 as printed: persistence_timeout 0: keepalived refuses the file/);
    assert.match(said(result), /persistence_timeout invalid/);
    assert.match(said(result), /Unknown keyword 'nb_get_retry'/);
    assert.match(said(result), /keepalived\.conf: refused by: .*; the file in place stays as it was/);
  });
});
