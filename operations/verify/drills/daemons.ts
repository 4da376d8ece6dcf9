import { askDaemon, type DaemonSeen, readDaemon } from "../../../components/looks/daemon";
import { lookAt } from "../../../components/looks/look";
import { compile } from "../../../model/topology/compile";
import type { Session } from "../../session/session";

/** Asks every director that brings its own configuration what its keepalived made of it. */
export async function askDaemons(session: Session): Promise<Record<string, DaemonSeen>> {
  const asked = compile(session.topology).nodes.map(async ({ name, config }) => {
    const { part } = await lookAt(session, name, askDaemon(config, "/etc/keepalived/keepalived.conf"));
    return [name, readDaemon(part)] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}
