import { type Control, edited } from "./control";
import { type Course, proofsOf } from "./course";
import type { Proof } from "./proof";

const nat: readonly Control[] = [
  {
    node: "web03",
    damage: "ip route del default",
    mend: "ip route add default via 172.16.1.254",
    says: { "answer-way": /web03: sent the client no answer/ },
  },
];

const tun: readonly Control[] = [
  {
    node: "web04",
    damage: "ip link set tunl0 down",
    mend: "ip link set tunl0 up",
    says: { "answer-way": /web04: sent the client no answer/ },
  },
];

const schedulers: readonly Control[] = [
  {
    node: "lb",
    damage:
      "ipvsadm -e -t 10.4.0.13:8002 -r 10.4.0.17:8002 -g -w 1; ipvsadm -e -t 10.4.0.13:8012 -r 10.4.0.17:8012 -g -w 0",
    mend: "ipvsadm -e -t 10.4.0.13:8002 -r 10.4.0.17:8002 -g -w 3; ipvsadm -e -t 10.4.0.13:8012 -r 10.4.0.17:8012 -g -w 3",
    says: {
      "weighted-round-robin": /web1 must give 15 of 20 answers/,
      "weighted-failover": /web1 must give all 20 answers \(web1 0, web2 20\)/,
    },
  },
  {
    node: "lb",
    damage: "for port in 8003 8004 8007 8008; do ipvsadm -E -t 10.4.0.13:$port -s rr; done",
    mend: "set -- lc wlc dh sh; for port in 8003 8004 8007 8008; do ipvsadm -E -t 10.4.0.13:$port -s $1; shift; done",
    says: {
      "least-connection": /8003 lc: .* of 4 open connections[^]*8004 wlc: .* of 8 open connections, web1 must have 6/,
      destination: /8007 dh: one VIP must always get the same real server/,
      "source-hash": /10\.4\.0\.31: was served by web., web. through 10\.4\.0\.13:8008, must stay on one/,
      schedulers: /lb: 10\.4\.0\.13:8008 has scheduler rr, must be sh/,
    },
  },
  {
    node: "lb",
    damage: "for rs in 17 18; do ipvsadm -d -t 10.4.0.13:8010 -r 10.4.0.$rs:8010; done",
    mend: "ipvsadm -a -t 10.4.0.13:8010 -r 10.4.0.17:8010 -g -w 3; ipvsadm -a -t 10.4.0.13:8010 -r 10.4.0.18:8010 -g -w 1",
    says: { served: /client: got no answer through 10\.4\.0\.13:8010 nq/ },
  },
];

const twoNetworks: readonly Control[] = [
  {
    node: "router146",
    damage: "sysctl -qw net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.eth1.rp_filter=1",
    mend: "sysctl -qw net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.eth1.rp_filter=2",
    says: {
      payload: /the object's sha256 is nothing/,
      router: /router146: net\.ipv4\.conf\.eth1\.rp_filter is 1, must be 2/,
    },
  },
  {
    node: "lb141",
    damage: "ip route del default",
    mend: "ip route add default via 192.168.0.1 dev eth0",
    says: { routes: /lb141: has no route default via 192\.168\.0\.1 dev eth0/ },
  },
  {
    node: "lb140",
    ...edited("/etc/keepalived/keepalived.conf", "s/ label eth0:0//", "systemctl restart keepalived"),
    says: { "vip-label": /lb140: the label of 192\.168\.0\.144 is eth0, must be eth0:0/ },
  },
  {
    node: "web142",
    damage:
      "echo '- KeepAliveClient' >>/var/log/apache2/access.log; cp -p /var/www/html/index.html /root; echo x >/var/www/html/index.html",
    mend: "sed -i '/KeepAliveClient/d' /var/log/apache2/access.log; mv /root/index.html /var/www/html/",
    says: {
      "health-log": /web142: access\.log has 1 health checks, must have none/,
      backends: /lb141 > web142: got 200 "x"/,
    },
  },
];

/** The labs of more than one network, and the schedulers'. */
export const courses: readonly Course[] = [
  [{ lab: "nat", controls: nat }],
  [{ lab: "tun", controls: tun }],
  [{ lab: "schedulers", controls: schedulers }],
  [
    { lab: "dr-two-networks", controls: twoNetworks },
    { lab: "dr-two-networks-as-printed", fails: ["preempt", "router-ids"] },
    { lab: "dr-two-networks-strict", fails: ["without-router"] },
  ],
];

export const proofs: readonly Proof[] = proofsOf(courses);
