import { checksOf, type Control } from "./control";
import type { Proof } from "./proof";

/** What is broken, all at once. */
export const damages: readonly Control[] = [
  {
    node: "lvs",
    damage: "ipvsadm --clear",
    mend: "systemctl restart ipvsadm",
    says: { tables: /lvs: the IPVS table lacks TCP 192\.168\.16\.100:80 rr/ },
  },
  {
    node: "nfs",
    damage: "exportfs -ua",
    mend: "exportfs -ra",
    says: { share: /nfs: showmount -e shows nobody/ },
  },
];

/** What shows a page of its own: clients have to be served while it is seen. */
export const unmounted: readonly Control[] = [
  {
    node: "web1",
    damage: "systemctl stop var-www-html.mount",
    mend: "systemctl start var-www-html.mount",
    says: {
      mount: /web1: \/var\/www\/html is nothing, must be 192\.168\.16\.145:\/opt\/wwwroot nfs4/,
      "shared-content": /client: \d+ of \d+ answers differ, one is 200 "This is web1"/,
    },
  },
];

export const proofs: readonly Proof[] = [
  { lab: "dr-ipvsadm-nfs", passes: "every check", fails: checksOf([...damages, ...unmounted]) },
];
