import { checksOf, type Control, edited } from "./control";
import type { Proof } from "./proof";

const lab = "tests/lab/sites.yaml";

/** A director that goes by another file, and one whose program fails: the VIPs are elsewhere. */
export const controls: readonly Control[] = [
  {
    node: "lb2",
    ...edited(
      "/etc/keepalived/keepalived.conf",
      "1i bogus_word\ns/priority 140/priority 139/",
      "{ systemctl reload keepalived; sleep 2; }",
    ),
    says: {
      "own-runs": /lb2: keepalived --config-test: .*Unknown keyword 'bogus_word'/,
      understood: /lb2: vrrp_instance WEB: keepalived goes by priority 139, the file says 140/,
    },
  },
  {
    node: "lb1",
    damage: "mkdir -p /run/lvs-lab/turned && touch /run/lvs-lab/turned/pgrep--x-agent && sleep 5",
    mend: "rm /run/lvs-lab/turned/pgrep--x-agent && sleep 5",
    says: {
      "one-holder":
        /lb1: does not hold 10\.9\.63\.101 of WEB[^]*lb2: holds 10\.9\.63\.100 of WEB, which must be on lb1/,
      states: /lb1: WEB is FAULT, must be MASTER/,
    },
  },
  {
    node: "rs2",
    damage: "systemctl stop lvs-lab-server && sleep 10",
    mend: "systemctl start lvs-lab-server && sleep 5",
    says: {
      "own-table": /lb1: the IPVS table lacks UDP 10\.9\.63\.100:53 -> 10\.9\.63\.22:53 DR weight 1/,
      "services-answer": /10\.9\.63\.100 53 UDP: rs2 gave none of 4 answers/,
    },
  },
];

/** The other director is not there when keepalived stops on one. */
export const stopped: readonly Control[] = [
  {
    node: "lb2",
    damage: "systemctl stop keepalived",
    mend: "systemctl start keepalived",
    says: {
      stops: /keepalived stops on lb1: WEB: during it predict says that 10\.9\.63\.100 is on lb2, seen on nobody/,
    },
  },
];

/** Two directors with their own keepalived.conf. */
export const proofs: readonly Proof[] = [
  { lab, passes: "every check", fails: checksOf([...controls, ...stopped]) },
  { lab, passes: ["predictions"], fails: [] },
];
