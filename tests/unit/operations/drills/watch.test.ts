import * as assert from "node:assert/strict";
import { corrected, readJournal } from "../../../../operations/drills/journals";
import { advertBridge, readAdverts } from "../../../../operations/drills/wire";
import { bridgeName } from "../../../../model/topology/names";
import { lab } from "../../../fixtures";

const topology = lab("dr-keepalived");

describe("adverts on the wire", () => {
  it("are those of the lab's virtual router, by the directors that sent them", () => {
    const line = (source: string, vrid: number, prio: number) =>
      `1795842009.434951 IP ${source} > 224.0.0.18: VRRPv2, Advertisement, vrid ${vrid}, prio ${prio}, authtype simple, intvl 1s, length 20`;
    const lines = [
      "listening on lvs0, link-type EN10MB (Ethernet), snapshot length 262144 bytes",
      line("192.168.10.130", 10, 100),
      line("192.168.10.130", 11, 100),
      line("192.168.10.99", 10, 100),
      line("192.168.10.132", 10, 0),
      "1795842010.1 IP 192.168.10.132 > 224.0.0.18: VRRPv3, Advertisement, vrid 10, prio 90, intvl 10cs, length 12",
    ];
    assert.deepEqual(readAdverts(lines, topology), [
      { at: 1795842009.434951, node: "zhuserver", priority: 100 },
      { at: 1795842009.434951, node: "beiserver", priority: 0 },
      { at: 1795842010.1, node: "beiserver", priority: 90 },
    ]);
  });

  it("are heard on the bridge of the directors' segment", () => {
    assert.equal(advertBridge(topology), bridgeName("dr-keepalived", "lan"));
    assert.equal(advertBridge(lab("dr-ipvsadm-nfs")), undefined);
  });
});

describe("keepalived's journal", () => {
  const entry = (message: unknown, sent: number | undefined, noted = 99) =>
    JSON.stringify({
      MESSAGE: message,
      ...(sent === undefined ? {} : { _SOURCE_REALTIME_TIMESTAMP: `${sent * 1e6}` }),
      __REALTIME_TIMESTAMP: `${noted * 1e6}`,
    });

  it("tells the states, at the time when the daemon spoke", () => {
    const text = [
      entry("(VI_1) Entering MASTER STATE", 10.5),
      entry("(VI_1) received lower priority (90) advert from 192.168.10.132 - discarding", 11),
      entry("(VI_1) Entering BACKUP STATE (init)", undefined, 9),
      entry("(VI_1) Entering FAULT STATE", 12),
      entry("Stopped - used (self/children) 0.0/0.1 user time", 13),
      entry("keepalived.service: Failed with result 'signal'.", 14),
      // journalctl prints what is not text as numbers.
      entry([1, 2], 15),
    ].join("\n");
    assert.deepEqual(
      readJournal(`${text}\n`, "lb").map(({ at, state }) => [at, state]),
      [
        [9, "BACKUP"],
        [10.5, "MASTER"],
        [12, "FAULT"],
        [13, "STOPPED"],
        [14, "STOPPED"],
      ],
    );
  });

  const states = (...times: number[]) => times.map((at) => ({ at, node: "lb", state: "MASTER" as const }));
  const at = (...words: Parameters<typeof corrected>) => corrected(...words).map((one) => one.at);

  it("is put on this machine's clock, before and after a boot", () => {
    // 5 s behind before the fault, 1 s ahead after the boot.
    const clocks = { before: 5, after: -1 };
    assert.deepEqual(at(states(990, 1031), clocks, { begin: 1000, heal: 1010 }), [995, 1030]);
  });

  it("of a machine that stood still continues after the pause", () => {
    // The guest's clock is set back to this machine's after the pause: what it wrote before that is ten seconds early.
    const fault = { begin: 1000, heal: 1010, paused: "lb" };
    assert.deepEqual(at(states(999, 1000.5, 1012), { before: 0, after: 0 }, fault), [999, 1010.5, 1012]);
    assert.deepEqual(at(states(1000.5), { before: 0, after: 0 }, { ...fault, paused: "other" }), [1000.5]);
  });
});
