import { guestsOf } from "../../infra/model/guests";
import { balancersOf, preempts, type Service, servicesOf, vipsOf } from "../../infra/model/members";
import { CLIENT, pathTo } from "../../infra/model/routing";
import { clientInterface } from "../../infra/model/names";
import type { Node, Topology } from "../../infra/model/topology";
import type { Names } from "../../components/family";
import type { Session } from "../session";
import { watchOutage } from "./outage";
import { fetchPage, fetchPages, fetchTimes } from "./requests";
import { lookAtRole, roleSeen, unitsOf } from "./roles";
import {
  type ClientSeen,
  type FailoverSeen,
  maskPassword,
  type NodeSeen,
  parseAddresses,
  parseArping,
  parseIpvs,
  parseNeighbours,
  parseResponse,
  parseRuleset,
  parseSysctls,
  parseUnits,
  type Response,
  sections,
} from "./seen";

const software = ["ipvsadm", "keepalived"] as const;

/** Prints "ii" and the name of each of these packages that is installed. */
const askPackages = ({ manager, packages }: Names): string => {
  const names = software.map((one) => packages[one].name).join(" ");
  switch (manager) {
    case "apt":
      return `dpkg-query --show --showformat '\${db:Status-Abbrev}\${Package}\\n' ${names}`;
    case "dnf":
      return `rpm --query --queryformat 'ii %{NAME}\\n' ${names}`;
  }
};

/** Units as systemd knows them. */
const unitNames = (node: Node, { httpd }: Names): string =>
  unitsOf(node)
    .map((name) => (name === "httpd" ? httpd.unit : name))
    .join(" ");

/**
 * Everything that is read from a node, in one command: a round trip is dear in an emulated guest. What the next boot starts is read
 * from the files: systemd itself remembers what it read when it first needed a unit.
 */
const look = (topology: Topology, node: Node, names: Names): string => `
show() { printf '=== %s\\n' "$1"; shift; "$@" 2>/dev/null; printf '\\n'; }
show hostname cat /proc/sys/kernel/hostname
show addresses ip -json -4 address
show sysctls grep -H . /proc/sys/net/ipv4/conf/*/send_redirects /proc/sys/net/ipv4/conf/*/arp_ignore /proc/sys/net/ipv4/conf/*/arp_announce /proc/sys/net/ipv4/conf/*/rp_filter
show forward cat /proc/sys/net/ipv4/ip_forward
show ipvs cat /proc/net/ip_vs
show saved ipvsadm --save --numeric
show active systemctl is-active ${unitNames(node, names)}
show enabled systemctl --root=/ is-enabled ${unitNames(node, names)}
show packages ${askPackages(names)}
show conf cat /etc/keepalived/keepalived.conf
show backup ls /etc/keepalived/keepalived.conf.bak
show ruleset nft --numeric-protocol list ruleset
show routes ip -4 route show table all
show modules grep -o '^ip_vs[a-z_]*' /proc/modules
${lookAtRole(topology, node, names)}`;

/** Looks at one node. */
export async function observeNode(session: Session, name: string): Promise<NodeSeen> {
  const node = guestsOf(session.topology)[name];
  if (node === undefined) throw new Error(`${name} is no guest of lab ${session.topology.name}`);
  const result = await session.ssh(name, look(session.topology, node, session.names(name)));
  const part = sections(result.stdout);
  const lines = (section: string) => (part[section] ?? "").split("\n").filter(Boolean);
  return {
    reachable: result.code !== 255 && part.hostname !== undefined,
    hostname: (part.hostname ?? "").trim(),
    addresses: parseAddresses((part.addresses ?? "").trim()),
    sysctls: parseSysctls(part.sysctls ?? ""),
    ipForward: (part.forward ?? "").trim(),
    ipvsVersion: lines("ipvs")[0] ?? "",
    ipvs: parseIpvs(part.ipvs ?? "", part.saved ?? ""),
    units: parseUnits(unitsOf(node), part.active ?? "", part.enabled ?? ""),
    packages: lines("packages")
      .filter((line) => line.startsWith("ii "))
      .map((line) => line.slice(3)),
    keepalivedConf: maskPassword((part.conf ?? "").replace(/\n$/, "")),
    keepalivedBackup: lines("backup").length > 0,
    ...parseRuleset(part.ruleset ?? ""),
    routes: lines("routes"),
    ipvsModules: lines("modules"),
    ...roleSeen(node, part),
  };
}

