import { guestsOf } from "../../model/topology/guests";
import { goesBySource, type Service, servicesOf, sshAddress, vipsOf } from "../../model/topology/queries";
import { shellQuote } from "../../model/shellQuote";
import { askerOf, CLIENT } from "../../model/topology/packetPaths";
import { clientInterface } from "../../model/topology/names";
import type { Step } from "../../components/machine/remote/script";
import type { Session } from "../session/session";
import { lookedAt, roleOf } from "../../components/roles";
import { lookAt } from "../../components/looks/look";
import { fetchPage, fetchPages, fetchTimes } from "./requests";
import type { ClientSeen } from "../../components/looks/lab";
import { commandsOf, type NodeSeen, readMachine } from "../../components/looks/machine";
import { parseArping, parseNeighbours } from "../../components/looks/arp";
import { parseResponse, type Response } from "../../components/looks/page";

/** Looks at one node. */
export async function observeNode(session: Session, name: string): Promise<NodeSeen> {
  const node = guestsOf(session.topology)[name];
  if (node === undefined) throw new Error(`${name} is no guest of lab ${session.topology.name}`);
  const machine = lookedAt(session.topology, node, session.guest(name).family);
  const { code, part } = await lookAt(session, name, commandsOf(machine));
  return {
    ...readMachine(part, machine),
    reachable: code !== 255 && part.hostname !== undefined,
    ...deployedTexts(session.configuration?.[name]),
  };
}

/** The texts that the steps of a guest write. */
function deployedTexts(steps: readonly Step[] | undefined): Pick<NodeSeen, "deployed"> {
  if (steps === undefined) return {};
  const texts = steps.flatMap((step): [string, string][] => {
    if (step.kind === "file") return [[step.path, step.content]];
    if (step.kind === "line") return [[`${step.path} ${step.word}`, step.line]];
    return step.kind === "ruleset" ? [[step.table, step.rules]] : [];
  });
  return { deployed: Object.fromEntries(texts) };
}

/** Looks at all guests at once. */
export async function observeNodes(session: Session): Promise<Record<string, NodeSeen>> {
  const seen = session.lab.nodes.map(async ({ name }) => [name, await observeNode(session, name)] as const);
  return Object.fromEntries(await Promise.all(seen));
}

/** Asks a real server at its own address. */
function fetchDirect(session: Session, address: string, port: number): Promise<Response> {
  const asker = askerOf(session.topology, address);
  return asker === CLIENT ? fetchPage(session, address, port) : fetchFrom(session, asker, address, port);
}

/** Asks for a page from a node. */
export async function fetchFrom(session: Session, node: string, address: string, port: number): Promise<Response> {
  const result = await session.ssh(
    node,
    `curl --silent --include --noproxy '*' --max-time 5 http://${address}:${port}/`,
  );
  return parseResponse(result.code === 0 ? result.stdout : "");
}

/** Least number of requests through each VIP: enough to see every real server of a lab several times. */
export const requestsPerServer = 10;

/** Number of requests to a virtual server: whole rounds of its weights, so that shares can be exact. */
export function requestsFor({ realServers }: Pick<Service, "realServers">): number {
  const weights = Object.values(realServers).map(({ weight }) => weight);
  const round = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const least = weights.length * requestsPerServer;
  // Large weights are for schedulers without rounds.
  return round > least ? least : Math.ceil(least / round) * round;
}

/** Looks at the lab from the client: ARP, every virtual server, every real server. Requests go one after another, so that their order counts. */
export async function observeClient(session: Session): Promise<ClientSeen> {
  const { topology } = session;
  // arping waits a second between two requests: fetch the pages meanwhile.
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
  const asked = await askServers(session);
  const answers = Object.fromEntries(await arp);
  // Read it last: by now the client has asked for every address that it needs.
  return { arp: answers, throughVip, direct, bySource, asked, neighbours: await clientNeighbours(session) };
}

/** Asks the machines that serve something else than pages, each at an address that the client reaches, if it has one. */
async function askServers(session: Session): Promise<ClientSeen["asked"]> {
  const { topology } = session;
  const seen: Record<string, object> = {};
  for (const node of Object.values(topology.nodes)) {
    const { asks } = roleOf(node);
    if (asks === undefined) continue;
    const addresses = Object.values(node.interfaces).map(({ address }) => address);
    const address = addresses.find((one) => askerOf(topology, one) === CLIENT) ?? sshAddress(node);
    const asker = askerOf(topology, address);
    const command = asks.command(node, address, topology);
    if (command.length === 0) continue;
    const { stdout } =
      asker === CLIENT ? await session.client(command) : await session.ssh(asker, command.map(shellQuote).join(" "));
    seen[node.name] = asks.read(node, stdout, topology);
  }
  return seen;
}

/** Requests of each source address, in a row. One cannot show persistence; with sources in turn the scheduler's turns could look like it. */
const requestsPerSource = 3;

/** Asks every virtual server that goes by the source address from each of the client's addresses. */
async function askBySource(session: Session): Promise<ClientSeen["bySource"]> {
  const { client } = session.topology;
  const seen: Record<string, Record<string, Response[]>> = {};
  for (const { vip, port } of servicesOf(session.topology).filter(goesBySource)) {
    const sources = client.addresses.flatMap((from) => Array.from({ length: requestsPerSource }, () => from));
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
