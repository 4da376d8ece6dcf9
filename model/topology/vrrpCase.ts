import type { DirectorVrrp, VrrpCase } from "./topology";

type Nodes = Readonly<Record<string, { readonly vrrp?: { readonly priority: number } }>>;

/** State and nopreempt of a node by its case and its priority. Without a case: BACKUP, which preempts. */
export function casePart(
  vrrpCase: VrrpCase | undefined,
  nodes: Nodes,
  { priority }: { readonly priority: number },
): Pick<DirectorVrrp, "state" | "nopreempt"> {
  const highest = Object.values(nodes).every(({ vrrp }) => vrrp === undefined || vrrp.priority <= priority);
  const master = (yes: boolean): DirectorVrrp["state"] => (yes ? "MASTER" : "BACKUP");
  switch (vrrpCase) {
    case "both-master":
      return { state: "MASTER", nopreempt: false };
    case "master-high":
      return { state: master(highest), nopreempt: false };
    case "master-low":
      return { state: master(!highest), nopreempt: false };
    case "both-backup-nopreempt":
      return { state: "BACKUP", nopreempt: true };
    // This includes a word that the schema refused: no second problem follows from it.
    default:
      return { state: "BACKUP", nopreempt: false };
  }
}
