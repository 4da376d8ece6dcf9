/** The complete and exact warnings for each tests/fixtures/warned-<name>.yaml. */
export const warningsByName: Readonly<Record<string, readonly string[]>> = {
  accepted: [
    "accepted warning master-below-backup: nodes.lb1.vrrp.priority: shows how the VIP moves at each start",
    "accepted note garp-once: vrrp: the segment is one bridge",
    "note accept-unused: accept.tunnel-mtu: tunnel-mtu is accepted, but it finds nothing in this topology (remove it)",
  ],
  "arp-setting": [
    "warning arpSettingElsewhere: nodes.web1.sysctl.net.ipv4.conf.lo.arp_ignore: got 1 on lo, where no ARP request arrives, need it on all, or on eth0 (alone it has no effect: web1 would answer ARP for the VIP beside the director, and clients would pass it by; lvs-lab sets arp_ignore on all)",
    "warning arpSettingOff: nodes.web2.sysctl.net.ipv4.conf.all.arp_announce: got 0, need 2 (web2 would announce the VIP as its own beside the director, and clients would pass the director by)",
  ],
  "check-unanswered": [
    "warning checkUnanswered: virtualServers[0].check.path: got /health, for which every web server gives 404, need a page that gives 200 (every check would fail, and all real servers would be out for ever: a web server has /, /index.html, /lvs-lab/object)",
    "warning checkUnanswered: virtualServers[1].check.status: got 301, need 200, which every web server gives for / (every check would fail, and all real servers would be out for ever: a web server has /, /index.html, /lvs-lab/object)",
  ],
  "drain-persistent": [
    "warning drain-with-persistence: virtualServers[0].realServers.web2.weight: lb1: real_server 10.0.0.22 80 has weight 0, and virtual_server 10.0.0.3 80 is persistent for 28800 s; the same on lb2 (set sysctl net.ipv4.vs.expire_quiescent_template: 1 on the directors, or remove the real server)",
    "accepted note garp-once: vrrp: the segment is one bridge",
  ],
  firewall: [
    "warning firewallDropsVrrp: nodes.lb2.firewall.drop: got vrrp, need protocol 112 accepted from the peers (lb2 hears no advert of lb1, so two nodes are MASTER and both answer for the VIP)",
  ],
  "garp-once": [
    "note garp-once: vrrp: lb1 VI_1, lb2 VI_1: no garp_master_refresh (set vrrp.garp.masterRefresh, such as 60)",
  ],
  "inner-link": [
    "warning inner-card-untracked: vrrp: lb1: the real server 10.1.0.21 is behind eth1, which no instance tracks; the same on lb2 (name that card in vrrp.trackInterfaces)",
    "accepted note garp-once: vrrp: the segment is one bridge",
  ],
  "master-lower": [
    "warning master-below-backup: nodes.lb1.vrrp.priority: lb1 VI_1 has state MASTER with priority 80, lb2 VI_1 has state BACKUP with 90 (set state MASTER on the node of the highest priority, or leave state out on all)",
    "accepted note garp-once: vrrp: the segment is one bridge",
  ],
  "multicast-group": [
    "warning multicast-group-snooped: vrrp.multicastGroup: lb1 sends adverts to 224.0.10.18; the same on lb2 (leave vrrp.multicastGroup out, or take a group of 224.0.0.0/24)",
    "accepted note garp-once: vrrp: the segment is one bridge",
  ],
  "rp-filter": [
    "warning rpFilterStrict: nodes.lb1.rpFilter: got 1, a strict filter, need 0 or 2 (checks and answers are lost as soon as a second card or network is added)",
    "warning rpFilterStrict: nodes.lb2.sysctl.net.ipv4.conf.all.rp_filter: got 1, a strict filter, need 0 or 2 (checks and answers are lost as soon as a second card or network is added)",
  ],
  strict: [
    "warning strict-drops-packets: vrrp.strict: lb1: VI_1 runs in strict mode, so 10.0.0.3 does not answer; the same on lb2 (leave vrrp.strict out)",
  ],
  "timeouts-long": [
    "warning dead-server-stays: virtualServers[0].check.connectTimeout: lb1: virtual_server 10.0.0.3 80: a dead 10.0.0.21 stays in for up to 131 s: delay_loop 2, then 4 tries of 30 s with 3 s between them; the same on lb2 (set check.connectTimeout to a few seconds, and less delayLoop or check.retry)",
    "accepted note garp-once: vrrp: the segment is one bridge",
  ],
  tunnel: [
    "accepted note garp-once: vrrp: the segment is one bridge",
    "note tunnel-mtu: virtualServers[0].forwarding: lb1: virtual_server 10.0.0.3 80 reaches its real servers by a tunnel; the same on lb2 (use an MTU of 1480 towards the clients, or TCPMSS, and let ICMP pass)",
  ],
  "vips-many": [
    "note vips-many: vrrp.virtualAddresses: lb1 VI_1 has 25 VIPs; the same on lb2 (leave one in vrrp.virtualAddresses, and write the others as vrrp.excludedAddresses)",
  ],
  "own-errors": [
    "error unknown-word: nodes.lvs2.keepalived: own/wrong/two.keepalived.conf:5: prioriti is not understood in vrrp_instance (did you mean priority?)",
    "error auth-differs: nodes.lvs2.keepalived: own/wrong/two.keepalived.conf:8: auth_pass of lvs2 VI_1 differs from lvs1 VI_1 (also own/wrong/one.keepalived.conf:8) (use the same auth_pass on both)",
    "note garp-once: nodes.lvs1.keepalived: own/wrong/one.keepalived.conf:1: lvs1 VI_1, lvs2 VI_1: no garp_master_refresh (also own/wrong/two.keepalived.conf:1) (set vrrp_garp_master_refresh 60 in global_defs)",
  ],
};
