import type { Points } from "../../model/topology/sourceDocument";

/** What each numbered point of the document sets up or shows, in our own words, and the checks that prove it. */
export const points: Points = {
  "002-1": {
    says: "four machines with host names, and a VIP, all in 192.168.16.0/24",
    checks: ["addresses"],
  },
  "002-2": {
    says: "ip_vs is loaded, ipvsadm installed",
    checks: ["packages", "ip_vs", "scheduler-modules"],
  },
  "002-3": {
    says: "the director holds the VIP as /32 on ens33:0",
    checks: ["vip-on-director"],
  },
  "002-4": {
    says: "the director sends no ICMP redirects",
    checks: ["send_redirects"],
  },
  "002-5": {
    says: "the table by ipvsadm: rr, two real servers with direct routing; saved, and loaded again after a reboot",
    checks: ["tables", "saved-table"],
  },
  "002-6": {
    says: "web servers: the VIP on lo:0 at boot, its host route, the ARP sysctls",
    checks: ["vip-on-lo", "real-servers-silent"],
  },
  "002-7": {
    says: "httpd starts at boot, with a page each",
    checks: ["pages"],
  },
  "002-8": {
    says: "two requests from outside get the two pages, one after the other",
    checks: ["round-robin"],
  },
  "002-9": {
    says: "the NFS server shares /opt/wwwroot with the segment, also after a reboot",
    checks: ["share"],
  },
  "002-10": {
    says: "the web servers mount the share on their document root, from fstab",
    checks: ["mount"],
  },
  "002-11": {
    says: "one file on the NFS server: the client gets it every time",
    checks: ["shared-content"],
  },
  "002-12": {
    says: "properties of direct routing: one segment, answers bypass the director, the VIP is on every real server's lo",
    checks: ["arp", "gateway", "client-arp", "request-way", "answer-way", "payload"],
  },
};
