import { checksOf, type Control, edited } from "./control";
import type { Proof } from "./proof";

const lab = "tests/fixtures/valid-servers.yaml";

/** Servers whose daemon is gone or answers something else, and a kernel with another setting. */
export const controls: readonly Control[] = [
  {
    node: "ns",
    ...edited("/etc/dnsmasq.conf", "s/10\\.9\\.53\\.3$/10.9.53.4/", "systemctl restart dnsmasq"),
    says: { names: /ns: the answer for www\.lab is 10\.9\.53\.4, must be 10\.9\.53\.3/ },
  },
  {
    node: "web",
    damage: "sysctl -qw net.ipv4.tcp_keepalive_time=7200",
    mend: "sysctl -qw net.ipv4.tcp_keepalive_time=600",
    says: { settings: /web: net\.ipv4\.tcp_keepalive_time is 7200, must be 600/ },
  },
  {
    node: "mx",
    damage: "systemctl stop lvs-lab-mail.socket",
    mend: "systemctl start lvs-lab-mail.socket",
    says: { greeting: /mx: the greeting is nothing, must be 220 mx SMTP/ },
  },
];

const standIns = "tests/fixtures/valid-stand-ins.yaml";

/** A stand-in that is gone, and one whose TLS alone is gone. */
export const standInControls: readonly Control[] = [
  {
    node: "app",
    damage: "systemctl stop lvs-lab-server",
    mend: "systemctl start lvs-lab-server",
    says: { servers: /app: the answer to tcp 7 at 2001:db8:54::31 is nothing \(Connection refused\), must be app/ },
  },
  {
    node: "app",
    damage: "systemctl stop lvs-lab-server-tls",
    mend: "systemctl start lvs-lab-server-tls",
    says: { servers: /app: the answer to https 443 is nothing \(.*\), must be app with status 200/ },
  },
];

/** A DNS server and a mail server; a stand-in. */
export const proofs: readonly Proof[] = [
  { lab, passes: "every check", fails: checksOf(controls) },
  { lab: standIns, passes: "every check", fails: checksOf(standInControls) },
];
