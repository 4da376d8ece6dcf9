import { checksOf, type Control, edited } from "./control";
import type { Proof } from "./proof";

const conf = "/etc/keepalived/keepalived.conf";
const arp = (value: number) =>
  `sysctl -qw net.ipv4.conf.all.arp_ignore=${value} net.ipv4.conf.lo.arp_ignore=${value} net.ipv4.conf.ens33.arp_ignore=0`;
/** What is broken on several machines, all at once. */
export const damages: readonly Control[] = [
  {
    node: "web1",
    damage: `${arp(0)}; ip route del 192.168.10.200/32 dev lo; systemctl -q disable lvs-lab-vip`,
    mend: `${arp(1)}; ip route replace 192.168.10.200/32 dev lo; systemctl -q enable lvs-lab-vip`,
    says: {
      "vip-on-lo":
        /web1: lvs-lab-vip\.service at boot is disabled[^]*web1: no host route to 192\.168\.10\.200 on lo[^]*web1: net\.ipv4\.conf\.all\.arp_ignore is 0, must be 1/,
      arp: /web1: answers ARP for 192\.168\.10\.200/,
      "real-servers-silent": /web1: answers ARP for 192\.168\.10\.200/,
    },
  },
  {
    node: "zhuserver",
    damage: "ipvsadm -d -t 192.168.10.200:80 -r 192.168.10.134:80",
    mend: "ipvsadm -a -t 192.168.10.200:80 -r 192.168.10.134:80 -g -w 1",
    says: {
      "master-table": /zhuserver: the IPVS table lacks .*192\.168\.10\.134:80 Route weight 1/,
      tables: /zhuserver: the IPVS table lacks .*192\.168\.10\.134:80 Route weight 1/,
      "round-robin": /web2: gave 0 of 20 answers/,
    },
  },
  {
    node: "web2",
    damage: "echo wrong >/var/www/html/index.html; hostname other; ip route add default via 192.168.10.130",
    mend: "echo 'zhantai is boy' >/var/www/html/index.html; hostname web2; ip route del default",
    says: {
      pages: /web2: answers 200 "wrong" at 192\.168\.10\.134, must be 200 "zhantai is boy"/,
      addresses: /web2: host name is other, must be web2/,
      gateway: /web2: its route leads through a director/,
    },
  },
  {
    node: "web2",
    damage: "nft 'add table ip stray; add chain ip stray in; add rule ip stray in tcp dport 81 drop'",
    mend: "nft delete table ip stray",
    says: { "no-other-filter": /web2: nftables drops packets in a table that is not the lab's: tcp dport 81 drop/ },
  },
  {
    node: "beiserver",
    ...edited(conf, "s/LVS_02/LVS_01/; s/delay_loop 6/delay_loop 7/"),
    says: {
      "keepalived.conf": /beiserver: keepalived\.conf differs from the topology's in line \d+: router_id LVS_01/,
      "same-file": /beiserver: keepalived\.conf differs from zhuserver's: delay_loop 7/,
      "router-ids": /beiserver: router_id is LVS_01, which is zhuserver's too/,
    },
  },
  {
    node: "beiserver",
    damage: "sysctl -qw net.ipv4.conf.ens33.send_redirects=1; systemctl -q disable keepalived",
    mend: "sysctl -qw net.ipv4.conf.ens33.send_redirects=0; systemctl -q enable keepalived",
    says: {
      send_redirects: /beiserver: net\.ipv4\.conf\.ens33\.send_redirects is 1, must be 0/,
      "one-owner": /beiserver: keepalived\.service at boot is disabled, must be enabled/,
    },
  },
  {
    node: "zhuserver",
    ...edited(conf, "s/priority 100/priority 99/", "systemctl reload keepalived"),
    says: { adverts: /zhuserver: the adverts' priority is 99, must be 100/ },
  },
];

const cut = "add table inet cut; add chain inet cut in { type filter hook input priority -9; }";
// The BACKUP too waits for three adverts before it takes the VIP.
const hasVip =
  "for n in $(seq 30); do ip -4 address show dev ens33 | grep -q 192.168.10.200 && exit 0; sleep 1; done; exit 1";
/** Adverts that reach neither director. */
export const splitBrain: readonly Control[] = ["zhuserver", "beiserver"].map((node) => ({
  node,
  damage: `nft '${cut}; add rule inet cut in ip protocol 112 drop' && ${hasVip}`,
  mend: "nft delete table inet cut",
  says: { "one-master": /zhuserver, beiserver: all hold 192\.168\.10\.200 \(split brain\)/ },
}));

/** Nobody is MASTER. */
export const nobody: readonly Control[] = ["zhuserver", "beiserver"].map((node) => ({
  node,
  damage: "systemctl stop keepalived",
  mend: "systemctl start keepalived",
  says: {
    "one-master": /no director holds 192\.168\.10\.200: zhuserver's keepalived is inactive/,
    failover: /no director holds the VIP/,
    preempt: /no director holds the VIP/,
    "takeover-time": /no director/,
  },
}));

/** Forbidden access to a machine. Other tests open it (tests/lab/security.ts). */
export const opened = ["firewall", "ports", "logins"] as const;

export const proofs: readonly Proof[] = [
  {
    lab: "dr-keepalived",
    passes: "every check",
    fails: [...checksOf([...damages, ...splitBrain, ...nobody]), ...opened],
  },
];
