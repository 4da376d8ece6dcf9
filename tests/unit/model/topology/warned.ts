/** The complete and exact warnings for each tests/fixtures/warned-<name>.yaml. */
export const warningsByName: Readonly<Record<string, readonly string[]>> = {
  accepted: [
    "accepted warning master-below-backup: nodes.lb1.vrrp.priority: shows how the VIP moves at each start",
    "accepted note garp-once: vrrp: the segment is one bridge",
    "note accept-unused: accept.tunnel-mtu: tunnel-mtu is accepted, but it finds nothing in this topology (remove it)",
  ],
  "drain-persistent": [
    "warning drain-with-persistence: virtualServers[0].realServers.web2.weight: lb1: real_server 10.0.0.22 80 has weight 0, and virtual_server 10.0.0.3 80 is persistent for 28800 s; the same on lb2 (remove the real server, or wait until its clients' persistence has ended)",
    "accepted note garp-once: vrrp: the segment is one bridge",
  ],
  "garp-once": [
    "note garp-once: vrrp: lb1 VI_1, lb2 VI_1: no garp_master_refresh (set vrrp.garp.masterRefresh, such as 60)",
  ],
  "inner-link": [
    "warning inner-card-untracked: vrrp: lb1: the real server 10.1.0.21 is behind eth1, which no instance tracks; the same on lb2 (add track_interface { eth1 })",
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
  "timeouts-long": [
    "warning dead-server-stays: virtualServers[0].check.connectTimeout: lb1: virtual_server 10.0.0.3 80: a dead 10.0.0.21 stays in for up to 131 s: delay_loop 2, then 4 tries of 30 s with 3 s between them; the same on lb2 (set check.connectTimeout to a few seconds, and less delayLoop or check.retry)",
    "accepted note garp-once: vrrp: the segment is one bridge",
  ],
  tunnel: [
    "accepted note garp-once: vrrp: the segment is one bridge",
    "note tunnel-mtu: virtualServers[0].forwarding: lb1: virtual_server 10.0.0.3 80 reaches its real servers by a tunnel; the same on lb2 (use an MTU of 1480 towards the clients, or TCPMSS, and let ICMP pass)",
  ],
};
