import type { Points } from "../../model/topology/sourceDocument";

/** What each numbered point of the document sets up or shows, in our own words, and the checks that prove it. */
export const points: Points = {
  "000-1": {
    says: "two directors, two web servers, a client and a VIP, all in 192.168.10.0/24",
    checks: ["addresses"],
  },
  "000-2": {
    says: "both directors: SELinux and firewalld off, ipvsadm and keepalived installed",
    checks: ["packages"],
  },
  "000-3": {
    says: "the module ip_vs is loaded, and /proc/net/ip_vs can be read",
    checks: ["ip_vs", "scheduler-modules"],
  },
  "000-4": {
    says: "directors send no ICMP redirects: send_redirects is 0 on all, default and the interface",
    checks: ["send_redirects"],
  },
  "000-5": {
    says: "keepalived.conf: a router_id each, instance VI_1, MASTER 100 and BACKUP 90, virtual router id 10, a password, the VIP",
    checks: ["keepalived.conf", "router-ids", "adverts"],
  },
  "000-6": {
    says: "one virtual server on port 80: rr, direct routing, two real servers of weight 1, each with a TCP check",
    checks: ["master-table", "one-down"],
  },
  "000-7": {
    says: "the backup gets the same file by copy; only router_id, state and priority change",
    checks: ["same-file"],
  },
  "000-8": {
    says: "the table is saved, ipvsadm's service started, keepalived restarted",
    checks: ["one-owner"],
  },
  "000-9": {
    says: "web servers: firewall and SELinux off, httpd with one page each, KeepAlive off",
    checks: ["no-other-filter", "pages"],
  },
  "000-10": {
    says: "web servers: the VIP as /32 on lo:0 with a host route, and the ARP sysctls that keep it silent",
    checks: ["vip-on-lo", "arp", "gateway", "client-arp", "real-servers-silent"],
  },
  "000-11": {
    says: "`ipvsadm -ln` on both directors lists both real servers",
    checks: ["tables"],
  },
  "000-12": {
    says: "the client gets both pages in turn through the VIP",
    checks: ["round-robin", "request-way", "answer-way", "payload"],
  },
  "000-13": {
    says: "keepalived stopped on the master: the VIP moves to the backup, and the client is still served",
    checks: ["failover"],
  },
  "000-14": {
    says: "the modes of preemption: the VIP comes back, stays, or comes back after a delay",
    checks: ["preempt", "first-started", "preempt-delay"],
  },
  "000-15": {
    says: "split brain: its causes, and what helps against it",
    checks: ["one-master"],
  },
  "000-16": {
    says: "the takeover can be faster than one second",
    checks: ["takeover-time"],
  },
};
