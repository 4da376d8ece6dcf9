import * as assert from "node:assert/strict";
import { FORWARDING } from "../../../../operations/verify/checks/forwarding";
import type { LabSeen } from "../../../../components/looks/lab";
import { type PacketSeen, parseCapture, parseCounters, type WalkSeen } from "../../../../components/looks/walk";
import type { Topology } from "../../../../model/topology/topology";
import { fixture, lab } from "../../../fixtures";
import { healthyWalks } from "./walks";
import { nothingAsked } from "./healthy";

const labs = { DR: lab("dr-two-networks"), NAT: lab("nat"), TUN: lab("tun") } as const;

/** A lab that forwards correctly, but whose one walk is damaged. */
function seen(topology: Topology, damage: (walk: WalkSeen) => Partial<WalkSeen> = () => ({})): LabSeen {
  const walks = Object.entries(healthyWalks(topology)).map(([at, walk]) => [at, { ...walk, ...damage(walk) }] as const);
  return { nodes: {}, client: nothingAsked, walks: Object.fromEntries(walks) };
}
const problems = (name: string, topology: Topology, of: LabSeen): readonly string[] =>
  FORWARDING.find((check) => check.name === name)?.judge(topology, of).problems ?? ["no such check"];
const changed =
  (which: (packet: PacketSeen) => boolean, change: (packet: PacketSeen) => PacketSeen | undefined) =>
  (walk: WalkSeen) => ({
    packets: walk.packets.flatMap((packet) => (which(packet) ? (change(packet) ?? []) : packet)),
  });
const without = (which: (packet: PacketSeen) => boolean) => changed(which, () => undefined);
const arriving = (at: string) => (packet: PacketSeen) =>
  packet.at === at && packet.direction === "In" && packet.flags === "S";
const leaving = (at: string) => (packet: PacketSeen) =>
  packet.at === at && packet.direction === "Out" && packet.flags === "S.";
const bare = (packet: PacketSeen): PacketSeen => {
  const { outer: _, ...rest } = packet;
  return rest;
};
const crossing = (walk: WalkSeen) => ({
  packets: [
    ...walk.packets,
    ...walk.packets
      .filter(({ flags }) => flags === "S.")
      .map((packet) => ({ ...packet, at: "lb140", direction: "In" as const })),
  ],
});

/** Check, method, damage, and the expected message. */
const cases: readonly [
  check: string,
  method: keyof typeof labs,
  damage: (walk: WalkSeen) => Partial<WalkSeen>,
  says: string,
][] = [
  ["request-way", "DR", without(arriving("web142")), "web142: no request of the client arrived"],
  [
    "request-way",
    "DR",
    changed(arriving("web143"), (packet) => ({ ...packet, destination: "192.168.100.143:80" })),
    "web143: got 192.168.0.150:40000 > 192.168.100.143:80, must be for 192.168.0.144:80 (DR)",
  ],
  [
    "request-way",
    "DR",
    changed(arriving("web142"), (packet) => ({
      ...packet,
      outer: { source: "192.168.100.140", destination: "192.168.100.142" },
    })),
    "which is in a tunnel (DR)",
  ],
  [
    "request-way",
    "DR",
    changed(arriving("web142"), (packet) => ({ ...packet, mac: "52:54:00:00:00:01" })),
    "from MAC 52:54:00:00:00:01, which is not a director's (DR)",
  ],
  [
    "request-way",
    "NAT",
    changed(arriving("web03"), (packet) => ({ ...packet, destination: "10.1.0.13:80" })),
    "web03: got 10.1.0.31:40000 > 10.1.0.13:80, must be for 172.16.1.17:8080 (NAT)",
  ],
  [
    "request-way",
    "TUN",
    changed(arriving("web04"), bare),
    "web04: got 10.2.0.31:40000 > 10.2.0.13:80 by its card, must be in a tunnel from a DIP to 172.16.2.18",
  ],
  ["answer-way", "DR", without(leaving("web142")), "web142: sent the client no answer"],
  [
    "answer-way",
    "DR",
    changed(leaving("web142"), (packet) => ({ ...packet, source: "192.168.100.142:80" })),
    "must be from 192.168.0.144:80 (DR)",
  ],
  [
    "answer-way",
    "DR",
    crossing,
    "lb140: saw the answer 192.168.0.144:80 > 192.168.0.150:40000, which must not cross a director (DR)",
  ],
  [
    "answer-way",
    "NAT",
    without(({ at, flags }) => at === "lb03" && flags === "S."),
    "no director sent an answer on with the VIP 10.1.0.13 as source",
  ],
  [
    "answer-way",
    "NAT",
    changed(leaving("lb03"), (packet) => ({ ...packet, source: "172.16.1.17:8080" })),
    "lb03: sent 172.16.1.17:8080 > 10.1.0.31:40000 on, must be from the VIP 10.1.0.13",
  ],
  [
    "payload",
    "DR",
    ({ objects }) => ({ objects: [...objects.slice(1), { from: "web143", sha256: "" }] }),
    "web143: the object's sha256 is nothing, must be",
  ],
  [
    "payload",
    "DR",
    ({ crossed }) => ({ crossed: { ...crossed, ipvsOut: 1 } }),
    "IPVS counted 1 bytes of answers, must be none (DR)",
  ],
  [
    "payload",
    "TUN",
    ({ crossed }) => ({ crossed: { ...crossed, sent: 3e6 } }),
    "the directors sent 3000000 bytes, as many as an answer has or more (TUN)",
  ],
  [
    "payload",
    "NAT",
    ({ crossed }) => ({ crossed: { ...crossed, ipvsOut: 7 } }),
    "IPVS counted 7 bytes of answers, must be at least 2097152",
  ],
  [
    "payload",
    "NAT",
    ({ crossed }) => ({ crossed: { ...crossed, sent: 7 } }),
    "the directors sent 7 bytes, must be at least 2097152",
  ],
  ["payload", "NAT", ({ crossed }) => ({ crossed: { ...crossed, ipvsIn: 0 } }), "IPVS counted no byte of the requests"],
  ["payload", "NAT", () => ({ objects: [] }), "no object was asked for"],
];

