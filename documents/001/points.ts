import type { Points } from "../../model/topology/sourceDocument";

/** What each numbered point of the document sets up or shows, in our own words, and the checks that prove it. */
export const points: Points = {
  "001-1": {
    says: "two proxies with keepalived: MASTER 150, BACKUP 100, virtual router id 50, a password, VIP 10.0.0.3",
    checks: ["addresses", "keepalived.conf", "same-file", "router-ids", "arp", "one-master", "proxies"],
  },
  "001-2": {
    says: "case 1, both MASTER: the higher priority wins, and takes the VIP back after a failure",
    checks: ["case-both-master"],
  },
  "001-3": {
    says: "case 2, MASTER high and BACKUP low: it preempts",
    checks: ["case-master-high"],
  },
  "001-4": {
    says: "case 3, MASTER low and BACKUP high: the priority decides, not the state",
    checks: ["case-master-low"],
  },
  "001-5": {
    says: "case 4, both BACKUP with nopreempt: the one that starts first keeps the VIP, regardless of the priorities",
    checks: ["first-started", "case-both-backup-nopreempt"],
  },
  "001-6": {
    says: "a script that checks nginx, and how its weight changes the priority",
    checks: ["check-script", "track-script"],
  },
  "001-7": {
    says: "a second sample: virtual router id 33, mcast_src_ip, several VIPs",
    checks: ["adverts"],
  },
  "001-8": {
    says: "the service continues in every case; a failure moves the VIP once without preemption, twice with it",
    checks: ["pages", "round-robin", "failover", "preempt", "vip-moves"],
  },
};
