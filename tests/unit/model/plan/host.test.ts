import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { fateOf, type Firewall, type Packet } from "../../../../model/plan/host/firewall";
import { hostOf } from "../../../../model/plan/host/host";
import { readIptables } from "../../../../model/plan/host/iptables";
import { readIpvsadm } from "../../../../model/plan/host/ipvsadm";
import { higherOf, readSysctl, switchOf } from "../../../../model/plan/host/kernel";
import { marksOf } from "../../../../model/plan/host/marks";
import { readNft } from "../../../../model/plan/host/nft";
import { readHaproxy, readNginx } from "../../../../model/plan/host/proxy";
import { readRoutes } from "../../../../model/plan/host/routes";
import { planOfFiles } from "./sites";

const vrrp: Packet = { family: "inet", protocol: 112, card: "eth0", destination: "224.0.0.18" };
const vrrp6: Packet = { family: "inet6", protocol: 112, card: "eth0", destination: "ff02::12" };
const http: Packet = { family: "inet", protocol: 6, card: "eth0", destination: "192.0.2.100", port: 80 };
const dns: Packet = { family: "inet", protocol: 17, destination: "192.0.2.100", port: 53 };
const peer: Packet = { ...vrrp, source: "192.0.2.12", destination: "192.0.2.11" };
const packets = { vrrp, vrrp6, http, dns, peer };

type Expected = Partial<Record<keyof typeof packets, "accept" | "drop" | "unknown">>;

function judge(firewall: Firewall, expected: Expected, what: string): void {
  for (const [name, verdict] of Object.entries(expected))
    assert.equal(fateOf([firewall], packets[name as keyof typeof packets]).verdict, verdict, `${name}: ${what}`);
}

/** Rules of an input chain that drops the rest. */
const rules: readonly [rules: string, Expected][] = [
  ["", { vrrp: "drop", http: "drop" }],
  ["ip protocol 112 accept", { vrrp: "accept", vrrp6: "drop", http: "drop" }],
  ["meta l4proto { vrrp, ah } accept", { vrrp: "accept", vrrp6: "accept", http: "drop" }],
  ["ip6 nexthdr vrrp accept", { vrrp: "drop", vrrp6: "accept" }],
  ["ip daddr 224.0.0.0/4 accept", { vrrp: "accept", peer: "drop", vrrp6: "drop" }],
  ["ip saddr { 192.0.2.12, 192.0.2.13 } accept", { peer: "accept", vrrp: "unknown" }],
  ["ip saddr != 192.0.2.0/24 accept", { peer: "drop", http: "unknown" }],
  ["ip saddr 0.0.0.0/0 tcp dport 80 accept", { http: "accept", dns: "drop" }],
  ['iifname "eth*" accept', { vrrp: "accept", dns: "unknown" }],
  ["iifname { eth1, eth2 } accept", { vrrp: "drop" }],
  ["iif lo accept", { vrrp: "drop", dns: "drop" }],
  ["tcp dport 80-90 accept", { http: "accept", dns: "drop", vrrp: "drop" }],
  ["tcp dport { ssh, http } ct state new counter accept", { http: "accept" }],
  ["tcp dport gopher accept", { http: "unknown", dns: "drop" }],
  ["udp dport domain accept", { dns: "accept" }],
  ["th dport 53 accept", { dns: "accept", http: "drop" }],
  ["ct state established,related accept", { http: "drop", vrrp: "drop" }],
  ["ct state { new, established } accept", { http: "accept" }],
  ["meta pkttype multicast accept", { vrrp: "accept", peer: "drop" }],
  ["jump others", { vrrp: "accept", http: "drop" }],
  ["goto others\naccept", { vrrp: "accept", http: "drop" }],
  ["jump none", { vrrp: "unknown" }],
  ["limit rate 10/second accept", { http: "unknown" }],
  ["limit rate 10/second drop", { http: "drop" }],
  ["meta mark 7 accept\naccept", { http: "accept" }],
  ['ip protocol vrrp limit rate 9/second burst 5 packets log prefix "x; y" level info\naccept', { vrrp: "accept" }],
  ["ip saddr @friends accept", { peer: "accept", vrrp: "unknown" }],
  ["ip saddr @strangers accept", { peer: "unknown" }],
  ["tcp dport vmap { 80 : accept, 443 : jump others }", { http: "accept", dns: "drop" }],
  ["icmp type echo-request accept", { vrrp: "drop", http: "drop" }],
  ["ip saddr . tcp dport { 192.0.2.12 . 80 } accept", { http: "unknown", vrrp: "drop" }],
  ["queue num 1", { http: "unknown" }],
];

