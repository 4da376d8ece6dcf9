import * as assert from "node:assert/strict";
import { negativeControls } from "./controls";
import { changesNothing } from "./course";
import { endLabs, lab, labShown, leftovers, claimNamespace, said } from "./lab";
import { differences } from "./looks";
import { controls, proofs, standInControls } from "./proofs/servers";

const [topology = "", standIns = ""] = proofs.map(({ lab: one }) => one);

/** A DNS server and a mail server beside a virtual server. */
describe("servers of other protocols", () => {
  before(claimNamespace);
  after(() => endLabs([topology]));

  it("come up and verify", async () => {
    assert.equal((await labShown("up", topology)).code, 0);
  });

  it("a second up would change nothing", () => changesNothing(topology));

  negativeControls(controls, { name: topology });

  it("drift says which record differs, and repairs it", async () => {
    const damaged = await lab("ssh", "--lab", topology, "ns", "sed -i s/10.9.53.25/10.9.53.26/ /etc/dnsmasq.conf");
    assert.equal(damaged.code, 0, said(damaged));
    const { code, all } = await differences(topology);
    assert.equal(code, 1);
    assert.deepEqual(
      all.map(({ path: at, expected, found }) => `${at}: ${found}, must be ${expected}`),
      ["ns:/etc/dnsmasq.conf:8: host-record=mail.lab,10.9.53.26, must be host-record=mail.lab,10.9.53.25"],
    );
    const repaired = await lab("repair", topology);
    assert.equal(repaired.code, 0, said(repaired));
    const verified = await lab("verify", "--only", "names", "--lab", topology);
    assert.equal(verified.code, 0, said(verified));
  });

  it("destroy everything", async () => {
    const result = await lab("destroy", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/\bservers\b|qcow2|\blogs\b/), []);
  });
});

/** A server of every protocol and both families, which holds VIPs, beside a virtual server. */
describe("a stand-in", () => {
  before(claimNamespace);
  after(() => endLabs([standIns]));

  it("comes up and verifies", async () => {
    assert.equal((await labShown("up", standIns)).code, 0);
  });

  it("a second up would change nothing", () => changesNothing(standIns));

  it("answers through the VIPs that it holds, from their own addresses, and announces none", async () => {
    const [udp, six] = ["10.9.54.4", "2001:db8:54::4"];
    const routes = `ip route replace ${udp} via 10.9.54.31; ip -6 route replace ${six} via 2001:db8:54::31`;
    const ask = (address: string): string => `exec 3<>/dev/udp/${address}/514; echo >&3; head -n 1 <&3`;
    const asked = await lab(
      ...["shell", "--lab", standIns, "client", "timeout", "20", "bash", "-c"],
      `${routes}; (${ask(udp)}); (${ask(six)})`,
    );
    assert.equal(asked.stdout, "app\napp\n", said(asked));
    const silent = await lab(
      ...["shell", "--lab", standIns, "client", "bash", "-c"],
      `ip route delete ${udp}; ip -6 route delete ${six}; ping -c 1 -W 2 ${udp} || ping -c 1 -W 2 ${six}`,
    );
    assert.notEqual(silent.code, 0, said(silent));
  });

  negativeControls(standInControls, { name: standIns });

  it("destroy everything", async () => {
    const result = await lab("destroy", standIns);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/\bstand-ins\b|qcow2|\blogs\b/), []);
  });
});
