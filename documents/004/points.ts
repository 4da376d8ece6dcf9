import type { Points } from "../../model/topology/sourceDocument";

/** What each numbered point of the document sets up or shows, in our own words, and the checks that prove it. */
export const points: Points = {
  "004-1": {
    says: "two networks: directors and router in both, web servers only inside",
    checks: ["addresses"],
  },
  "004-2": {
    says: "the service continues if any one director or web server fails",
    checks: ["failover", "one-down"],
  },
  "004-3": {
    says: "a script on the web servers: ARP sysctls, the VIP as /32 on lo:0, its host route",
    checks: ["vip-on-lo"],
  },
  "004-4": {
    says: "a page each",
    checks: ["pages"],
  },
  "004-5": {
    says: "keepalived.conf with notification mails, its own multicast group, a label, HTTP checks and a sorry server",
    checks: ["keepalived.conf", "router-ids", "adverts", "vip-label", "mail", "mail-state"],
  },
  "004-6": {
    says: "started first, the backup holds the VIP; the master takes it when it starts",
    checks: ["preempt"],
  },
  "004-7": {
    says: "every director gets the page of every web server",
    checks: ["backends"],
  },
  "004-8": {
    says: "`ipvsadm` lists both web servers, with direct routing",
    checks: ["tables"],
  },
  "004-9": {
    says: "without the router the director counts a request but no answer arrives; with the router it does",
    checks: ["request-way", "answer-way", "payload", "without-router"],
  },
  "004-10": {
    says: "the router's table has both networks and the way to the outside; a web server can ping a host outside",
    checks: ["router", "ping-out"],
  },
  "004-11": {
    says: "the sorry server answers while all web servers are down",
    checks: ["sorry"],
  },
  "004-12": {
    says: "a wish: health checks stay out of the access log",
    checks: ["health-log"],
  },
  "004-13": {
    says: "the order of building: web servers, directors, router; the web servers' gateway is the router",
    checks: ["routes"],
  },
};
