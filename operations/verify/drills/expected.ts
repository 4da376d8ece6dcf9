import { partsOf } from "../../../components/checks/expected";
import type { Response } from "../../../components/looks/page";
import type { Session } from "../../session/session";
import { fetchTimes } from "../requests";

/** Asks what the topology's own checks ask, one after another: their answers are counted. */
export async function askExpected(session: Session): Promise<Record<string, readonly Response[]>> {
  const seen: Record<string, readonly Response[]> = {};
  for (const [name, { url, from, times, within }] of Object.entries(session.topology.expect ?? {}))
    seen[name] = await fetchTimes(session, times, {
      ...partsOf(url),
      limit: within,
      ...(from === undefined ? {} : { from }),
    });
  return seen;
}
