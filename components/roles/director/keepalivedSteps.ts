import type { Topology } from "../../../model/topology/topology";
import { STAGED, type Step } from "../../machine/remote/script";
import { renderKeepalived } from "./keepalived";
import { LOOPBACK, mailSpoolSteps } from "../mail/spool";

/** The steps for keepalived on a director or proxy, with its mail server if it sends mails. */
export const keepalivedSteps = (topology: Topology, node: string, authPass?: string): Step[] => [
  ...(topology.vrrp?.notification === undefined ? [] : mailSpoolSteps(LOOPBACK)),
  {
    kind: "file",
    path: "/etc/keepalived/keepalived.conf",
    content: renderKeepalived(topology, node, authPass === undefined ? {} : { authPass }),
    mode: "0600",
    // Every exit code except 0 refuses the file. 4, for example, means that keepalived runs but ignores a wrong part.
    check: ["keepalived", "--config-test", `--use-file=${STAGED}`],
    backup: true,
    events: ["reload:keepalived"],
  },
  { kind: "unit", name: "keepalived", enabled: true, active: true },
];