/** Looks at all guests at once. */
export async function observeNodes(session: Session): Promise<Record<string, NodeSeen>> {
  const seen = session.lab.nodes.map(async ({ name }) => [name, await observeNode(session, name)] as const);
  return Object.fromEntries(await Promise.all(seen));
}

/** Asks a real server itself: the client, or the first director (proxy) where the client has no way there (NAT's inside). */
async function fetchDirect(session: Session, address: string, port: number): Promise<Response> {
  const { topology } = session;
  const [director] = balancersOf(topology);
  if (director === undefined || pathTo(topology, CLIENT, address) !== undefined)
    return fetchPage(session, address, port);
  return fetchFrom(session, director.name, address, port);
}

/** Asks for a page from a node. */
export async function fetchFrom(session: Session, node: string, address: string, port: number): Promise<Response> {
  const result = await session.ssh(
    node,
    `curl --silent --include --noproxy '*' --max-time 5 http://${address}:${port}/`,
  );
  return parseResponse(result.code === 0 ? result.stdout : "");
}

/** How many requests go through each VIP at least: enough to see every real server of a lab several times. */
export const requestsPerServer = 10;

/** How many requests a virtual server gets: whole rounds of its weights, so that shares can be exact. */
export function requestsFor({ realServers }: Pick<Service, "realServers">): number {
  const weights = Object.values(realServers).map(({ weight }) => weight);
  const round = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const least = weights.length * requestsPerServer;
  // Large weights are for schedulers that count no rounds.
  return round > least ? least : Math.ceil(least / round) * round;
}

/** Looks at the lab from the client: ARP, every virtual server, every real server. Requests go one after another, so that their order means something. */
export async function observeClient(session: Session): Promise<ClientSeen> {
  const { topology } = session;
  // arping waits a second between two questions: pages are fetched meanwhile.
  const arp = Promise.all(
    vipsOf(topology).map(async (vip) => {
      // -b keeps asking by broadcast: unicast after the first answer would hide a second owner.
      const result = await session.client(["arping", "-b", "-c", "4", "-w", "6", "-I", clientInterface, vip]);
      return [vip, parseArping(result.stdout)] as const;
    }),
  );
  const throughVip: Record<string, Response[]> = {};
  const direct: Record<string, Response> = {};
  for (const server of servicesOf(topology)) {
    const asked = { address: server.vip, port: server.port };
    throughVip[`${server.vip}:${server.port}`] = await fetchTimes(session, requestsFor(server), asked);
    for (const name of Object.keys(server.realServers)) {
      direct[name] = await fetchDirect(
        session,
        session.node(name).address,
        server.realServers[name]?.port ?? server.port,
      );
    }
  }
  const bySource = await askBySource(session);
  const answers = Object.fromEntries(await arp);
  // Last: by now the client has asked for every address that it needs.
  return { arp: answers, throughVip, direct, bySource, neighbours: await clientNeighbours(session) };
}

/** Requests of each source address through a persistent virtual server: more than one, else nothing is seen to persist. */
const requestsPerSource = 3;

/** Asks every persistent virtual server from each of the client's addresses, all sources in turn. */
async function askBySource(session: Session): Promise<ClientSeen["bySource"]> {
  const { client } = session.topology;
  const seen: Record<string, Record<string, Response[]>> = {};
  for (const { vip, port } of servicesOf(session.topology).filter(({ persistence }) => persistence !== undefined)) {
    const sources = Array.from({ length: requestsPerSource }, () => client.addresses).flat();
    const requests = sources.map((from) => ({ address: vip, port, from }));
    const answers = await fetchPages(session, requests);
    seen[`${vip}:${port}`] = Object.fromEntries(
      client.addresses.map((from) => [from, answers.filter((_, index) => sources[index] === from)]),
    );
  }
  return seen;
}

