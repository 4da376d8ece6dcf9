import { exposed, type ExposedSeen } from "../../../components/looks/exposed";
import { lookAt } from "../../../components/looks/look";
import { lookedAt } from "../../../components/roles";
import { guestsOf } from "../../../model/topology/guests";
import type { Session } from "../../session/session";

/** Looks at what every node exposes, once. */
export async function lookAtExposed(session: Session): Promise<Record<string, ExposedSeen>> {
  const { topology } = session;
  const seen = Object.values(guestsOf(topology)).map(async (node) => {
    const machine = lookedAt(topology, node, session.guest(node.name).family);
    const { part } = await lookAt(session, node.name, exposed.ask(machine));
    return [node.name, exposed.read(part, machine)] as const;
  });
  return Object.fromEntries(await Promise.all(seen));
}
