import type { Control } from "./control";
import { type Course, proofsOf } from "./course";
import type { Proof } from "./proof";

/** Long enough for the health checks of these labs, all of their attempts. */
const noticed = "sleep 12";

/** The program that a director watches is gone. */
const agent: readonly Control[] = [
  {
    node: "lb1",
    damage: "systemctl stop lvs-lab-process-health-agent && sleep 5",
    mend: "systemctl start lvs-lab-process-health-agent && sleep 5",
    says: {
      "one-holder":
        /lb1: does not hold 10\.61\.0\.101 of SITE_1[^]*lb2: holds 10\.61\.0\.101 of SITE_1, which must be on lb1/,
      states: /lb2: SITE_1 is MASTER, must be BACKUP/,
    },
  },
];

/** No advert arrives at the BACKUP. */
const silence: readonly Control[] = [
  {
    node: "lb2",
    damage:
      "nft 'add table inet silence; add chain inet silence input { type filter hook input priority -10; }; add rule inet silence input ip protocol 112 drop' && sleep 2",
    mend: "nft delete table inet silence && sleep 2",
    says: {
      "one-holder": /lb2: holds 10\.61\.0\.100 of WEB, which must be on lb1/,
      states: /lb2: WEB is MASTER, must be BACKUP/,
    },
  },
];

/** A DNS server that gets no question any more, and a kernel that takes questions for connections. */
const drained: readonly Control[] = [
  {
    node: "lb1",
    damage: "ipvsadm -e -u 10.61.0.100:53 -r 10.61.0.12:53 -g -w 0",
    mend: "ipvsadm -e -u 10.61.0.100:53 -r 10.61.0.12:53 -g -w 1",
    says: {
      "own-table": /lb1: the IPVS table lacks UDP 10\.61\.0\.100:53 -> 10\.61\.0\.12:53 DR weight 1/,
      "services-answer": /10\.61\.0\.100 53 UDP: rs2 gave none of 6 answers/,
    },
  },
  {
    node: "lb2",
    damage: "ipvsadm -E -u 10.61.0.100:53 -s wrr",
    mend: "ipvsadm -E -u 10.61.0.100:53 -s wrr -o",
    says: { "own-table": /lb2: the IPVS table lacks UDP 10\.61\.0\.100:53 wrr ops/ },
  },
];

/** One of three mail servers is left. */
const quorum: readonly Control[] = ["rs2", "rs3"].map((node, index) => ({
  node,
  damage: `systemctl stop lvs-lab-server && ${index === 0 ? "true" : noticed}`,
  mend: `systemctl start lvs-lab-server && ${index === 0 ? noticed : "true"}`,
  says: {
    "own-table": /lb1: the IPVS table has TCP 10\.61\.0\.100:25 -> 10\.61\.0\.20:25 DR weight 1, which is not in/,
    "services-answer": /10\.61\.0\.100 25 TCP: got sorry, must be one of rs1, rs2, rs3/,
  },
}));

/** A real server drops what the director sends it over IPv6: it does not hold the VIP. */
const sixth: readonly Control[] = [
  {
    node: "rs2",
    damage: "ip -6 address del 2001:db8:61::100/128 dev lo",
    mend: "ip -6 address add 2001:db8:61::100/128 dev lo",
    says: { "services-answer": /2001:db8:61::100 80 TCP: got \(.*\), must be one of rs1, rs2/ },
  },
];

/** Answers find no way out, and one gateway is silent about the outer VIP. */
const gateways: readonly Control[] = [
  {
    node: "rs1",
    damage: "ip route del default",
    mend: "ip route add default via 10.66.0.254",
    says: {
      servers: /rs1: the answer to http 80 is nothing \(.*\), must be rs1/,
      routes: /rs1: has no route default via 10\.66\.0\.254/,
    },
  },
  {
    node: "gw1",
    damage:
      "nft 'add table arp silence; add chain arp silence input { type filter hook input priority 0; }; add rule arp silence input arp daddr ip 10.65.0.254 drop; add table inet silence; add chain inet silence input { type filter hook input priority -10; }; add rule inet silence input ip daddr 10.65.0.254 drop'",
    mend: "nft 'delete table arp silence; delete table inet silence'",
    says: { "vips-answer": /client: 10\.65\.0\.254 does not answer/ },
  },
];

/** The MASTER's kernel tells nobody of its connections. */
const untold: readonly Control[] = [
  {
    node: "lb1",
    damage: "ipvsadm --stop-daemon master",
    // The check starts keepalived again, which starts the daemon.
    mend: "true",
    says: {
      "connections-survive":
        /keepalived stopped on lb1: 0 of 20 connections went on; the other director knew 0 of them/,
    },
  },
];

/** A service that is not persistent any more: every request has its turn, on both ports. */
const apart: readonly Control[] = [
  {
    node: "lb1",
    damage: "ipvsadm -E -f 21 -s rr",
    mend: "ipvsadm -E -f 21 -s rr -p 60 -M 255.255.255.0",
    says: {
      "own-table": /lb1: the IPVS table lacks FWM 21 rr mask 255\.255\.255\.0 persistent 60/,
      "services-answer": /fwmark 21: got rs[12], rs[12], though it is persistent/,
    },
  },
];

/** The MASTER balances nothing, so it serves everything itself. */
const alone: readonly Control[] = [
  {
    node: "lb1",
    damage: "nft flush chain inet lvs-lab marks",
    mend: "systemctl restart nftables",
    says: { "services-answer": /fwmark 80.*: lb2 gave none of 4 answers, though its scheduler gives each its turn/ },
  },
];

/**
 * The labs whose directors bring their own keepalived.conf. A guest's addresses are made with it: those of other addresses are others. A reload neither
 * begins nor ends to watch processes (`predict --between`), so that active-active comes on guests of its own.
 */
export const courses: readonly Course[] = [
  [
    { lab: "unicast-subsecond", controls: silence },
    { lab: "dns-udp", controls: drained },
    { lab: "mail", controls: quorum },
    { lab: "fwmark-web", controls: apart },
    // The last: a reload does not stop the kernel's sync daemon.
    { lab: "syncd", controls: untold },
  ],
  [{ lab: "two-box", controls: alone }],
  [{ lab: "active-active", controls: agent }],
  [{ lab: "dual-stack", controls: sixth }],
  [{ lab: "gateway-pair", controls: gateways }],
];

export const proofs: readonly Proof[] = proofsOf(courses);
