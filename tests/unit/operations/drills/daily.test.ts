import * as assert from "node:assert/strict";
import { balancersOf } from "../../../../model/topology/queries";
import type { Topology } from "../../../../model/topology/topology";
import type { Hands } from "../../../../operations/drills/act";
import { failBack, failOver, handedBackText, handedOverText } from "../../../../operations/drills/handOver";
import { weighedText, weighServer } from "../../../../operations/drills/weights";
import type { Session } from "../../../../operations/session/session";
import { lab } from "../../../fixtures";

const VIP = "192.168.10.200";

const TABLE = `IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0A80AC8:0050 rr
  -> C0A80A85:0050      Route   0      3          1
  -> C0A80A86:0050      Route   1      7          0
`;

/** Directors of a lab with keepalived: the one with the highest priority that runs has the VIP, or the one that has it keeps it. */
function directors(topology: Topology, { holder, stopped = [] }: { holder: string; stopped?: readonly string[] }) {
  const running = new Set(balancersOf(topology).flatMap(({ name }) => (stopped.includes(name) ? [] : [name])));
  const done: string[] = [];
  const [best = holder, second = holder] = balancersOf(topology).map(({ name }) => name);
  const isNopreempt = balancersOf(topology).some(({ vrrp }) => vrrp?.nopreempt);
  let has = holder;
  const ssh = async (node: string, command: string) => {
    const [, verb] = /^systemctl (stop|start) keepalived$/.exec(command) ?? [];
    if (verb !== undefined) {
      done.push(`${verb} ${node}`);
      if (verb === "stop") running.delete(node);
      else running.add(node);
      if (!running.has(has)) has = running.has(best) ? best : second;
      if (!isNopreempt && running.has(best)) has = best;
    }
    const vip = { local: VIP, prefixlen: 32, family: "inet" };
    const addresses = [{ ifname: "ens33", addr_info: has === node && running.has(node) ? [vip] : [] }];
    const isActive = command.startsWith("systemctl is-active");
    return {
      code: isActive && !running.has(node) ? 3 : 0,
      stdout: command === "cat /proc/net/ip_vs" ? TABLE : JSON.stringify(addresses),
      stderr: "",
    };
  };
  const node = () => ({ domain: "", interfaces: [] });
  return { session: { topology, lab: { vip: VIP }, ssh, node } as unknown as Session, done };
}

describe("failover", () => {
  it("leaves keepalived stopped where it would take the VIP back, and starts it on request", async () => {
    const { session, done } = directors(lab("dr-keepalived"), { holder: "zhuserver" });
    const over = await failOver(session, "dr-keepalived");
    assert.deepEqual([over.from, over.to, over.stopped], ["zhuserver", "beiserver", true]);
    assert.deepEqual(done, ["stop zhuserver"]);
    assert.match(
      handedOverText(over, "dr-keepalived"),
      /^zhuserver has handed 192\.168\.10\.200 over: beiserver has it now, .*\nkeepalived stays stopped on zhuserver, .*failover dr-keepalived --back starts it$/,
    );
    await assert.rejects(
      failOver(session, "dr-keepalived"),
      /keepalived runs on beiserver alone, .*failover dr-keepalived --back, which starts it on zhuserver/,
    );
    const back = await failBack(session);
    assert.deepEqual(back, { vip: VIP, started: ["zhuserver"], holder: "zhuserver" });
    assert.equal(handedBackText(back), "keepalived is started on zhuserver: zhuserver has 192.168.10.200");
  });

  it("starts keepalived again where nobody preempts: the VIP stays where it went", async () => {
    const { session, done } = directors(lab("dr-keepalived-nopreempt"), { holder: "zhuserver" });
    const over = await failOver(session, "dr-keepalived-nopreempt");
    assert.deepEqual([over.to, over.stopped], ["beiserver", false]);
    assert.deepEqual(done, ["stop zhuserver", "start zhuserver"]);
    assert.deepEqual(await failBack(session), { vip: VIP, started: [], holder: "beiserver" });
  });

  it("refuses a lab in which nobody or nothing can hand over", async () => {
    const nobody = directors(lab("dr-keepalived"), { holder: "nobody" });
    await assert.rejects(failOver(nobody.session, "x"), /192\.168\.10\.200 is held by nobody, need one director/);
    const alone = directors(lab("dr-ipvsadm-nfs"), { holder: "nobody" });
    for (const asked of [failOver(alone.session, "x"), failBack(alone.session)])
      await assert.rejects(asked, /got lab dr-ipvsadm-nfs, need a lab whose directors share a VIP/);
    assert.deepEqual([...nobody.done, ...alone.done], []);
  });
});

describe("drain and undrain", () => {
  const hands = (topology: Topology): Hands =>
    ({ session: directors(topology, { holder: "zhuserver" }).session, host: {} }) as unknown as Hands;

  it("tell which directors have the weight, and how many connections are open", async () => {
    const weighed = await weighServer(hands(lab("dr-keepalived")), "drain", "web1");
    assert.deepEqual(weighed, { server: "web1", directors: ["zhuserver", "beiserver"], active: 6 });
    assert.equal(
      weighedText("drain", weighed, "dr-keepalived"),
      "web1 has weight 0 on zhuserver, beiserver: it gets no new connection; open: 6\n./scripts/lab undrain dr-keepalived web1 gives it its weight again",
    );
    assert.equal(
      weighedText("undrain", weighed, "dr-keepalived"),
      "web1 has the topology's weight again on zhuserver, beiserver",
    );
  });

  it("refuse what no director balances to", async () => {
    await assert.rejects(
      weighServer(hands(lab("dr-keepalived")), "drain", "zhuserver"),
      /drain: got zhuserver, need one of: web1, web2/,
    );
    await assert.rejects(
      weighServer(hands(lab("l7-haproxy")), "undrain", "web01"),
      /undrain: got lab l7-haproxy, need a lab whose directors have virtual servers/,
    );
  });
});
