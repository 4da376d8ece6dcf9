import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { shellQuote } from "../../../model/shellQuote";
import { LIMITS } from "../../../model/limits";
import { OBJECT } from "../../../components/roles/web/object";
import { directorsOf, portsOf, sshAddress } from "../../../model/topology/queries";
import { askerOf, CLIENT } from "../../../model/topology/packetPaths";
import type { Topology, VirtualServer } from "../../../model/topology/topology";
import type { Session } from "../../session/session";
import { lookAt } from "../../../components/looks/look";
import { fetchPages } from "../requests";
import {
  COUNTERS,
  type Counters,
  type Crossed,
  type ObjectSeen,
  parseCapture,
  parseCounters,
  type WalkSeen,
} from "../../../components/looks/walk";
import { until } from "../../wait";

/** The virtual servers that are walked: the first of each forwarding method. */
export const walked = (servers: readonly VirtualServer[]): VirtualServer[] =>
  servers.filter(
    (server, index) =>
      server.protocol === "TCP" &&
      servers.findIndex(({ forwarding, protocol }) => forwarding === server.forwarding && protocol === "TCP") === index,
  );

/** Seconds that tcpdump may take to start in an emulated guest. */
const startLimit = LIMITS.captureStart.seconds;
/** Seconds that it may take to count what has gone by. */
const countLimit = LIMITS.captureCount.seconds;

const FILE = "/run/lvs-lab/walk";

/** Where the client asks from: persistence holds each address on one real server, so all of them are needed to see every one. */
const sourcesOf = ({ client }: Topology, { persistence }: VirtualServer): readonly string[] =>
  persistence === undefined ? client.addresses.slice(0, 1) : client.addresses;

const shellText = (name: string): string => fs.readFileSync(path.join(__dirname, name), "utf8");
const begin = shellText("beginCapture.sh");
const end = shellText("endCapture.sh");

/**
 * Captures the client's connection packets on a node. No name of an interface: one command for every node, and each line says
 * where. A tunnel's inner packet is found by its outer one (protocol 4).
 */
const startCapture = (sources: readonly string[]): string => {
  const filter = `((host ${sources.join(" or ")}) and tcp[tcpflags] & tcp-syn != 0) or ip proto 4`;
  return `set -- ${FILE} ${shellQuote(filter)} ${startLimit}\n${begin}`;
};

/** Half a second for the packets that are on their way, then what there is. */
const endCapture = `set -- ${FILE}\n${end}`;

/** Watches requests and answers of the client from every director and real server, and what a large answer costs the directors. */
export async function walkAll(session: Session): Promise<Record<string, WalkSeen>> {
  const walks: Record<string, WalkSeen> = {};
  for (const server of walked(session.topology.virtualServers)) {
    walks[`${server.vip}:${server.port}`] = await walk(session, server);
  }
  return walks;
}

async function walk(session: Session, server: VirtualServer): Promise<WalkSeen> {
  const { topology } = session;
  const realServers = Object.keys(server.realServers);
  const directors = directorsOf(topology).map(({ name }) => name);
  const nodes = [...directors, ...realServers];
  const sources = sourcesOf(topology, server);

  await Promise.all(nodes.map((name) => session.ssh(name, startCapture(sources))));
  const asked = { address: server.vip, port: server.port };
  const rounds = Math.max(2 * realServers.length, sources.length);
  await fetchPages(
    session,
    Array.from({ length: rounds }, (_, n) => ({ ...asked, from: sources[n % sources.length] ?? "" })),
  );
  const captures = nodes.map(async (name) => parseCapture(name, (await session.ssh(name, endCapture)).stdout));
  const packets = (await Promise.all(captures)).flat();

  const before = await counters(session, directors);
  const objects: ObjectSeen[] = [];
  // As many as real servers; with persistence from several sources, or one would give them all.
  for (let n = 0; n < realServers.length; n++) {
    const from = sources[n % sources.length];
    objects.push({ from: "VIP", sha256: await fetchObject(session, CLIENT, server.vip, server.port, from) });
  }
  let after = await counters(session, directors);
  const { sent } = after;
  // The client has all of its bytes; the last ones that say so, and end the connections, may be on their way.
  await until(countLimit, async () => {
    const last = after;
    after = await counters(session, directors);
    return after.inBytes === last.inBytes && after.connections - before.connections >= objects.length;
  });
  const own = await ownObjects(session, realServers);
  const crossed: Crossed = {
    objects: objects.length,
    ipvsIn: after.inBytes - before.inBytes,
    ipvsOut: after.outBytes - before.outBytes,
    sent: sent - before.sent,
  };
  return { packets, objects: [...objects, ...own], crossed };
}

/** The object from each real server itself. */
async function ownObjects(session: Session, realServers: readonly string[]): Promise<ObjectSeen[]> {
  const { topology } = session;
  const objects: ObjectSeen[] = [];
  for (const name of realServers) {
    const node = topology.nodes[name];
    if (node === undefined) continue;
    const port = portsOf(topology, name)[0] ?? 80;
    const address = sshAddress(node);
    objects.push({ from: name, sha256: await fetchObject(session, askerOf(topology, address), address, port) });
  }
  return objects;
}

/** Digest of the object as it arrives at the client or a node; empty: it did not. `from`: a source address of the client. */
async function fetchObject(
  session: Session,
  asker: string,
  address: string,
  port: number,
  from?: string,
): Promise<string> {
  // Who does not take the connection is not waited for as long as for a slow answer.
  const limits = `--connect-timeout 5 --max-time 20${from === undefined ? "" : ` --interface ${from}`}`;
  const command = `curl -sS --fail --noproxy '*' ${limits} http://${address}:${port}${OBJECT.url} | sha256sum`;
  const { stdout } = await (asker === CLIENT ? session.client(["sh", "-c", command]) : session.ssh(asker, command));
  const digest = /^[0-9a-f]{64}/.exec(stdout)?.[0] ?? "";
  // What did not arrive has a digest too.
  return digest === NOTHING ? "" : digest;
}

const NOTHING = createHash("sha256").digest("hex");

/** Counters of all directors together, with what all of their interfaces sent. */
async function counters(session: Session, directors: readonly string[]): Promise<Counters & { readonly sent: number }> {
  const each = directors.map(async (name) => {
    const { part } = await lookAt(
      session,
      name,
      `show counters ${COUNTERS}\nshow sent cat /sys/class/net/*/statistics/tx_bytes`,
    );
    const { counters: counted = "", sent = "" } = part;
    return {
      ...parseCounters(counted),
      sent: sent.split("\n").reduce((sum, bytes) => sum + Number(bytes), 0),
    };
  });
  const all = await Promise.all(each);
  const sum = (key: "connections" | "inBytes" | "outBytes" | "sent") => all.reduce((total, one) => total + one[key], 0);
  return { connections: sum("connections"), inBytes: sum("inBytes"), outBytes: sum("outBytes"), sent: sum("sent") };
}
