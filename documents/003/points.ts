import type { Points } from "../../model/topology/sourceDocument";

/** What each numbered point of the document sets up or shows, in our own words, and the checks that prove it. */
export const points: Points = {
  "003-1": {
    says: "two directors and two web servers in 10.0.0.0/24 with a second network, and a page each",
    checks: ["addresses", "no-other-filter", "pages", "routes"],
  },
  "003-2": {
    says: "ipvsadm is installed; the kernel has loaded ip_vs and the scheduler",
    checks: ["packages", "ip_vs", "scheduler-modules"],
  },
  "003-3": {
    says: "the director holds the VIP as /24 on eth0",
    checks: ["vip-on-director"],
  },
  "003-4": {
    says: "the table by ipvsadm: timeouts, wrr with persistence 20, two real servers with direct routing",
    checks: ["tables", "saved-table", "timeouts", "persistence"],
  },
  "003-5": {
    says: "web servers: the VIP as /32 on lo, and four ARP sysctls",
    checks: ["vip-on-lo"],
  },
  "003-6": {
    says: "a request works, and the client's ARP cache has the VIP at the director's MAC",
    checks: ["arp", "client-arp"],
  },
  "003-7": {
    says: "if the VIP is moved by hand, clients keep the old MAC until arping announces the new one",
    checks: ["gratuitous-arp"],
  },
  "003-8": {
    says: "the forwarding methods DR, NAT, TUN and FULLNAT, hop by hop, with what each allows",
    checks: ["gateway", "request-way", "answer-way", "payload"],
  },
  "003-9": {
    says: "eight schedulers: rr, wrr, lc, wlc, lblc, lblcr, dh, sh",
    checks: [
      "weighted-round-robin",
      "source-hash",
      "destination",
      "served",
      "weighted-failover",
      "least-connection",
      "schedulers",
    ],
  },
  "003-10": {
    says: "the VIP must not be on a real server's card, and why it must be silent in ARP",
    checks: ["real-servers-silent"],
  },
  "003-11": {
    says: "the same setup with keepalived: VIP, table, failover and health checks; persistence 50",
    checks: [
      "keepalived.conf",
      "master-table",
      "same-file",
      "router-ids",
      "one-owner",
      "one-master",
      "failover",
      "preempt",
      "vip-secondary",
      "adverts",
      "one-down",
    ],
  },
  "003-12": {
    says: "the terms DS, RS, VIP, DIP, RIP and CIP",
    checks: [],
  },
};
