import type { Topology } from "../../infra/model/topology";
import { STAGED, type Step } from "../remote/script";
import { renderKeepalived } from "./keepalived";
import { mailSpoolSteps } from "./mailSpool";

/** Gives a director or a proxy its keepalived, and the mail server that it may ask for. */
export const keepalivedSteps = (topology: Topology, node: string, authPass?: string): Step[] => [
  ...(topology.vrrp?.notification === undefined ? [] : mailSpoolSteps()),
  {
    kind: "file",
    path: "/etc/keepalived/keepalived.conf",
    content: renderKeepalived(topology, node, authPass === undefined ? {} : { authPass }),
    mode: "0600",
    // Any exit code but 0 refuses: 4, for example, is "runs after dropping what is wrong".
    check: ["keepalived", "--config-test", `--use-file=${STAGED}`],
    backup: true,
    events: ["reload:keepalived"],
  },
  { kind: "unit", name: "keepalived", enabled: true, active: true },
];
