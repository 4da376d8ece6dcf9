/** Checks of what each forwarding method does with a packet, at both ends (document 003's packet walks). */
import { OBJECT } from "../../../components/roles/web/object";
import { directorsOf, realServerAddress } from "../../../model/topology/queries";
import type { Topology, VirtualServer } from "../../../model/topology/topology";
import { walked } from "../drills/walk";
import { type Check, type Finding, list, merge } from "../../../components/checks/check";
import type { LabSeen } from "../../../components/looks/lab";
import { isAt, type PacketSeen, type WalkSeen } from "../../../components/looks/walk";

const hasWalk = (topology: Topology): boolean =>
  directorsOf(topology).length > 0 && walked(topology.virtualServers).length > 0;

/** Judges every walked virtual server. */
const walks =
  (judge: (topology: Topology, server: VirtualServer, walk: WalkSeen) => Finding) =>
  (topology: Topology, seen: LabSeen): Finding =>
    merge(
      walked(topology.virtualServers).map((server) => {
        const at = `${server.vip}:${server.port}`;
        const walk = seen.walks?.[at];
        return walk === undefined ? { problems: [`${at}: was not watched`], seen: "" } : judge(topology, server, walk);
      }),
    );

const addressOf = (topology: Topology, name: string): string => {
  const [director] = directorsOf(topology);
  const node = topology.nodes[name];
  return director === undefined || node === undefined ? "" : realServerAddress(director, node);
};
const isDirector = (topology: Topology, name: string): boolean => topology.nodes[name]?.role === "director";
const text = ({ source, destination, outer }: PacketSeen): string =>
  `${outer ? `${outer.source} > ${outer.destination}: ` : ""}${source} > ${destination}`;

/** Judges the requests that arrive at a real server: their destination, and whether they are in a tunnel. */
function requestWay(topology: Topology, server: VirtualServer, { packets }: WalkSeen): Finding {
  const { forwarding, vip, realServers } = server;
  const dips = directorsOf(topology).flatMap(({ interfaces }) =>
    Object.values(interfaces).map(({ address }) => address),
  );
  const directorMacs = directorsOf(topology).flatMap(({ interfaces }) =>
    Object.values(interfaces).map(({ mac }) => mac),
  );
  const problems = Object.entries(realServers).flatMap(([name, { port }]): string[] => {
    const rip = addressOf(topology, name);
    const wanted = `${forwarding === "NAT" ? rip : vip}:${port}`;
    const arrived = packets.filter(({ at, direction, flags }) => at === name && direction === "In" && flags === "S");
    if (arrived.length === 0) return [`${name}: no request of the client arrived`];
    const wrong = arrived.find(({ destination }) => destination !== wanted);
    if (wrong !== undefined) return [`${name}: got ${text(wrong)}, must be for ${wanted} (${forwarding})`];
    // A packet out of the tunnel is seen a second time, on tunl0.
    const outside = arrived.filter((packet) => packet.interface !== "tunl0");
    if (forwarding === "TUN") {
      const bare = outside.find(
        ({ outer }) => outer === undefined || outer.destination !== rip || !dips.includes(outer.source),
      );
      return bare === undefined && outside.length > 0
        ? []
        : [
            `${name}: got ${bare === undefined ? "nothing" : text(bare)} by its card, must be in a tunnel from a DIP to ${rip}`,
          ];
    }
    const wrapped = outside.find(({ outer }) => outer !== undefined);
    if (wrapped !== undefined) return [`${name}: got ${text(wrapped)}, which is in a tunnel (${forwarding})`];
    // The frame's destination is its own MAC, otherwise its card would not have accepted it.
    const foreign = forwarding === "DR" ? outside.find(({ mac }) => !directorMacs.includes(mac ?? "")) : undefined;
    return foreign === undefined
      ? []
      : [
          `${name}: got ${text(foreign)} from MAC ${foreign.mac ?? "unknown"}, which is not a director's (${forwarding})`,
        ];
  });
  const one = packets.find(
    ({ at, direction, flags, interface: card }) =>
      Object.hasOwn(realServers, at) && direction === "In" && flags === "S" && card !== "tunl0",
  );
  const from = forwarding === "DR" ? `, from ${one?.mac}` : "";
  return { problems, seen: one === undefined ? "" : `${forwarding}: ${one.at} gets ${text(one)}${from}` };
}