/** The client's ARP cache. */
export const clientNeighbours = async (session: Session): Promise<Record<string, string>> =>
  parseNeighbours(
    (await session.client(["ip", "-json", "-4", "neighbour", "show", "dev", clientInterface])).stdout.trim(),
  );

/** Lets seconds go by. */
export const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** Polls until a condition holds; false when the seconds ran out first. */
export async function until(seconds: number, condition: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() >= end) return false;
    await pause(0.5);
  }
  return true;
}

/** Nobody waits longer for the VIP to move: three adverts and the skew are 4 s, an emulated guest may take several times that. */
export const moveLimit = 30;
/** Seconds after which a director that may not preempt is believed: twice the time in which one that may has done it. */
export const stayTime = 8;
/** A takeover that takes longer than this is tried again: the claim is that it can be faster (000-16). */
const fastTakeover = 1;
const maxRounds = 3;

/** Stops keepalived on the VIP's holder, watches the VIP move while the client asks on, and starts it again. */
export async function drillFailover(session: Session): Promise<FailoverSeen | undefined> {
  let best: FailoverSeen | undefined;
  for (let round = 1; round <= maxRounds; round++) {
    const seen = await failoverOnce(session, round);
    if (seen === undefined) return best;
    if (best === undefined || seen.outage < best.outage || seen.holdersAfterStop.length !== 1) best = seen;
    best = { ...best, rounds: round };
    // A client that nobody served is not served sooner in another round.
    if (best.outage < fastTakeover || best.outage > moveLimit || seen.holdersAfterStop.length !== 1) break;
  }
  return best;
}

/** Balancers that hold the first VIP now. Only the addresses are read, only theirs: this is asked again and again while it moves. */
export async function holdersNow(session: Session): Promise<string[]> {
  const { vip } = session.lab;
  const addresses = balancersOf(session.topology).map(async ({ name }) => {
    const { stdout } = await session.ssh(name, "ip -json -4 address");
    return parseAddresses(stdout.trim()).some((one) => one.address === vip && one.interface !== "lo") ? [name] : [];
  });
  return (await Promise.all(addresses)).flat();
}

/** Asks through the first VIP until each server could have answered twice. */
export const askAll = (session: Session, { port, realServers }: Service): Promise<Response[]> =>
  fetchTimes(session, Object.keys(realServers).length * 2, { address: session.lab.vip, port });

async function failoverOnce(session: Session, rounds: number): Promise<FailoverSeen | undefined> {
  const { topology } = session;
  const server = servicesOf(topology).find(({ vip }) => vip === session.lab.vip);
  const [stopped] = await holdersNow(session);
  const other = balancersOf(topology).find(({ name }) => name !== stopped);
  if (stopped === undefined || other === undefined || server === undefined) return undefined;

  // The way to the client is open before anything stops.
  await fetchPage(session, session.lab.vip, server.port);
  const probe = watchOutage(session, `http://${session.lab.vip}:${server.port}/`, moveLimit);
  let holdersAfterStop: string[] = [];
  let servedAfterStop: Response[] = [];
  let outage = Number.POSITIVE_INFINITY;
  try {
    await session.ssh(stopped, "systemctl stop keepalived");
    await until(moveLimit, async () => {
      holdersAfterStop = await holdersNow(session);
      return holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped;
    });
    // One asker at a time: two of them take turns, and with round robin each would see only one real server.
    outage = await probe();
    servedAfterStop = await askAll(session, server);
  } finally {
    await probe();
    await session.ssh(stopped, "systemctl start keepalived");
  }

  const returns = preempts(topology, stopped);
  const started = performance.now();
  let returnedAfter: number | undefined;
  let holdersAfterStart: string[] = [];
  await until(returns ? moveLimit : stayTime, async () => {
    holdersAfterStart = await holdersNow(session);
    if (holdersAfterStart.includes(stopped)) returnedAfter ??= (performance.now() - started) / 1000;
    return returns && holdersAfterStart.length === 1 && holdersAfterStart[0] === stopped;
  });
  const servedAfterStart = await askAll(session, server);
  return {
    stopped,
    holdersAfterStop,
    servedAfterStop,
    holdersAfterStart,
    servedAfterStart,
    ...(returnedAfter === undefined ? {} : { returnedAfter }),
    outage,
    rounds,
  };
}
