import { type ExposedSeen, looksAtExposed } from "../../../components/looks/exposed";
import { askAll, lookAt, readAll } from "../../../components/looks/look";
import { lookedAt } from "../../../components/roles";
import { guestsOf } from "../../../model/topology/guests";
import type { Session } from "../../session/session";

/** Looks at what every node exposes, once. */
export async function lookAtExposed(session: Session): Promise<Record<string, ExposedSeen>> {
  const { topology } = session;
  const seen = Object.values(guestsOf(topology)).map(async (node) => {
    const machine = lookedAt(topology, node, session.guest(node.name).family);
    const looks = looksAtExposed(machine);
    const { part } = await lookAt(session, node.name, askAll(looks, machine));
    return [node.name, readAll(looks, part, machine) as ExposedSeen] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}
