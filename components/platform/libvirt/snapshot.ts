import type { Taken } from "../platform";
import { readXml } from "./xml";

/** The mark of lvs-lab's snapshots, and the digest of the deployment, for which virsh has no field. */
export const descriptionOf = (deployment: string): string => `lvs-lab ${deployment}`;

/** Reads from `virsh snapshot-dumpxml` when a snapshot was taken, and of which deployment; undefined: it is not one of lvs-lab's. */
export function parseSnapshot(xml: string): Taken | undefined {
  const [snapshot] = readXml(xml).all("domainsnapshot");
  const deployment = /^lvs-lab ([0-9a-f]+)$/.exec(snapshot?.text("description") ?? "")?.[1];
  const seconds = Number(snapshot?.text("creationTime"));
  return deployment === undefined ? undefined : { deployment, taken: new Date(seconds * 1000).toISOString() };
}