/** Judges who sees the answer, and its source address. */
function answerWay(topology: Topology, server: VirtualServer, { packets }: WalkSeen): Finding {
  const { forwarding, vip, port, realServers } = server;
  const answers = packets.filter(({ flags }) => flags === "S.");
  const ofDirectors = answers.filter(({ at }) => isDirector(topology, at));
  const left = Object.entries(realServers).flatMap(([name, target]): string[] => {
    const source = forwarding === "NAT" ? `${addressOf(topology, name)}:${target.port}` : `${vip}:${port}`;
    const sent = answers.filter(({ at, direction }) => at === name && direction === "Out");
    if (sent.length === 0) return [`${name}: sent the client no answer`];
    const wrong = sent.find((packet) => packet.source !== source);
    return wrong === undefined ? [] : [`${name}: answered ${text(wrong)}, must be from ${source} (${forwarding})`];
  });
  const crossed =
    forwarding === "NAT"
      ? [
          ...(ofDirectors.some(({ direction, source }) => direction === "Out" && source === `${vip}:${port}`)
            ? []
            : [`no director sent an answer on with the VIP ${vip} as source`]),
          ...ofDirectors
            .filter(({ direction, source }) => direction === "Out" && !isAt(source, vip))
            .map((packet) => `${packet.at}: sent ${text(packet)} on, must be from the VIP ${vip}`),
        ]
      : ofDirectors.map(
          (packet) => `${packet.at}: saw the answer ${text(packet)}, which must not cross a director (${forwarding})`,
        );
  const passing = [...new Set(ofDirectors.map(({ at }) => at))];
  const seen =
    forwarding === "NAT"
      ? `answers cross ${list(passing)}, which writes ${vip} into them`
      : `answers leave the real servers from ${vip}; no director sees one`;
  return { problems: [...left, ...new Set(crossed)], seen: `${forwarding}: ${seen}` };
}

/** Judges the object, and the way that its bytes took. */
function payload(_: Topology, server: VirtualServer, { objects, crossed }: WalkSeen): Finding {
  const at = `${server.vip}:${server.port}`;
  const total = crossed.objects * OBJECT.size;
  const broken = objects
    .filter(({ sha256 }) => sha256 !== OBJECT.sha256)
    .map(
      ({ from, sha256 }) =>
        `${from === "VIP" ? at : from}: the object's sha256 is ${sha256 || "nothing"}, must be ${OBJECT.sha256}`,
    );
  const bytes =
    server.forwarding === "NAT"
      ? [
          crossed.ipvsOut < total &&
            `${at}: IPVS counted ${crossed.ipvsOut} bytes of answers, must be at least ${total}`,
          crossed.sent < total && `${at}: the directors sent ${crossed.sent} bytes, must be at least ${total}`,
        ]
      : [
          crossed.ipvsOut > 0 &&
            `${at}: IPVS counted ${crossed.ipvsOut} bytes of answers, must be none (${server.forwarding})`,
          // The director also sent the requests on: they are less than one answer.
          crossed.sent - crossed.ipvsIn >= OBJECT.size &&
            `${at}: the directors sent ${crossed.sent} bytes, as many as an answer has or more (${server.forwarding})`,
        ];
  return {
    problems: [
      ...(objects.length === 0 ? [`${at}: no object was asked for`] : []),
      ...(crossed.ipvsIn > 0 ? [] : [`${at}: IPVS counted no byte of the requests`]),
      ...new Set(broken),
      ...bytes.filter((problem) => problem !== false),
    ],
    seen: `${at} ${server.forwarding}: ${objects.length} times ${OBJECT.size} bytes, all equal; IPVS counted ${crossed.ipvsIn} bytes in, ${crossed.ipvsOut} out`,
  };
}

/** Checks of the forwarding methods. */
export const FORWARDING: readonly Check[] = [
  {
    name: "request-way",
    title:
      "requests reach the real server as their method says: DR unchanged but from a director's MAC, NAT addressed to the RIP, TUN in a tunnel",
    needs: "walks",
    applies: hasWalk,
    judge: walks(requestWay),
  },
  {
    name: "answer-way",
    title: "answers have the VIP as source, and cross the director with NAT only",
    needs: "walks",
    applies: hasWalk,
    judge: walks(answerWay),
  },
  {
    name: "payload",
    title: "1 MiB arrives whole from every real server, and crosses the director with NAT only",
    needs: "walks",
    applies: hasWalk,
    judge: walks(payload),
  },
];