describe("what stands beside a configuration", () => {
  describe("a ruleset of nft", () => {
    for (const [text, expected] of rules)
      it(text === "" ? "drops by its policy" : text.replaceAll("\n", "; "), () => {
        const ruleset = `table inet t {\n set friends { type ipv4_addr; elements = { 192.0.2.12,\n 192.0.2.13 } }\n set strangers { type ipv4_addr; flags dynamic; }\n chain others {\n ip protocol vrrp accept\n }\n chain input {\n type filter hook input priority 0; policy drop;\n ${text}\n }\n chain output { type filter hook output priority 0; policy drop; }\n}\n`;
        judge(readNft("x", ruleset), expected, text);
      });

    it("is unknown as a whole if something outside its tables adds rules", () => {
      const base = "table ip t { chain i { type filter hook input priority 0; policy drop; } }\n";
      judge(readNft("x", `flush ruleset\n${base}`), { http: "drop" }, "flush");
      for (const more of ['include "/etc/nftables/*.nft"', "add rule ip t i accept"]) {
        const read = readNft("x", `${base}${more}\n`);
        judge(read, { http: "unknown", vrrp: "unknown" }, more);
        assert.equal(fateOf([read], http).at?.line, 2);
      }
    });

    it("leaves out other hooks, families, dormant tables, and keepalived's own table", () => {
      const drops = (family: string, name: string, hook: string, flags = ""): string =>
        `table ${family} ${name} { ${flags}\nchain c { type filter hook ${hook} priority 0; policy drop; } }\n`;
      for (const text of [
        drops("ip", "t", "forward"),
        drops("ip6", "t", "input"),
        drops("ip", "keepalived", "input"),
        drops("ip", "t", "input", "flags dormant;"),
      ])
        judge(readNft("x", text), { http: "accept" }, text);
      judge(readNft("x", drops("ip", "raw", "prerouting")), { http: "drop" }, "prerouting");
    });
  });

  it("chains that jump in circles, and many that jump to each other", () => {
    const text = (jumps: (number: number) => string): string =>
      `*filter\n:INPUT DROP [0:0]\n${[0, 1, 2, 3, 4, 5, 6, 7, 8].map((number) => `:c${number} - [0:0]\n`).join("")}-A INPUT -j c0\n${[0, 1, 2, 3, 4, 5, 6, 7].map((number) => jumps(number).repeat(10)).join("")}COMMIT\n`;
    judge(
      readIptables(
        "x",
        text((number) => `-A c${number} -j c${number}\n`),
        "ip",
      ),
      { http: "unknown" },
      "circle",
    );
    judge(
      readIptables(
        "x",
        text((number) => `-A c${number} -j c${number + 1}\n`),
        "ip",
      ),
      { http: "unknown" },
      "many",
    );
  });

  it("rules of iptables", () => {
    const table: readonly [string, Expected][] = [
      ["-A INPUT -p 112 -j ACCEPT", { vrrp: "accept", http: "drop" }],
      ["-A INPUT ! -p tcp -j ACCEPT", { vrrp: "accept", http: "drop" }],
      ["[3:180] -A INPUT -s 192.0.2.12/32,192.0.2.13/32 -j ACCEPT", { peer: "accept", vrrp: "unknown" }],
      ["-A INPUT -i eth+ -j ACCEPT", { vrrp: "accept", dns: "unknown" }],
      ["-A INPUT -p tcp -m tcp --dport 8:80 -j ACCEPT", { http: "accept" }],
      ["-A INPUT -p udp -m multiport --dports 53,123 -j ACCEPT", { dns: "accept", http: "drop" }],
      ["-A INPUT -m state --state NEW -j ACCEPT", { http: "accept" }],
      ["-A INPUT -m set --match-set friends src -j ACCEPT", { http: "unknown" }],
      [
        "-A INPUT -p tcp -m hashlimit --hashlimit-upto 5/sec --hashlimit-name a -j ACCEPT",
        { http: "unknown", dns: "drop" },
      ],
      [
        '-A INPUT -m comment --comment "a -j ACCEPT b" -j LOG --log-prefix "-j DROP"\n-A INPUT -j ACCEPT',
        { http: "accept" },
      ],
      ["-A INPUT -m pkttype --pkt-type multicast -j ACCEPT", { vrrp: "accept", peer: "drop" }],
      ["-A INPUT -m addrtype --dst-type MULTICAST -j ACCEPT", { vrrp: "accept", peer: "drop" }],
      ["-A INPUT -g other\n-A INPUT -j ACCEPT", { http: "drop", vrrp: "accept" }],
      ["-A INPUT -j NFQUEUE", { http: "unknown" }],
    ];
    for (const [text, expected] of table)
      judge(
        readIptables(
          "x",
          `*filter\n:INPUT DROP [0:0]\n:other - [0:0]\n-A other -p vrrp -j ACCEPT\n${text}\nCOMMIT\n`,
          "ip",
        ),
        expected,
        text,
      );
    judge(
      readIptables("x", "*filter\n:INPUT DROP [0:0]\nCOMMIT\n", "ip6"),
      { vrrp6: "drop", http: "accept" },
      "ip6tables",
    );
    judge(readIptables("x", "*filter\n:INPUT DROP [0:0]\nwhat\n", "ip"), { http: "unknown" }, "unread");
  });

  it("what of a firewall is not understood is an assumption, not a finding", () => {
    const conf =
      "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n virtual_ipaddress {\n 192.0.2.100\n }\n}\n";
    const files = (rule: string) =>
      new Map([
        ["lb1/keepalived.conf", { text: conf, isExecutable: false }],
        [
          "lb1/nftables.conf",
          {
            text: `table ip t {\n chain i {\n type filter hook input priority 0; policy drop;\n ${rule}\n}\n}\n`,
            isExecutable: false,
          },
        ],
      ]);
    assert.match(
      planOfFiles(files("socket cgroupv2 level 1 x accept")).assumed.join("\n"),
      /^lb1 lets in adverts of VI_1 \(VRRP, protocol 112\): lb1\/nftables\.conf:4 is not understood, and may decide it$/m,
    );
    assert.doesNotMatch(planOfFiles(files("accept")).assumed.join("\n"), /lets in/);
  });

  it("sysctl: dots, slashes, later files; of a card and all cards the higher value counts", () => {
    const kernel = readSysctl(
      new Map([
        [
          "a",
          "; comment\nnet.ipv4.ip_forward = 0\n-net.ipv4.conf.eth0/10.rp_filter=2\nnet/ipv4/conf/all/rp_filter = 1\n",
        ],
        ["b", "net.ipv4.ip_forward=1"],
      ]),
    );
    assert.deepEqual(switchOf(kernel, "net/ipv4/ip_forward"), { isOn: true, at: { file: "b", line: 1, column: 1 } });
    assert.equal(higherOf(kernel, "rp_filter", "eth0.10")?.value, 2);
    assert.equal(higherOf(kernel, "rp_filter", "eth1"), undefined);
    assert.equal(switchOf(kernel, "net/ipv4/ip_nonlocal_bind"), undefined);
  });

  it("services of ipvsadm's rules", () => {
    const text =
      "-A -t 192.0.2.1:http -s rr\n-a -t 192.0.2.1:80 -r 192.0.2.9:80 -g\nipvsadm -A -u [2001:DB8::1]:53 -s rr\n-A -f 7 -s rr\n-A -t name:80\n";
    assert.deepEqual(
      readIpvsadm("x", text).map(({ protocol, address, port, at }) => [protocol, address, port, at.line]),
      [
        ["TCP", "192.0.2.1", 80, 1],
        ["UDP", "2001:db8::1", 53, 3],
      ],
    );
  });

  it("addresses on which haproxy and nginx listen", () => {
    const shown = ({ binds, isPartial }: ReturnType<typeof readHaproxy>): unknown[] => [
      ...binds.map(({ address = "any", isTransparent }) => (isTransparent ? `${address} transparent` : address)),
      ...(isPartial ? ["more"] : []),
    ];
    assert.deepEqual(
      shown(
        readHaproxy(
          "x",
          "frontend a\n bind :80 # bind 9.9.9.9:1\n bind 192.0.2.1:80,[2001:DB8::1]:80 transparent\n bind ipv4@192.0.2.2:443 ssl crt /x\nlisten b 192.0.2.3:81\n bind /run/x.sock\n",
        ),
      ),
      ["any", "192.0.2.1 transparent", "2001:db8::1 transparent", "192.0.2.2", "192.0.2.3"],
    );
    assert.deepEqual(shown(readHaproxy("x", 'frontend a\n bind "${VIP}:80"\n bind lb.example:80\n')), ["more"]);
    const nginx =
      "http { server { listen 80; listen [::]:80; listen 192.0.2.1:8080 ssl; listen unix:/run/x; # listen 9.9.9.9;\n } }";
    assert.deepEqual(shown(readNginx(new Map([["x", nginx]]), false)), ["any", "any", "192.0.2.1"]);
  });

  it("nginx with its includes, and without those that are not there", () => {
    const conf = "http { include mime.types; include conf.d/*.conf; }";
    const partial = (texts: Readonly<Record<string, string>>): unknown =>
      hostOf({ folder: "lb1", texts: new Map(Object.entries(texts)) }).proxies.map(({ binds, isPartial }) => [
        binds.length,
        isPartial,
      ]);
    assert.deepEqual(partial({ "lb1/nginx.conf": conf }), [[0, true]]);
    assert.deepEqual(partial({ "lb1/nginx.conf": conf, "lb1/conf.d/a.conf": "server { listen 80; }" }), [[1, false]]);
    assert.deepEqual(partial({ "lb1/etc/nginx/nginx.conf": conf, "lb1/etc/nginx/conf.d/a.conf": "listen 80;" }), [
      [1, false],
    ]);
  });

  it("routes, and nothing of what is none", () => {
    const text =
      '[{"dst":"default","dev":"eth0","metric":100},{"dst":"192.0.2.0/24","dev":"eth1"},{"dst":"x","dev":"y"},null,7]';
    assert.deepEqual(readRoutes(text), [
      { card: "eth0", metric: 100 },
      { to: { address: "192.0.2.0", prefix: 24 }, card: "eth1", metric: 0 },
    ]);
    for (const other of ["", "{}", "null", "ip: error"]) assert.deepEqual(readRoutes(other), []);
  });

  it("the marks that a ruleset gives to packets for an address", () => {
    const iptables = (rules: string): Firewall =>
      readIptables("x", `*mangle\n:PREROUTING ACCEPT [0:0]\n:IN - [0:0]\n${rules}\nCOMMIT\n`, "ip");
    const nft = (rules: string): Firewall =>
      readNft("x", `table ip m {\nchain c {\ntype filter hook prerouting priority mangle;\n${rules}\n}\n}\n`);
    const cases: readonly [Firewall, readonly string[]][] = [
      [iptables("-A PREROUTING -d 192.0.2.100 -p tcp --dport 80 -j MARK --set-mark 7"), ["7 tcp 80-80"]],
      [iptables("-A PREROUTING -d 192.0.2.101 -p tcp --dport 80 -j MARK --set-mark 7"), []],
      [iptables("-A PREROUTING -p tcp --dport 80 -j MARK --set-xmark 0x0/0xff"), []],
      [
        iptables("-A PREROUTING -p udp -m multiport --dports 53,5000:5010 -j MARK --set-xmark 0x10/0xff"),
        ["16 udp 53-53", "16 udp 5000-5010"],
      ],
      // Without a port of its own: the ports that somebody asks for.
      [iptables("-A PREROUTING -d 192.0.2.100 -p tcp -j MARK --set-mark 9"), ["9 tcp 443-443"]],
      [
        iptables("-A PREROUTING -p tcp -m mac ! --mac-source 00:11:22:33:44:55 --dport 21 -j MARK --set-mark 3"),
        ["3 tcp 21-21 by MAC"],
      ],
      [
        iptables("-A PREROUTING -p tcp -j IN\n-A IN -p tcp --dport 21 -j MARK --set-mark 3\n-A IN -j RETURN"),
        ["3 tcp 21-21"],
      ],
      [iptables("-A PREROUTING -p tcp --dport 21 -j ACCEPT\n-A PREROUTING -p tcp --dport 21 -j MARK --set-mark 3"), []],
      [nft("ip daddr 192.0.2.100 tcp dport { 80, 443 } meta mark set 0x5"), ["5 tcp 80-80", "5 tcp 443-443"]],
      [
        nft("ip daddr 192.0.2.100 ether saddr != 00:11:22:33:44:55 udp dport 53 meta mark set 5"),
        ["5 udp 53-53 by MAC"],
      ],
      [nft("ip daddr 192.0.2.100 tcp dport 80 ct mark set 5"), []],
      [nft("ip daddr 192.0.2.100 tcp dport 80 meta mark set ct mark"), []],
      [nft("tcp dport 80 meta mark set 5 accept\ntcp dport 80 meta mark set 6"), ["5 tcp 80-80"]],
      [nft("tcp dport 80 meta mark set 5\ntcp dport 80 meta mark set 6"), ["6 tcp 80-80"]],
    ];
    for (const [firewall, expected] of cases)
      assert.deepEqual(
        marksOf([firewall], { family: "inet", destination: "192.0.2.100" }, [443]).map(
          ({ mark, protocol, ports, isByMac }) => `${mark} ${protocol} ${ports.join("-")}${isByMac ? " by MAC" : ""}`,
        ),
        expected,
        JSON.stringify(firewall.tables[0]?.chains.size),
      );
  });

  it("any text is read without an exception", () => {
    const word = fc.constantFrom(
      ..."table inet filter chain input { } ; type hook policy drop , : @a $b define = iif != ct state vmap tcp dport ip saddr set elements".split(
        " ",
      ),
      ..."-A INPUT PREROUTING MARK --set-mark --dports ! -p -j *filter :INPUT [0:0] listen bind \" ' # \\ \n include -t 1.2.3.4:80 = / [ ]".split(
        " ",
      ),
      "\n",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 60 }), (words) => {
        const text = words.join(" ");
        const names = [
          "nftables.conf",
          "iptables-save",
          "ip6tables-save",
          "ipvsadm.rules",
          "sysctl.conf",
          "haproxy.cfg",
          "nginx.conf",
          "route.json",
        ];
        const { firewalls } = hostOf({ folder: "m", texts: new Map(names.map((name) => [`m/${name}`, text])) });
        for (const packet of Object.values(packets)) fateOf(firewalls, packet);
        marksOf(firewalls, { family: "inet", destination: "192.0.2.100" }, [80]);
      }),
      { numRuns: 500 },
    );
  });
});
