import { instance, server } from "./reading";

/** Texts with their findings: `[title, text, findings, part of the first message or suggestion]`. */
export type Row = readonly [title: string, text: string, found: readonly string[], says?: RegExp];

/** Unknown words with blocks, inside others. The daemon's parser ends the block around at the first }. */
export const unopened: readonly string[] = [
  "vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n  virtual_ipaddress {\n    192.0.2.10/24\n  }\n  track_scripts {\n    chk\n    advert_int 3\n  }\n  priority 120\n  preempt_delay 5\n}\nvrrp_instance VI_2 {\n  interface eth1\n  virtual_router_id 52\n  virtual_ipaddress {\n    198.51.100.10/24\n  }\n}\n",
  "virtual_server 192.0.2.10 80 {\n  lb_algo rr\n  lb_kind DR\n  protocol TCP\n  real_server 192.0.2.21 80 {\n    TCP_CHEK\n    {\n      connect_timeout 3\n    }\n    weight 7\n  }\n  real_server 192.0.2.22 80 {\n    weight 3\n  }\n}\n",
  "global_defs {\n  foo { bar {\n    x\n  } }\n  router_id A\n}\nstatic_routes {\n}\n",
];

const words: readonly Row[] = [
  ["nothing", "", []],
  ["a good instance", instance(), []],
  ["a good virtual server", server([]), []],
  [
    "a misspelt word",
    server([], ["    weigth 5"]),
    ["error* 6:5 unknown-word"],
    /weigth is not understood in real_server.*did you mean weight/,
  ],
  [
    "a misspelt word of a check",
    server([], ["    TCP_CHECK {", "      connetc_port 80", "    }"]),
    ["error* 7:7 unknown-word"],
    /did you mean connect_port/,
  ],
  [
    "a misspelt block",
    "vvrp_script chk {\n  script /bin/true\n}\n",
    ["error* 1:1 unknown-word"],
    /at the top.*did you mean vrrp_script/,
  ],
  [
    "a misspelt block in a block",
    unopened[0] ?? "",
    ["error* 7:3 unknown-word", "error* 8:5 unknown-word", "error* 11:3 misplaced-word", "error* 12:3 misplaced-word"],
    /its \} closes the block of vrrp_instance/,
  ],
  [
    "a word in another block",
    "vrrp_instance VI_1 {\n  delay_loop 3\n}\n",
    [
      "error* 1:1 incomplete-block",
      "error* 1:1 incomplete-block",
      "warning* 1:1 incomplete-block",
      "error* 2:3 misplaced-word",
    ],
    /belongs in virtual_server/,
  ],
  [
    "a word of a later version",
    "global_defs {\n  json_dump_file /tmp/a\n}\n",
    ["error* 2:3 newer-word"],
    /needs keepalived 2\.3\.3 or newer; this is 2\.2\.7/,
  ],
  [
    "an old word that is still taken",
    server([], ["    HTTP_GET {", "      url {", "        path /", "      }", "      nb_get_retry 3", "    }"]),
    ["warning* 10:7 deprecated-word"],
    /retry/,
  ],
  [
    "an old word that is not",
    server([], ["    TCP_CHECK {", "      nb_get_retry 3", "    }"]),
    ["warning* 7:7 retired-word"],
    /retry/,
  ],
  [
    "an old name with a log line",
    "vrrp_track_file load {\n  file /run/load\n}\n",
    ["warning 1:1 deprecated-word"],
    /track_file/,
  ],
];

const values: readonly Row[] = [
  [
    "lb_kind in small letters",
    server([]).replace("DR", "dr"),
    ["warning* 1:1 incomplete-block", "error* 3:11 bad-value"],
    /DR, or TUN|; DR/,
  ],
  ["state PEER", instance("  state PEER"), ["error* 7:9 bad-value"], /MASTER or BACKUP/],
  [
    "a priority out of range",
    instance("  priority 256"),
    ["error* 7:12 bad-value"],
    /from 1 to 255.*the daemon uses 100/,
  ],
  ["a backslash at the end of a line", instance("  priority 100 \\"), ["error* 7:12 bad-value"]],
  ["no priority", instance("  priority"), ["error* 7:3 missing-value"], /no value/],
  ["a second word that is not read", instance("  priority 100 200"), ["warning 7:16 extra-value"]],
  [
    "a long password",
    instance("  authentication {", "    auth_type PASS", "    auth_pass 123456789", "  }"),
    ["warning* 9:15 clamped-value"],
    /\*{8}.*first 8 of 9 bytes/,
  ],
  [
    "an interval that VRRPv2 cannot send",
    instance("  advert_int 0.5"),
    ["warning* 7:3 clamped-value"],
    /the daemon uses 1:/,
  ],
  ["the same for VRRPv3", instance("  version 3", "  advert_int 0.5"), []],
  [
    "an address that is none",
    instance().replace("192.0.2.10/24", "192.0.2.300"),
    ["warning* 4:3 incomplete-block", "error* 5:5 bad-value"],
  ],
  [
    "an option of an address",
    instance().replace("/24", "/24 div eth1"),
    ["error* 5:19 bad-value", "error* 5:23 bad-value"],
    /did you mean dev/,
  ],
  [
    "a script that is not quoted",
    "vrrp_script chk {\n  script /usr/bin/killall -0 haproxy\n}\n" + instance("  track_script {", "    chk", "  }"),
    ["error 2:27 extra-value"],
    /without the parameters.*script "\/usr\/bin\/killall …"/,
  ],
  ["persistence_timeout 0", server(["  persistence_timeout 0"]), ["error* 5:23 bad-value"], /remove the word/],
  [
    "a scheduler that is none",
    server([]).replace("rr", "wrrr"),
    ["warning* 1:1 incomplete-block", "error* 2:11 bad-value"],
  ],
];

