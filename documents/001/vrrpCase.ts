import type { PreemptionCase } from "../../model/topology/sourceDocument";
import type { VrrpCase } from "../../model/topology/topology";

/** The document's four cases of preemption, by the words of the key `vrrpCase`. */
export const vrrpCases: Readonly<Record<VrrpCase, PreemptionCase>> = {
  "both-master": {
    shows: "two MASTERs: the higher priority has the VIP, and takes it back",
    part: () => ({ state: "MASTER", nopreempt: false }),
  },
  "master-high": {
    shows: "MASTER high, BACKUP low: the MASTER has the VIP, and takes it back",
    part: (highest) => ({ state: highest ? "MASTER" : "BACKUP", nopreempt: false }),
  },
  "master-low": {
    shows: "MASTER low, BACKUP high: the BACKUP has the VIP, and takes it back: the priority decides",
    part: (highest) => ({ state: highest ? "BACKUP" : "MASTER", nopreempt: false }),
  },
  "both-backup-nopreempt": {
    shows: "two BACKUPs with nopreempt: the node that has the VIP keeps it, also against a higher priority",
    part: () => ({ state: "BACKUP", nopreempt: true }),
  },
};
