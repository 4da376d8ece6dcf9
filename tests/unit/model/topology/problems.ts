/** The complete and exact messages for each tests/fixtures/invalid-<rule>.yaml. */
export const problemsByRule: Readonly<Record<string, readonly string[]>> = {
  "accept-empty": ["accept.…: got an empty text (line 40), need one line of text, not empty"],
  "accept-unknown": [
    "accept: got garp-onse, need the name of a rule that gives warnings or notes (check prints it)",
    "accept: got prefixUnusable, whose findings are errors, need the name of a rule that gives warnings or notes (check prints it)",
  ],
  "address-broadcast": [
    "client.addresses[0]: got 10.0.0.255, need an address in segment lan, 10.0.0.0/24 (this is its broadcast address)",
  ],
  "address-malformed": [
    "nodes.web1.interfaces.eth0.address: got 10.0.0.256, need an IPv4 address, such as 192.168.10.130",
  ],
  "address-network": [
    "nodes.web1.interfaces.eth0.address: got 10.0.0.0, need an address in segment lan, 10.0.0.0/24 (this is its network address)",
  ],
  "address-of-host": [
    "nodes.web1.interfaces.eth0.address: got 10.0.0.1, need an address of its own (segments.lan.hostAddress has it, by default the hypervisor's address)",
  ],
  "address-outside-segment": [
    "nodes.web1.interfaces.eth0.address: got 10.0.1.21, need an address in segment lan, 10.0.0.0/24",
  ],
  "address-twice": [
    "nodes.web2.interfaces.eth0.address: got 10.0.0.21, need an address of its own (nodes.web1.interfaces.eth0.address has it)",
  ],
  "advert-int-hundredths": [
    "vrrp.advertInt: got 0.125, need hundredths of a second, 0.01 to 40.95, with VRRP version 3",
  ],
  "advert-int-vrrp2": [
    "vrrp.advertInt: got 0.5, need whole seconds with VRRP version 2 (set vrrp.version: 3 for shorter adverts)",
  ],
  "advert-int-vrrp3": ["vrrp.advertInt: got 41, need hundredths of a second, 0.01 to 40.95, with VRRP version 3"],
  "alias-malformed": [
    "nodes.lb.interfaces.eth0.aliases[0]: got 2001:db8::1::2/64, need an IPv4 or IPv6 address with its prefix length, such as 2001:db8:52::101/64",
    "nodes.lb.interfaces.eth0.aliases[1]: got 10.9.60.12, need an IPv4 or IPv6 address with its prefix length, such as 2001:db8:52::101/64",
    "client.aliases[0]: got 2001:db8::1/129, need an IPv4 or IPv6 address with its prefix length, such as 2001:db8:52::101/64",
  ],
  aliases: [
    "nodes.web.interfaces.eth0.aliases[0]: got 2001:db8:60::1, need an address of its own (nodes.lb.interfaces.eth0.aliases[4] has it)",
    "nodes.web.interfaces.eth0.aliases[1]: got 10.9.60.11, need an address of its own (nodes.lb.interfaces.eth0.address has it)",
    "nodes.lb.interfaces.eth0.aliases[2]: got ff02::1/64, need an address that a machine can have",
    "nodes.lb.interfaces.eth0.aliases[3]: got 10.7.0.0/24, need an address that a machine can have (this is the first or the last address of its prefix)",
    "nodes.lb.interfaces.eth0.aliases[0]: got 10.9.60.12/25, need the prefix length of segment lan, 24, or 32",
    "nodes.lb.interfaces.eth0.aliases[1]: got 10.9.61.12/24, need a network apart from segment back, 10.9.61.0/24",
    "nodes.lb.interfaces.eth1.aliases[0]: got 2001:db8:60::2/64, need a network apart from that of nodes.lb.interfaces.eth0.aliases[4] (it is in segment lan)",
    "nodes.web.interfaces.eth0.aliases[0]: got 2001:DB8:60:0::1/64, need a network apart from that of nodes.lb.interfaces.eth1.aliases[0] (it is in segment back)",
  ],
  "auth-pass-empty": [
    'vrrp.authentication.pass: got an empty password, need a password of 1 to 8 characters, without " and control characters (leave authentication out if you want no password)',
  ],
  "auth-pass-long": [
    'vrrp.authentication.pass: got a password of 9 characters, need a password of 1 to 8 characters, without " and control characters (an advert has room for 8 bytes, and keepalived drops the rest)',
  ],
  "auth-vrrp3": [
    "vrrp.authentication: got authentication with VRRP version 3, need none (version 3 has no authentication: remove it, or set vrrp.version: 2)",
  ],
  "bridge-with-other-mode": [
    "segments.lan.bridge: got a text, need no bridge here: only mode bridge has one (set mode: bridge, or remove it)",
  ],
  "bridge-without-name": [
    "segments.lan.bridge: got nothing, need the name of a bridge of the host, such as br0 (add it)",
  ],
  "check-http-without-path": [
    "virtualServers[0].check.path: got nothing, need a path of a URL, such as /index.html (add it)",
  ],
  "check-nb-get-retry": [
    "virtualServers[0].check.nb_get_retry: got an unknown key, need one of type, connectTimeout, retry, retryWord, delayBeforeRetry, path, status, virtualHost (did you mean retry?)",
  ],
  "check-tcp-with-path": [
    "virtualServers[0].check.path: got a text, need no path here: TCP_CHECK fetches nothing (remove it, or set type: HTTP_GET)",
    "virtualServers[0].check.status: got 200, need no status here: TCP_CHECK fetches nothing (remove it, or set type: HTTP_GET)",
  ],
  "check-udp": [
    "virtualServers[0].check.type: got HTTP_GET, which asks port 53 by TCP, need DNS_CHECK (nothing listens there by TCP, so every real server would be out for ever: a topology has no such check, so bring your own keepalived.conf)",
    "virtualServers[0].protocol: got UDP, need TCP (UDP is not built yet)",
  ],
  "client-address-twice": [
    "client.addresses[1]: got 10.0.0.21, need an address of its own (nodes.web1.interfaces.eth0.address has it)",
    "client.addresses[2]: got 10.0.0.31, need an address of its own (client.addresses[0] has it)",
  ],
  "client-kind": ["client.kind: got a text that is not one of these, need one of namespace, vm"],
  "client-memory": [
    "client.memory: got 512, need no memory here: only a client that is a guest has its own (remove it, or set kind: vm)",
    "client.vcpus: got 2, need no vcpus here: only a client that is a guest has its own (remove it, or set kind: vm)",
  ],
  "client-segment-unknown": ["client.segment: got wan, need lan, the only segment"],
  "content-far": [
    "nodes.web2.contentFrom: got files, need an NFS server in a segment of web2 (files is in far and shares only with its own segments)",
  ],
  "content-on-director": [
    "nodes.lb01.contentFrom: got a text, need no contentFrom here: only a web server mounts (remove it, or set role: web)",
  ],
  "content-unknown": ["nodes.web2.contentFrom: got web1, need one of the nodes with role nfs: there is none"],
  "count-on-director": ["nodes.lb01.count: got 2, need no count here: only web servers come in groups"],
  "director-missing": ["nodes: got no director, need one or more nodes with role director (add one)"],
  "document-number": ['document: got a number, need three digits in quotes, such as "000" (put it in quotes)'],
  empty: ["file: got nothing, need a topology"],
  expect: [
    "expect.shop.url: got another host or port, need an address and a port from 1 to 65535",
    "expect.far.url: got 2001:db8::3, need an address to which the client has a way",
    "expect.shop.from: got 10.0.0.32, need one of client.addresses: 10.0.0.31",
    "expect.shop.servers[1]: got web2, need one of the nodes: lb, web",
    "expect.far.times: got 1, need 2 or more, a request for each of its servers",
  ],
  "expect-malformed": [
    "expect: got a name with S in it (line 26), need a name of 1 to 40 lower-case letters, digits and hyphens that begins with a letter",
    "expect.ftp.url: got a text, need http:// or https://, an address, and optionally a port and a path, such as http://192.168.10.200/index.html",
    "expect.ftp.times: got 0, need a whole number, 1 to 100",
    "expect.ftp.within: got 0, need a number, 0.1 to 60",
    "expect.none.url: got nothing, need http:// or https://, an address, and optionally a port and a path, such as http://192.168.10.200/index.html (add it)",
  ],
  "firewall-on-web": [
    "nodes.web1.firewall: got a section, need no firewall here: only that of a director or a proxy can be at fault (remove it)",
  ],
  "forwarding-fullnat": [
    "virtualServers[0].forwarding: got FULLNAT, need one of DR, NAT, TUN (no mainline kernel has FULLNAT: use NAT, or TUN if the real servers are in other segments)",
  ],
  "group-name-taken": [
    "nodes.web2: got web2, need a name that differs from the machines of group web (web1 to web2) (rename it)",
  ],
  "host-address-outside": ["segments.lan.hostAddress: got 10.0.1.1, need an address in segment lan, 10.0.0.0/24"],
  "interface-name-long": [
    "nodes.web2.interfaces: got a name of 16 characters (line 18), need an interface name of 1 to 15 letters, digits, _, . and -, a letter first, not all, default or lo",
  ],
  "interface-named": [
    "nodes.lb2.vrrp.interface: got eth0, need an interface of lb2: ens33",
    "vrrp.trackInterfaces[0]: got eth0, need an interface that every director has; lb2 has ens33",
    "vrrp.syncDaemon.interface: got eth0, need an interface that every director has; lb2 has ens33",
  ],
  "lab-name-long": [
    "name: got a text of 33 characters, need 1 to 32 lower-case letters, digits and hyphens, a letter first and no hyphen last",
  ],
  "mac-multicast": [
    "nodes.lb01.interfaces.eth0.mac: got 01:00:5e:00:00:12, need a unicast MAC address, such as 52:54:00:12:34:56",
  ],
  "mac-twice": [
    "client.mac: got 52:54:00:00:00:0a, need a MAC address of its own (nodes.lb01.interfaces.eth0.mac has it)",
  ],
  "masters-two": [
    "nodes.lb02.vrrp.state: got MASTER, need BACKUP (nodes.lb01.vrrp.state is MASTER: both would hold the VIP when they start)",
  ],
  "memory-small": ["nodes.web1.memory: got 64, need a whole number, 256 to 65536"],
  "multicast-silent": [
    "vrrp.unicast: got adverts by multicast, which segment lan does not carry, need unicast: true (no advert would arrive, so lb1 and lb2 would all be MASTER)",
  ],
  "name-invalid": [
    "nodes: got a name with W in it (line 18), need a host name of 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last, not client or localhost",
  ],
  "name-reserved": [
    "nodes: got the name client (line 18), need a host name of 1 to 63 lower-case letters, digits and hyphens, a letter first and no hyphen last, not client or localhost",
  ],
  "name-twice": ["line 18, column 3: got a name that occurs twice, need each name once in its section (rename one)"],
  "nopreempt-master": [
    "nodes.lb01.vrrp.state: got MASTER with nopreempt, need BACKUP (keepalived ignores nopreempt on a director that starts as MASTER)",
  ],
  "nopreempt-wrong-node": [
    "nodes.lb02.vrrp.nopreempt: got true at priority 100, need nopreempt also on lb01, which has priority 150 (only the higher priority preempts: set nodes.lb01.vrrp.nopreempt)",
  ],
  "own-beside": [
    "vrrp: got a section, need nothing beside it (the directors bring a keepalived.conf: remove it)",
    "virtualServers: got 1, need nothing beside it (the directors bring a keepalived.conf: remove it)",
    "nodes.lvs1.vrrp: got a part in VRRP, need nothing beside it (the directors bring a keepalived.conf: remove it)",
  ],
  "own-card-missing": [
    "nodes.lvs1.interfaces: got eth0, need also ens18, which its keepalived.conf uses (name a card as the machine does)",
  ],
  "own-file-missing": [
    "nodes.lvs1.keepalived: got own/dns/lvs3/keepalived.conf, where nothing is, need a keepalived.conf (a path is relative to the topology file)",
    "nodes.lvs2.keepalived: got a path, which is no file, need a keepalived.conf (a path is relative to the topology file)",
    "nodes.lvs3.keepalived: got a path, which is a script, need a keepalived.conf",
    "nodes.lvs4.keepalived: got a path, where nothing is, need a keepalived.conf (a path is relative to the topology file)",
  ],
  "own-marks": [
    "nodes.lb1.marks[0].mark: got 22, need a fwmark of its keepalived.conf: 21",
    "nodes.lb1.marks[0].to: got 10.9.64.101/32, need a VIP: 10.9.64.100",
    "nodes.lb1.marks[0].lastPort: got 20, need at least port 21",
    "nodes.lb1.marks[0].notFrom[0]: got the director itself, need another director: lb2",
    "nodes.lb1.marks[0].notFrom[1]: got a name that no director has, need another director: lb2",
  ],
  "own-mixed": ["nodes.lvs2.keepalived: got nothing, need its keepalived.conf (the other directors have one)"],
  "own-on-server": [
    "nodes.ns1.vrrp: got a section, need no vrrp part here: only a director or a proxy has one (remove it, or set role: director)",
    "nodes.ns1.keepalived: got a text, need no keepalived here: only a director brings a keepalived.conf (remove it, or set role: director)",
    "nodes.ns2.serves: got a list of 1, need no serves here: only a server or a director has it (remove it, or set role: server)",
  ],
  "own-password-spread": [
    "nodes.lvs1.keepalived: got own/wrong/list.keepalived.conf:6: a password that the lab cannot replace, need the password in the line of its auth_pass (write it there, without ~LST and without parts from definitions)",
  ],
  "owners-two": [
    "ipvsadm: got ipvsadm beside a vrrp section, need one owner of the IPVS table (keepalived owns VIP and table if there is a vrrp section: remove one of the two)",
  ],
  "page-missing": ["nodes.web1.page: got nothing, need one line of text, not empty (add it)"],
  "page-on-director": [
    "nodes.lb01.page: got a text, need no page here: only a web or NFS server has one (remove it, or set role: web)",
  ],
  "persistence-zero": [
    "virtualServers[0].persistence: got 0, need a whole number, 1 to 2678400 (keepalived refuses persistence_timeout 0; leave the key out for no persistence)",
  ],
  "port-mapped": [
    "virtualServers[0].realServers.web2.port: got 8080, need 80, the virtual server's own port (DR cannot map ports: NAT can)",
  ],
  "port-over": ["virtualServers[0].realServers.web2.port: got 65536, need a whole number, 1 to 65535"],
  "port-zero": ["virtualServers[0].port: got 0, need a whole number, 1 to 65535"],
  "preempt-delay-master": [
    "nodes.lb01.vrrp.preemptDelay: got 5 with state MASTER, need state BACKUP (keepalived ignores preempt_delay on a director that starts as MASTER)",
  ],
  "preempt-delay-nopreempt": [
    "nodes.lb01.vrrp.preemptDelay: got 5 with nopreempt, need only one of the two (remove one)",
  ],
  "prefix-host-bits": ["segments.lan.cidr: got 10.0.0.1/24, need a prefix without host bits (use 10.0.0.0/24)"],
  "prefix-length": ["segments.lan.cidr: got 10.0.0.0/31, need an IPv4 prefix of 8 to 30 bits, such as 192.168.10.0/24"],
  "prefix-reserved": [
    "segments.lan.cidr: got 169.254.0.0/24, need unicast addresses (use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16)",
  ],
  "priorities-equal": [
    "nodes.lb02.vrrp.priority: got 150, need a priority of its own (nodes.lb01.vrrp.priority has it)",
  ],
  "priority-owner": [
    "nodes.lb01.vrrp.priority: got 255, need a whole number, 1 to 254 (the protocol reserves 255 for the address owner)",
  ],
  "real-server-director": [
    "virtualServers[0].realServers.lb02: got lb02, which is a director, need one of the nodes with role web: web1, web2 (the BACKUP has the virtual server too, so it balances what the MASTER sends it once more, and packets go round: two boxes need a firewall mark (virtual_server fwmark) that packets from the other director do not get, or notify scripts that clear the BACKUP's table; a keepalived.conf of your own can have both)",
  ],
  "real-server-far": [
    "virtualServers[0].realServers.web2: got web2, which is in segment wan, need a real server in a segment of lb01: lan (DR reaches only neighbours)",
  ],
  "real-server-none": ["virtualServers[0].realServers: got an empty section, need a section with one or more keys"],
  "real-server-unknown": [
    "virtualServers[0].realServers.web3: got web3, which is not a node, need one of the nodes with role web: web1, web2",
  ],
  "router-id-twice": [
    "nodes.lb02.vrrp.routerId: got LB_01, need a router_id of its own (nodes.lb01.vrrp.routerId has it)",
  ],
  "scheduler-unknown": [
    "virtualServers[0].scheduler: got roundrobin, need one of rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, mh, fo, ovf (write rr for round robin)",
  ],
  "script-user": [
    "vrrp.trackScript.user: got nobody, need root, or no user (the script asks for the proxy's process, which is root's: as another user it fails at each run, and as one that does not exist keepalived ignores it, so that nothing looks after the proxy)",
  ],
  "section-missing": [
    "client: got nothing, need a section with one or more keys (add it)",
    "nodes.lb02.vrrp.routerId: got LB_01, need a router_id of its own (nodes.lb01.vrrp.routerId has it)",
  ],
  "segment-unknown": ["nodes.web1.interfaces.eth0.segment: got lann, need lan, the only segment"],
  "segments-overlap": [
    "segments.wan.cidr: got 10.0.0.128/25, need a prefix apart from segments.lan.cidr (it overlaps 10.0.0.0/24)",
  ],
  "service-twice": [
    "virtualServers[1]: got TCP 10.0.0.3:80, need another VIP, port or protocol (virtualServers[0] has it)",
  ],
  serving: [
    "nodes.app.serves[2].status: got 200, need no status here: only http and https have one (remove it, or set protocol: http)",
    "nodes.app.holds[0]: got 10.9.60.100/24, need one IPv4 address with /32 or one IPv6 address with /128, such as 192.168.10.200/32",
    "nodes.lb.serves: got a director without a keepalived.conf of its own, need no serves here (only a director with `keepalived:` stands in for a server too: remove it)",
    "nodes.lb.tunnel: got a director without a keepalived.conf of its own, need no tunnel here (only a director with `keepalived:` stands in for a server too: remove it)",
    "nodes.app.serves[1].port: got 53, need a port of its own (nodes.app.serves[0] has it)",
  ],
  "share-malformed": [
    "nodes.files.share: got a text with white space in it, need an absolute path of letters, digits, _, . and -, such as /opt/wwwroot",
  ],
  "records-missing": [
    "nodes.other.records: got nothing, need one or more names with their IPv4 addresses, such as www.lab: 192.168.10.200 (add it)",
  ],
  "records-on-web": [
    "nodes.web1.records: got a section, need no records here: only a DNS server has some (remove them, or set role: dns)",
  ],
  "record-name": [
    "nodes.other.records: got a name with _ in it (line 13), need a domain name of lower-case letters, digits and hyphens, such as www.lab, at most 63 characters between two dots and 253 in all",
    "nodes.other.records.…: got a text (line 13), need an IPv4 address, such as 192.168.10.130",
  ],
  "strict-refused": [
    "vrrp.authentication: got authentication with strict, need no strict, or none of it (keepalived refuses it: the RFCs have none)",
    "vrrp.unicast: got true with strict, need no strict, or none of it (keepalived refuses it: the RFCs have multicast alone)",
    "vrrp.garp.lowerPrioDelay: got 1 with strict, need no strict, or none of it (keepalived refuses it: it uses 0)",
    "vrrp.garp.lowerPrioRepeat: got 2 with strict, need no strict, or none of it (keepalived refuses it: it uses 0)",
    "nodes.lb1.vrrp.state: got MASTER with strict, need no strict, or none of it (keepalived refuses it: only the owner of the VIP starts as MASTER)",
    "nodes.lb2.vrrp.preemptDelay: got 5 with strict, need no strict, or none of it (keepalived refuses it: the RFCs have no delay)",
  ],
  "sync-alone": ["vrrp.syncDaemon: got a lab with proxies, need two directors (remove it)"],
  "sync-twice": [
    "vrrp.syncDaemon: got a list of 2, need one section with an interface: the kernel has one synchronisation, and a second one does not start",
  ],
  "vip-family": [
    "vrrp.virtualAddresses[1]: got 2001:db8::100, need an IPv4 address, such as 192.168.10.130 (an instance has the family of its first VIP, and keepalived drops the others: IPv4 and IPv6 are two instances, in one vrrp_sync_group; a keepalived.conf of your own can have IPv6 (nodes.NAME.keepalived))",
  ],
  "vrrp-part-on-mail": [
    "nodes.other.vrrp: got a section, need no vrrp part here: only a director or a proxy has one (remove it, or set role: director)",
  ],
  "page-on-dns": [
    "nodes.other.page: got a text, need no page here: only a web or NFS server has one (remove it, or set role: web)",
  ],
  "share-on-web": [
    "nodes.web2.share: got a text, need no share here: only an NFS server has one (remove it, or set role: nfs)",
  ],
  several: [
    "nodes.lb01.vrrp.priority: got 300, need a whole number, 1 to 254",
    "virtualServers[0].scheduler: got a text that is not one of these, need one of rr, wrr, lc, wlc, lblc, lblcr, dh, sh, sed, nq, mh, fo, ovf",
    "virtualServers[0].realServers.web2: got an unknown key (line 34), need one of weight, port (remove it)",
    "virtualServers[0].realServers.web2.weight: got -1, need a whole number, 0 to 65535",
    "segments.lan.cidr: got 10.0.0.7/24, need a prefix without host bits (use 10.0.0.0/24)",
    "nodes.lb02.vrrp.routerId: got LB_01, need a router_id of its own (nodes.lb01.vrrp.routerId has it)",
  ],
  syntax: [
    "line 20, column 47: got a syntax error: wrong indentation, or a bracket that is not closed, need YAML 1.2",
    "line 22, column 1: got a syntax error: wrong indentation, or a bracket that is not closed, need YAML 1.2",
  ],
  timeouts: [
    "ipvsadm.timeouts.udp: got nothing, need a whole number, 1 to 2678400 (add it)",
    "ipvsadm.timeouts.tcpFin: got 0, need a whole number, 1 to 2678400",
  ],
  "unknown-key-top": [
    "file: got an unknown key (line 22), need one of name, document, form, description, ha, segments, nodes, client, vrrp, ipvsadm, vrrpCase, virtualServers, proxy, expect, accept (remove it)",
  ],
  "unknown-key": [
    "nodes.lb02.vrrp.priorty: got an unknown key, need one of routerId, state, priority, nopreempt, preemptDelay, interface (did you mean priority?)",
  ],
  "vip-is-node": [
    "vrrp.virtualAddresses[0]: got 10.0.0.12, need an address of its own (nodes.lb02.interfaces.eth0.address has it)",
  ],
  "vip-label-long": [
    "nodes.lb01.interfaces.abcdefghijklm: got the name abcdefghijklm, need a name of at most 12 characters (the label of the VIP is the name, a colon and a number, at most 15 characters together)",
  ],
  "vip-not-virtual": [
    "virtualServers[0].vip: got 10.0.0.4, need the VIP 10.0.0.3 (or add it to vrrp.virtualAddresses)",
  ],
  "vip-off-director": [
    "virtualServers[0].vip: got 10.1.0.3, need an address in segment lan, 10.0.0.0/24 (clients find a VIP by ARP in its segment)",
  ],
  "vip-off-vrrp-segment": [
    "vrrp.virtualAddresses[0]: got 10.1.0.3, need an address in segment lan, 10.0.0.0/24 (clients find a VIP by ARP in its segment)",
  ],
  "vip-outside-segment": [
    "vrrp.virtualAddresses[0]: got 10.9.0.3, need an address in segment lan, 10.0.0.0/24 (clients find a VIP by ARP in its segment)",
  ],
  "vip-twice": ["vrrp.virtualAddresses[1]: got 10.0.0.3, need an address of its own (vrrp.virtualAddresses[0] has it)"],
  "vrid-range": ["vrrp.virtualRouterId: got 256, need a whole number, 1 to 255"],
  "vrrp-interface-missing": [
    "vrrp.interface: got eth0, need an interface that every director has; lb02 has eth1, eth2 (rename it, add it to lb02, or set nodes.lb02.vrrp.interface)",
  ],
  "vrrp-missing": [
    "vrrp: got nothing, with 2 directors, need the VRRP instance that they share (without VRRP lb01, lb02 would all hold the VIP)",
  ],
  "vrrp-part-alone": [
    "nodes.lb01.vrrp: got a part in VRRP, need a vrrp section of the lab (add that section, or remove this)",
  ],
  "vrrp-part-missing": [
    "nodes.lb02.vrrp: got nothing, need the node's routerId and priority (the lab has a vrrp section)",
  ],
  "vrrp-part-on-web": [
    "nodes.web1.vrrp: got a section, need no vrrp part here: only a director or a proxy has one (remove it, or set role: director)",
  ],
  "vrrp-segments-differ": [
    "nodes.lb02.interfaces.eth0.segment: got wan, need lan (lb01's eth0 is in that segment, and adverts do not leave a segment)",
  ],
  "weight-negative": ["virtualServers[0].realServers.web1.weight: got -1, need a whole number, 0 to 65535"],
  "balancers-mixed": [
    "nodes.lb01.role: got proxy, need a lab with either directors or proxies (lb03 is a director, and both need the VIP)",
    "nodes.lb02.role: got proxy, need a lab with either directors or proxies (lb03 is a director, and both need the VIP)",
    "nodes.lb02.vrrp.state: got MASTER, need BACKUP (nodes.lb03.vrrp.state is MASTER: both would hold the VIP when they start)",
  ],
  "case-alone": ["vrrpCase: got master-low, need two nodes with a part in VRRP (there is 1)"],
  "case-contradicted": [
    "nodes.lb01.vrrp.state: got MASTER, need BACKUP (vrrpCase both-backup-nopreempt sets it: remove it here)",
    "nodes.lb01.vrrp.nopreempt: got false, need true (vrrpCase both-backup-nopreempt sets it: remove it here)",
    "nodes.lb02.vrrp.nopreempt: got true at priority 110, need nopreempt also on lb01, which has priority 120 (only the higher priority preempts: set nodes.lb01.vrrp.nopreempt)",
  ],
  "case-unknown": [
    "vrrpCase: got a text that is not one of these, need one of both-master, master-high, master-low, both-backup-nopreempt",
  ],
  "proxy-backend-far": [
    "proxy.backends.web3: got web3, need a web server in a segment of lb01 (a proxy reaches only neighbours)",
  ],
  "proxy-backend-unknown": [
    "proxy.backends.web9: got web9, which is not a node, need one of the nodes with role web: web1, web2, web3",
  ],
  "proxy-section-alone": ["proxy: got a section, need no such section, or nodes with role proxy (add nodes)"],
  "proxy-section-missing": ["proxy: got nothing, need a section with software and backends (lb01 is a proxy)"],
  "proxy-vrrp-missing": [
    "vrrp: got nothing, with proxies, need the VRRP instance that moves the VIP (lb01 would have no VIP)",
  ],
  "proxy-with-virtual-servers": ["virtualServers: got 1, need none in a lab with proxies (use the section proxy)"],
  "script-without-proxy": [
    "vrrp.trackScript: got a script, need none in a lab without proxies (it checks whether haproxy or nginx runs)",
  ],
  "virtual-servers-none": ["virtualServers: got none, need one or more (directors balance virtual servers)"],
  "weight-nopreempt": [
    "vrrp.trackScript.weight: got 11, need none with nopreempt (lb01 would never take over from a MASTER whose script fails; without a weight that MASTER goes to FAULT)",
  ],
  "weight-too-small": [
    "vrrp.trackScript.weight: got -20, need a size above 50, the distance from lb01's 150 to lb02's 100 (lb01 would keep the VIP even if its script fails)",
  ],
  "weight-zero": [
    "vrrp.trackScript.weight: got 0, need a whole number, -253 to 253 without 0 (without a weight a failure is a FAULT)",
  ],
  "weights-none": [
    "virtualServers[0].realServers: got weight 0, need weight 1 or more in one of them (if every weight is 0, no request is answered)",
  ],
  "answer-lost": [
    "nodes.web2.gateway: got nothing, need a way from web2 to the client 10.0.0.31: 10.1.0.254 (with DR a real server answers the client directly)",
  ],
  "answer-without-router": [
    "nodes.web1.gateway: got nothing, need a way from web1 to the client 10.0.0.31: add a router between them, and write its address here (with DR a real server answers the client directly)",
  ],
  "check-tcp-with-host": [
    "virtualServers[0].check.virtualHost: got a text, need no virtualHost here: TCP_CHECK fetches nothing (remove it, or set type: HTTP_GET)",
  ],
  "client-far": [
    "nodes.web1.gateway: got nothing, need a way from web1 to the client 10.1.0.31: add a router between them, and write its address here (with DR a real server answers the client directly)",
    "nodes.web2.gateway: got nothing, need a way from web2 to the client 10.1.0.31: add a router between them, and write its address here (with DR a real server answers the client directly)",
    "client.segment: got inside, need segment lan, where the VIP 10.0.0.3 is, or a way to it in client.routes (the client could not reach it)",
  ],
  "gateway-twice": [
    "nodes.web2.gateway: got 10.0.0.21, need one default gateway (segment lan with mode nat already has one: remove this, or write routes)",
  ],
  "mail-address": ["vrrp.notification.to[0]: got a text of 4 characters, need a mail address, such as root@localhost"],
  "multicast-group": ["vrrp.multicastGroup: got 192.168.0.18, need an IPv4 multicast address, such as 224.0.29.18"],
  "nat-gateway-fixed": [
    "vrrp.gateway: got nothing, need an address on the real servers' side that moves with the VIPs (with NAT it is the real servers' gateway, and an address of one director does not move)",
  ],
  "nat-gateway-missing": [
    "nodes.web1.gateway: got nothing, need a route to the client through the director: 10.1.0.254 (the director must see the answer to put the VIP into it)",
    "nodes.web2.gateway: got 10.1.0.11, need a route to the client through the director: 10.1.0.254 (the director must see the answer to put the VIP into it)",
  ],
  "nat-same-segment": [
    "nodes.web1.interfaces: got lan, need a segment other than the client's, or a route through the director to the client's addresses (web1 is in the client's segment lan and answers directly, from an address that the client did not ask)",
  ],
  "next-hop": [
    "nodes.lb01.gateway: got 10.1.0.1, need an address in a segment of lb01: lan, 10.0.0.0/24 (a next hop must be a neighbour)",
    "nodes.lb02.routes[0].via: got 10.0.0.99, need a neighbour's address in segment lan (no machine has it)",
    "nodes.web1.gateway: got 10.0.0.21, need a neighbour's address in segment lan (it is web1's own address)",
    "client.routes[0].via: got 10.0.0.255, need an address in a segment of client: lan, 10.0.0.0/24 (a next hop must be a neighbour)",
  ],
  "router-strict": [
    "nodes.router.rpFilter: got 1, need 0 or 2 (web1's answers come from the VIP 10.0.0.3, which is on another side, so a strict filter drops them)",
  ],
  "rp-filter-on-web": [
    "nodes.web2.rpFilter: got a number, need no rpFilter here: only a router or a director has one (remove it, or set role: router)",
  ],
  "sorry-without-keepalived": [
    "virtualServers[0].sorryPage: got a page, need none in a lab without a vrrp section (ipvsadm does not check real servers, so the page would never be shown)",
  ],
  "sorry-pages-differ": [
    "virtualServers[1].sorryPage: got another page, need the page of virtualServers[0].sorryPage (a director has one page for all virtual servers)",
  ],
  "tun-port-mapped": [
    "virtualServers[0].realServers.web2.port: got 8080, need 80, the virtual server's own port (TUN cannot map ports: NAT can)",
  ],
  "tun-unreachable": [
    "virtualServers[0].realServers.web2: got web2, which lb01 does not reach, need a route from lb01 to 10.1.0.22 (write nodes.lb01.routes)",
  ],
  "unfinished-udp": [
    "virtualServers[0].check.type: got TCP_CHECK, which asks port 80 by TCP, need UDP_CHECK, DNS_CHECK, PING_CHECK or MISC_CHECK (nothing listens there by TCP, so every real server would be out for ever: a topology has no such check, so bring your own keepalived.conf)",
    "virtualServers[0].protocol: got UDP, need TCP (UDP is not built yet)",
  ],
  "vrrp-gateway-interface": [
    "vrrp.gateway.interface: got eth0, need an interface other than vrrp.interface (an address on vrrp.interface is a VIP: write it in vrrp.virtualAddresses)",
  ],
  "vrrp-gateway-missing": [
    "vrrp.gateway.interface: got eth1, need an interface that every director has; lb02 has eth0",
  ],
  "vrrp-gateway-outside": [
    "vrrp.gateway.address: got 10.2.0.254, need an address in segment inside, 10.1.0.0/24 (real servers find it by ARP)",
  ],
  "vrrp-gateway-twice": [
    "vrrp.gateway.address: got 10.1.0.12, need an address of its own (nodes.lb02.interfaces.eth1.address has it)",
  ],
  "persistence-alone": [
    "virtualServers[0].persistence: got 50 with scheduler wrr and one client address, need several client.addresses (a single client stays on one real server, which hides the scheduler: add addresses to the client)",
  ],
  "backend-heavy": ["proxy.backends.web1.weight: got 257, need 0 to 256 with haproxy"],
  "form-without-mistake": ["form: got as-printed, need corrected (this lab has no mistake of its document)"],
  "retry-word": [
    "virtualServers[0].check.retryWord: got nb_get_retry, need retry (TCP_CHECK does not know it)",
    "virtualServers[1].check.retryWord: got nb_get_retry, need retry (it is deprecated in HTTP_GET, and keepalived's check refuses it)",
  ],
  "times-fine": [
    "nodes.lb02.vrrp.preemptDelay: got 1e-7, need whole microseconds, at most six decimal places",
    "virtualServers[0].delayLoop: got 1.1234567, need whole microseconds, at most six decimal places",
    "virtualServers[0].check.delayBeforeRetry: got 2.7182818, need whole microseconds, at most six decimal places",
  ],
  "vip-prefix-wide": [
    "ipvsadm.prefixLength: got 8, need 24 or 32, because segment lan is 10.0.0.0/24 (the director would use ARP for machines of other networks)",
  ],
  "weight-clamped": [
    "vrrp.trackScript.weight: got 10, which makes lb01's priority 254 and lb02's 254, need priorities that change their order within 1 to 254 (change the priorities, or use a smaller weight)",
  ],
  "answer-beyond-bridge": [
    "nodes.web2.gateway: got nothing, need a way from web2 to the client 10.2.0.31: 10.0.0.254 (with DR a real server answers the client directly)",
  ],
  "answer-lost-further-on": [
    "nodes.router.gateway: got nothing, need a way from router to the client 10.2.0.31: 10.0.0.253 (with TUN a real server answers the client directly)",
  ],
  "answer-of-backup-lost": [
    "nodes.lb02.gateway: got nothing, need a way from lb02 to the client 10.2.0.31: 10.0.0.254 (with NAT the director sends the answer)",
  ],
  "answer-over-director": [
    "nodes.web2.gateway: got 10.1.0.254, need a way from web2 to the client 10.0.0.31 beside lb01: add a router between them, and write its address here (with DR a real server answers the client directly, and a machine that can hold the VIP 10.0.0.3 drops packets with it as source)",
  ],
  "nat-one-arm": [
    "nodes.web2.gateway: got 10.0.0.11, need a route to the client through the director: 10.0.0.3 (the director must see the answer to put the VIP into it)",
  ],
  "proxy-answer-lost": [
    "nodes.lb01.gateway: got nothing, need a way from lb01 to the client 10.2.0.31: 10.0.0.254 (a proxy answers the client directly)",
    "nodes.lb02.gateway: got nothing, need a way from lb02 to the client 10.2.0.31: 10.0.0.254 (a proxy answers the client directly)",
  ],
  "route-in-segment": [
    "nodes.web1.routes[0].via: got 10.0.0.22, need a way from web1 to the client 10.0.0.35: add a router between them, and write its address here (with DR a real server answers the client directly)",
  ],
  "route-over-host": [
    "nodes.web1.routes[0].via: got 10.0.0.11, need routes that do not cover the hypervisor's address 10.0.0.1 (SSH comes from there, and its answers would take the wrong way: write longer prefixes)",
  ],
  "router-loose": [
    "nodes.out.rpFilter: got 2, need 0, or a route from out to 10.0.0.3 (web1's answers come from the VIP 10.0.0.3, but out has no route to it, so even a loose filter drops them)",
  ],
  "sorry-lost": [
    "nodes.lb01.gateway: got nothing, need a way from lb01 to the client 10.2.0.31: 10.0.0.254 (a director serves its own sorry page)",
    "nodes.lb02.gateway: got nothing, need a way from lb02 to the client 10.2.0.31: 10.0.0.254 (a director serves its own sorry page)",
  ],
  "tun-checks-lost": [
    "virtualServers[0].realServers.web1: got web1, which does not reach lb01, need a route from web1 to lb01's 10.0.0.11 (answers to health checks need it: write nodes.web1.routes)",
  ],
  "backend-weights-none": [
    "proxy.backends: got weight 0, need weight 1 or more in one of them (if every weight is 0, no request is answered)",
  ],
  "preempt-delay-lowest": [
    "nodes.lb02.vrrp.preemptDelay: got 15 at the lowest priority, 100, need preemptDelay on a node of higher priority (lb02 never takes the VIP from another node: remove it)",
  ],
  "vip-prefix-long": [
    "vrrp.prefixLength: got 28, need 24 or 32, because segment lan is 10.0.0.0/24 (the director would use the VIP as source address to neighbours, and a real server that holds the VIP drops such packets)",
  ],
  "vrrp-label-long": [
    "vrrp.interface: got the name abcdefghijklmn with a label, need a name of at most 13 characters, or no vrrp.label (the label of a VIP is the name, a colon and a number, at most 15 characters together)",
  ],
  "weight-of-three": [
    "vrrp.trackScript.weight: got -20, need a size above 50, the distance from lb01's 150 to lb03's 100 (lb01 would keep the VIP even if its script fails)",
  ],
  "weight-ties": [
    "vrrp.trackScript.weight: got 20, which makes lb01's priority 254 and lb02's 254 while both scripts succeed, need priorities that still differ within 1 to 254 (change the priorities, or use a smaller weight)",
  ],
  "forwarding-spelt": [
    "virtualServers[0].forwarding: got fnat, need one of DR, NAT, TUN (no mainline kernel has FULLNAT: use NAT, or TUN if the real servers are in other segments)",
    "virtualServers[1].forwarding: got Full-NAT, need one of DR, NAT, TUN (no mainline kernel has FULLNAT: use NAT, or TUN if the real servers are in other segments)",
    "virtualServers[2].forwarding: got masq, need one of DR, NAT, TUN (ipvsadm's Masq is NAT)",
  ],
  "vrrp-part-shared": [
    "nodes.lb.vrrp.advertInt: got an unknown key, need one of routerId, state, priority, nopreempt, preemptDelay, interface (write it once as vrrp.advertInt: peers must agree)",
    "nodes.lb.vrrp.virtual_router_id: got an unknown key, need one of routerId, state, priority, nopreempt, preemptDelay, interface (write it once as vrrp.virtualRouterId: peers must agree)",
    "nodes.lb.vrrp.weight: got an unknown key, need one of routerId, state, priority, nopreempt, preemptDelay, interface (weight is written as virtualServers[].realServers.NAME.weight or proxy.backends.NAME.weight or vrrp.trackScript.weight)",
  ],
};
