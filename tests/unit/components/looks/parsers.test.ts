import * as assert from "node:assert/strict";
import { maskPassword } from "../../../../components/looks/keepalivedConf";
import { parseAddresses } from "../../../../components/looks/addresses";
import { parseAdverts } from "../../../../components/looks/advert";
import { parseArping, parseNeighbours } from "../../../../components/looks/arp";
import { parseIpvs } from "../../../../components/looks/ipvs";
import { parseResponse } from "../../../../components/looks/page";
import { parseRuleset } from "../../../../components/looks/ruleset";
import { parseSysctls } from "../../../../components/looks/kernel";
import { parseUnits } from "../../../../components/looks/units";
import { parseSockets } from "../../../../components/looks/exposed";
import { parseRpc } from "../../../../components/roles/nfs/look";

describe("what a lab says, parsed", () => {
  it("reads addresses with label and prefix", () => {
    const json = `[{"ifname":"lo","addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"label":"lo"},
      {"family":"inet","local":"192.168.10.200","prefixlen":32,"label":"lo:0"}]},
      {"ifname":"ens33","addr_info":[{"family":"inet6","local":"fe80::1","prefixlen":64}]}]`;
    assert.deepEqual(parseAddresses(json), [
      { interface: "lo", address: "127.0.0.1", prefixLength: 8, label: "lo" },
      { interface: "lo", address: "192.168.10.200", prefixLength: 32, label: "lo:0" },
      { interface: "ens33", address: "fe80::1", prefixLength: 64, label: "ens33" },
    ]);
    assert.deepEqual(parseAddresses(""), []);
  });

  it("separates the lab's own table from what other tables drop", () => {
    const own =
      "table inet lvs-lab {\n\tchain input {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n}\n";
    const other = "table ip nat {\n\tchain x {\n\t\tip protocol 112 drop\n\t}\n}\n";
    assert.deepEqual(parseRuleset(`${other}${own}\n`), { rules: own, drops: ["\t\tip protocol 112 drop"] });
    assert.deepEqual(parseRuleset(own.replace("lvs-lab", "lvs-lab2")).rules, "");
    assert.deepEqual(parseRuleset("\n"), { rules: "", drops: [] });
  });

  it("reads sockets, and the ports that rpcbind lists", () => {
    const said = [
      "tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*          ",
      "tcp   LISTEN 0      511                *:80              *:*          ",
      "udp   UNCONN 0      0      127.0.0.53%lo:53        0.0.0.0:*          ",
      "tcp   LISTEN 0      128             [::]:22           [::]:*          ",
      "",
    ].join("\n");
    assert.deepEqual(parseSockets(said), [
      { transport: "tcp", address: "0.0.0.0", port: 22 },
      { transport: "tcp", address: "*", port: 80 },
      { transport: "udp", address: "127.0.0.53%lo", port: 53 },
      { transport: "tcp", address: "[::]", port: 22 },
    ]);
    const rpc = [
      "   program version netid     address                service    owner",
      "    100000    4    tcp6      ::.0.111               portmapper superuser",
      "    100000    4    local     /run/rpcbind.sock      portmapper superuser",
      "    100021    1    udp       0.0.0.0.128.233        nlockmgr   unknown",
      "",
    ].join("\n");
    assert.deepEqual(parseRpc(rpc), ["tcp 111", "udp 33001"]);
  });

  it("reads sysctls as grep prints them", () => {
    const text = "/proc/sys/net/ipv4/conf/all/arp_ignore:1\n/proc/sys/net/ipv4/conf/ens33/send_redirects:0\n";
    assert.deepEqual(parseSysctls(text), { "all.arp_ignore": "1", "ens33.send_redirects": "0" });
  });

  it("reads the kernel's IPVS table", () => {
    const proc = [
      "IP Virtual Server version 1.2.1 (size=4096)",
      "Prot LocalAddress:Port Scheduler Flags",
      "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn",
      "TCP  C0A80AC8:0050 rr  ",
      "  -> C0A80A86:0050      Route   1      0          0         ",
      "  -> C0A80A85:1F90      Masq    3      0          12        ",
      "UDP  0A00000D:0035 wrr persistent 12500 FFFFFFFF",
    ].join("\n");
    const saved = "-A -t 192.168.10.200:80 -s rr\n-A -u 10.0.0.13:53 -s wrr -p 50\n";
    assert.deepEqual(parseIpvs(proc, saved), [
      {
        protocol: "TCP",
        address: "192.168.10.200",
        port: 80,
        scheduler: "rr",
        realServers: [
          {
            address: "192.168.10.134",
            port: 80,
            forwarding: "Route",
            weight: 1,
            connections: { active: 0, inactive: 0 },
          },
          {
            address: "192.168.10.133",
            port: 8080,
            forwarding: "Masq",
            weight: 3,
            connections: { active: 0, inactive: 12 },
          },
        ],
      },
      { protocol: "UDP", address: "10.0.0.13", port: 53, scheduler: "wrr", persistence: 50, realServers: [] },
    ]);
  });

  it("reads virtual servers of IPv6 and of firewall marks", () => {
    const proc = [
      "TCP  [2001:0db8:0061:0000:0000:0000:0000:0100]:0050 rr ",
      "  -> [2001:0db8:0061:0000:0000:0000:0000:0011]:0050      Route   1      2          3         ",
      "FWM  00000015 wlc persistent 50 FFFFFFFF",
      "  -> 0A3D000B:0015      Route   1      0          0         ",
    ].join("\n");
    const found = parseIpvs(proc, "-A -t [2001:db8:61::100]:80 -s rr -p 300\n-A -f 21 -s wlc -p 50\n");
    assert.deepEqual(
      found.map(({ protocol, address, port, scheduler, persistence }) => [
        protocol,
        address,
        port,
        scheduler,
        persistence,
      ]),
      [
        ["TCP", "2001:db8:61::100", 80, "rr", 300],
        ["FWM", "21", 0, "wlc", 50],
      ],
    );
    assert.deepEqual(
      found.map(({ realServers }) => realServers.map(({ address, port }) => [address, port])),
      [[["2001:db8:61::11", 80]], [["10.61.0.11", 21]]],
    );
  });

  it("finds every MAC that answers ARP", () => {
    const text =
      "Unicast reply from 192.168.10.200 [52:54:00:AA:00:01]  0.9ms\nUnicast reply from 192.168.10.200 [52:54:00:aa:00:02]  1ms\nUnicast reply from 192.168.10.200 [52:54:00:AA:00:01]  0.9ms\n";
    assert.deepEqual(parseArping(text), ["52:54:00:aa:00:01", "52:54:00:aa:00:02"]);
    assert.deepEqual(parseArping("Sent 4 probes (4 broadcast(s))\nReceived 0 response(s)\n"), []);
  });

  it("reads an HTTP answer and sees no answer as status 0", () => {
    assert.deepEqual(parseResponse("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nzzt is boy\n"), {
      status: 200,
      body: "zzt is boy",
      keepAlive: false,
    });
    assert.deepEqual(parseResponse("HTTP/1.1 503 Busy\r\n\r\nx\n"), { status: 503, body: "x", keepAlive: true });
    assert.equal(parseResponse("").status, 0);
  });

  it("reads which web server names itself in an answer", () => {
    assert.equal(parseResponse("HTTP/1.1 200 OK\r\nX-Served-By: web2\r\n\r\nx\n").servedBy, "web2");
    assert.equal("servedBy" in parseResponse("HTTP/1.1 200 OK\r\n\r\nX-Served-By: web2\n"), false);
  });

  it("reads the state of units in the order in which they were asked for", () => {
    assert.deepEqual(parseUnits(["httpd", "ipvsadm", "none"], "active\ninactive\n", "enabled\ndisabled\nnot-found\n"), {
      httpd: { active: "active", enabled: "enabled" },
      ipvsadm: { active: "inactive", enabled: "disabled" },
      none: { active: "", enabled: "not-found" },
    });
  });

  it("reads which address is secondary", () => {
    const json = `[{"ifname":"eth0","addr_info":[
      {"family":"inet","local":"10.0.0.15","prefixlen":24,"label":"eth0"},
      {"family":"inet","local":"10.0.0.13","prefixlen":24,"secondary":true,"label":"eth0"}]}]`;
    assert.deepEqual(
      parseAddresses(json).map(({ address, secondary }) => [address, secondary]),
      [
        ["10.0.0.15", undefined],
        ["10.0.0.13", true],
      ],
    );
  });

  it("reads an ARP cache, without the entries that have no MAC", () => {
    const json = `[{"dst":"10.0.0.13","lladdr":"52:54:00:aa:00:01","state":["STALE"]},{"dst":"10.0.0.9","state":["FAILED"]}]`;
    assert.deepEqual(parseNeighbours(json), { "10.0.0.13": "52:54:00:aa:00:01" });
    assert.deepEqual(parseNeighbours(""), {});
  });

  it("reads VRRP adverts as tcpdump prints them", () => {
    const one = `15:47:15.123456 IP (tos 0xc0, ttl 255, id 1, offset 0, flags [none], proto VRRP (112), length 44)
    192.168.50.133 > 224.0.0.18: vrrp 192.168.50.133 > 224.0.0.18: VRRPv2, Advertisement, vrid 33, prio 100, authtype simple, intvl 1s, length 24, addrs(2): 192.168.50.130,192.168.50.131 auth "1111^@^@^@^@"`;
    const addresses = ["192.168.50.130", "192.168.50.131"];
    const advert = {
      source: "192.168.50.133",
      destination: "224.0.0.18",
      virtualRouterId: 33,
      priority: 100,
      addresses,
    };
    assert.deepEqual(parseAdverts(one), [advert]);
    const other = one.replace(/addrs.*131/, "addrs: 10.0.0.3").replace("prio 100", "prio 80");
    assert.deepEqual(parseAdverts(`${one}\n${other}\n`), [
      advert,
      { ...advert, priority: 80, addresses: ["10.0.0.3"] },
    ]);
    assert.deepEqual(parseAdverts(""), []);
  });

  it("masks the VRRP password", () => {
    for (const pass of ["123456", "***", '"a b#"', "it's", "123456 # mine"])
      assert.equal(
        maskPassword(`  auth_type PASS\n  auth_pass ${pass}\n}\n`),
        "  auth_type PASS\n  auth_pass ********\n}\n",
      );
    assert.equal(maskPassword("auth_pass\n}\n"), "auth_pass\n}\n");
  });
});
