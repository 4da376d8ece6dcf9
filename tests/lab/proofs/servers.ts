import { checksOf, type Control, edited } from "./control";
import type { Proof } from "./proof";

const lab = "tests/fixtures/valid-servers.yaml";

/** Servers whose daemon is gone, or answers something else. */
export const controls: readonly Control[] = [
  {
    node: "ns",
    ...edited("/etc/dnsmasq.conf", "s/10\\.9\\.53\\.3$/10.9.53.4/", "systemctl restart dnsmasq"),
    says: { names: /ns: the answer for www\.lab is 10\.9\.53\.4, must be 10\.9\.53\.3/ },
  },
  {
    node: "mx",
    damage: "systemctl stop lvs-lab-mail.socket",
    mend: "systemctl start lvs-lab-mail.socket",
    says: { greeting: /mx: the greeting is nothing, must be 220 mx SMTP/ },
  },
];

/** A DNS server and a mail server. */
export const proofs: readonly Proof[] = [{ lab, passes: "every check", fails: checksOf(controls) }];