describe("both ends of each forwarding method", () => {
  for (const [method, topology] of Object.entries(labs)) {
    for (const check of FORWARDING) {
      it(`${method} ${check.name}: a healthy lab passes`, () => {
        const { problems: none, seen: said } = check.judge(topology, seen(topology));
        assert.deepEqual(none, []);
        assert.match(said, new RegExp(method));
      });
    }
  }
  it("two methods in one lab are both walked", () => {
    const both = fixture("valid-tun");
    assert.equal(Object.keys(healthyWalks(both)).length, 2);
    for (const check of FORWARDING) assert.deepEqual(check.judge(both, seen(both)).problems, [], check.name);
  });
  for (const [check, method, damage, says] of cases) {
    it(`${method} ${check} fails: ${says}`, () => {
      const found = problems(check, labs[method], seen(labs[method], damage));
      assert.ok(
        found.some((problem) => problem.includes(says)),
        found.join("\n") || "no problem was found",
      );
    });
  }
  it("every check has a case in which it fails, also if nobody watched", () => {
    assert.deepEqual(new Set(cases.map(([name]) => name)), new Set(FORWARDING.map(({ name }) => name)));
    for (const { name } of FORWARDING) {
      const { walks: _, ...nothing } = seen(labs.DR);
      assert.deepEqual(problems(name, labs.DR, nothing), ["192.168.0.144:80: was not watched"]);
    }
  });
});

describe("what tcpdump and ipvsadm print, parsed", () => {
  it("packets, in a tunnel or not", () => {
    const mac = "52:54:00:aa:00:01";
    const ip = "ethertype IPv4 (0x0800)";
    const text = [
      `14:00:01.000001 eth0  In  ifindex 2 ${mac} ${ip}, length 80: 10.2.0.31.40000 > 10.2.0.13.80: Flags [S], seq 1, win 64240, options [mss 1460], length 0`,
      `14:00:01.000002 eth0  Out ifindex 2 ${mac} ${ip}, length 100: 10.2.0.15 > 172.16.2.18: 10.2.0.31.40000 > 10.2.0.13.80: Flags [S], seq 1, length 0`,
      `14:00:01.000003 tunl0 In  ifindex 3 ${ip}, length 80: 10.2.0.31.40000 > 10.2.0.13.80: Flags [S], seq 1, length 0`,
      `14:00:01.000004 eth0  Out ifindex 2 ${mac} ${ip}, length 80: 10.2.0.13.80 > 10.2.0.31.40000: Flags [S.], seq 2, ack 2, length 0`,
      `14:00:01.000005 eth0  Out ifindex 2 ${mac} ${ip}, length 92: 10.2.0.15 > 172.16.2.18: 10.2.0.31.40000 > 10.2.0.13.80: Flags [.], ack 1, length 0`,
    ].join("\n");
    const request = { at: "lb", source: "10.2.0.31:40000", destination: "10.2.0.13:80", flags: "S" };
    assert.deepEqual(parseCapture("lb", text), [
      { ...request, interface: "eth0", direction: "In", mac },
      {
        ...request,
        interface: "eth0",
        direction: "Out",
        mac,
        outer: { source: "10.2.0.15", destination: "172.16.2.18" },
      },
      { ...request, interface: "tunl0", direction: "In" },
      {
        at: "lb",
        interface: "eth0",
        direction: "Out",
        source: "10.2.0.13:80",
        destination: "10.2.0.31:40000",
        flags: "S.",
        mac,
      },
    ]);
    assert.deepEqual(parseCapture("lb", ""), []);
  });
  it("counters of all processors, which are hexadecimal, without the sums that are late", () => {
    const text = [
      "       Total Incoming Outgoing         Incoming         Outgoing",
      "CPU    Conns  Packets  Packets            Bytes            Bytes",
      "  0       10       96       95             26DE           203404",
      "  A        2        0        0                1               10",
      "  ~        1       10       10               10               10",
      "",
      "     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s",
      "           1        1        1               A1               A1",
    ].join("\n");
    assert.deepEqual(parseCounters(text), { connections: 18, inBytes: 9951, outBytes: 2_110_484 });
    assert.deepEqual(parseCounters(""), { connections: 0, inBytes: 0, outBytes: 0 });
  });
});