const braces: readonly Row[] = [
  ["a { on a line of its own", instance().replace("VI_1 {", "VI_1\n{"), []],
  [
    "a block on one line",
    "vrrp_instance VI_1 { interface eth0\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.1 } }\n",
    [],
  ],
  [
    "a block without {",
    instance().replace("virtual_ipaddress {", "virtual_ipaddress"),
    ["error* 4:3 unbalanced-braces"],
  ],
  [
    "a block without } at the end",
    instance().replace(/\}\n$/, ""),
    ["error* 1:1 unbalanced-braces"],
    /no \} before the end of the file/,
  ],
  [
    "a block without } in the middle",
    `vrrp_script chk {\n  script /bin/true\n${instance("  track_script {", "    chk", "  }")}`,
    ["error* 1:1 unbalanced-braces"],
    /before vrrp_instance in line 3/,
  ],
  ["a } too many", `${instance()}}\n`, ["error* 8:1 unbalanced-braces"]],
  ["a { that belongs to nothing", instance("  {", "    priority 5", "  }"), ["error* 7:3 unbalanced-braces"]],
  ["a quote that is not closed", instance('  notify_master "/bin/true'), ["error* 7:17 unmatched-quote"]],
];

const names: readonly Row[] = [
  [
    "a script that does not exist",
    `vrrp_script check {\n  script /bin/true\n}\n${instance("  track_script {", "    chek", "  }")}`,
    ["warning 1:1 unknown-name", "error* 11:5 unknown-name"],
    /did you mean check/,
  ],
  [
    "a script behind its instance",
    `${instance("  track_script {", "    chk", "  }")}vrrp_script chk {\n  script /bin/true\n}\n`,
    ["error* 8:5 unknown-name"],
    /put the block/,
  ],
  [
    "a sync group of one",
    `${instance()}vrrp_sync_group G {\n  group {\n    VI_1\n  }\n}\n`,
    ["warning* 9:3 incomplete-block"],
  ],
  [
    "a sync group of none",
    `${instance()}vrrp_sync_group G {\n  group {\n    VI_2\n  }\n}\n`,
    ["error* 9:3 incomplete-block", "error* 10:5 unknown-name"],
  ],
  ["an instance twice", instance() + instance(), ["error* 8:1 written-twice"]],
  ["a virtual_router_id twice", instance() + instance().replace("VI_1", "VI_2"), ["error* 10:3 conflict"]],
];

const conflicts: readonly Row[] = [
  [
    "nopreempt with state MASTER",
    instance("  state MASTER", "  priority 150", "  nopreempt"),
    ["warning* 9:3 conflict"],
    /state BACKUP/,
  ],
  ["preempt_delay with nopreempt", instance("  nopreempt", "  preempt_delay 5"), ["warning* 8:3 conflict"]],
  [
    "a password in VRRPv3",
    instance("  version 3", "  authentication {", "    auth_type PASS", "    auth_pass secret", "  }"),
    ["warning* 9:5 conflict"],
  ],
  [
    "IPv6 in an instance of IPv4",
    instance().replace("    192.0.2.10/24", "    192.0.2.10/24\n    2001:db8::1/64"),
    ["error* 6:5 conflict"],
  ],
  ["unicast_src_ip without peers", instance("  unicast_src_ip 192.0.2.1"), ["warning* 7:3 conflict"]],
  [
    "another port in DR",
    server([]).replace("192.0.2.21 80", "192.0.2.21 8080"),
    ["warning* 5:3 conflict"],
    /DR cannot change the port/,
  ],
  ["another port in NAT", server([]).replace("192.0.2.21 80", "192.0.2.21 8080").replace("DR", "NAT"), []],
  ["no protocol", server([]).replace("  protocol TCP\n", ""), ["warning* 1:1 incomplete-block"], /UDP/],
  [
    "no real server",
    "virtual_server 192.0.2.1 80 {\n  lb_algo rr\n  lb_kind DR\n  protocol TCP\n}\n",
    ["error* 1:1 incomplete-block"],
  ],
  ["a quorum above the weights", server(["  quorum 3"]), ["warning* 5:3 clamped-value"]],
  [
    "a check without its path",
    server([], ["    HTTP_GET {", "      url {", "      }", "    }"]),
    ["error* 7:7 incomplete-block"],
  ],
];

/** Every kind of mistake, and correct forms. tests/parsers/configuration.test.ts compares each with the daemon. */
export const groups: Readonly<Record<string, readonly Row[]>> = { words, values, braces, names, conflicts };
