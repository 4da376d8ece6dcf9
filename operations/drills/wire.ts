/** The VRRP adverts on the wire, seen on the segment's bridge by tcpdump on this machine: its clock is that of the load. */
import { parseAdvertLine } from "../../components/looks/advert";
import { bridgeName } from "../../model/topology/names";
import { balancersOf } from "../../model/topology/queries";
import type { Topology } from "../../model/topology/topology";
import { MISSING, tryRun } from "../run";
import { UserError } from "../../model/userError";
import type { Session } from "../session/session";
import type { AdvertAt } from "./timeline";

/** The bridge of the segment in which the directors send their adverts; undefined: there is no VRRP. */
export function advertBridge(topology: Topology): string | undefined {
  const { vrrp, segments, name } = topology;
  const segment = balancersOf(topology)[0]?.interfaces[vrrp?.interface ?? ""]?.segment;
  return segment === undefined ? undefined : (segments[segment]?.bridge ?? bridgeName(name, segment));
}

/** The adverts of a lab's virtual router in tcpdump's lines, by the directors that sent them. Times are seconds since 1970. */
export function readAdverts(lines: readonly string[], topology: Topology): AdvertAt[] {
  const { virtualRouterId, interface: card = "" } = topology.vrrp ?? {};
  return lines.flatMap((line): AdvertAt[] => {
    const advert = parseAdvertLine(line);
    const node = balancersOf(topology).find((one) => one.interfaces[card]?.address === advert?.source);
    if (advert === undefined || node === undefined || advert.virtualRouterId !== virtualRouterId) return [];
    return [{ at: advert.at, node: node.name, priority: advert.priority }];
  });
}

/** Begins to listen. The returned function ends it, and returns what was heard. */
export function listen(session: Session): () => Promise<AdvertAt[]> {
  const bridge = advertBridge(session.topology);
  if (bridge === undefined) return async () => [];
  const lines: string[] = [];
  const over = new AbortController();
  const words = session.enter("tcpdump", "-n", "-tt", "-l", "-i", bridge, "ip proto 112");
  const listening = tryRun(words, {
    stop: over.signal,
    line: (line, stream) => void (stream === "stdout" && lines.push(line)),
  });
  return async () => {
    over.abort();
    const { code, stderr } = await listening;
    if (code === MISSING) throw new UserError(`tcpdump cannot be started: ${stderr} (fix: apt-get install tcpdump)`);
    return readAdverts(lines, session.topology);
  };
}
