/** Maps words of keepalived.conf to keys of the topology, and says why some of them have none. */
export type Meaning =
  | {
      /** The keys with the same meaning, by their whole path. `NAME` stands for a name of the file. */
      readonly keys: readonly string[];
      /** The difference to keepalived.conf. */
      readonly note?: string;
    }
  | { readonly no: string };

const says = (...keys: readonly string[]): Meaning => ({ keys });
const saysWith = (note: string, ...keys: readonly string[]): Meaning => ({ keys, note });
/** lvs-lab cannot build it yet. */
const notBuilt = (why: string): Meaning => ({ no: `not built: ${why}` });
/** Nothing is lost without it. */
const notNeeded = (why: string): Meaning => ({ no: `not needed: ${why}` });

const part = (key: string): string => `nodes.NAME.vrrp.${key}`;
const server = (key: string): string => `virtualServers[].${key}`;
const check = (key: string): string => server(`check.${key}`);

const ownDefault = notBuilt("keepalived's default applies");
const notify = notBuilt("no script runs at a change of state; vrrp.notification sends a mail");
const adverts = notBuilt("with vrrp.unicast the firewall accepts adverts from the peers alone");
const script = saysWith("the script is lvs-lab's own and asks the proxy", "vrrp.trackScript");
const judgedAtOnce = notBuilt("a single run of the script decides; vrrp.trackScript.interval sets how often it runs");
const checkKinds = notBuilt("a check is TCP_CHECK or HTTP_GET (virtualServers[].check.type)");
const routes = notBuilt("VIPs move without routes; nodes.NAME.routes do not move");
const scheduling = notBuilt("keepalived runs with its own priority and memory");
const vmac = notBuilt("the VIP has the MAC of the node's own interface");
const firewall = notNeeded("each machine has its own nftables table, which opens the ports that it serves");
const process = saysWith("it sends a request to the proxy instead of looking for its process", "vrrp.trackScript");
const alert = notNeeded("vrrp.notification sends mails about VRRP and about real servers");

/**
 * Every word of keepalived.conf(5) that real files use, and some of ipvsadm's and the documents'. `dev`, `scope` and the like
 * occur inside a line of virtual_ipaddress.
 */
export const WORDS: Readonly<Record<string, Meaning>> = {
  // global_defs
  global_defs: notNeeded(
    `its settings have keys of their own: ${part("routerId")}, vrrp.version, vrrp.multicastGroup, vrrp.notification`,
  ),
  router_id: says(part("routerId")),
  lvs_id: says(part("routerId")),
  notification_email: says("vrrp.notification.to"),
  notification_email_from: says("vrrp.notification.from"),
  smtp_connect_timeout: says("vrrp.notification.connectTimeout"),
  smtp_server: notNeeded("each director has its own mail server and spool"),
  smtp_alert: alert,
  smtp_alert_vrrp: alert,
  smtp_alert_checker: alert,
  enable_script_security: notNeeded("it is on if there is a vrrp.trackScript"),
  script_user: says("vrrp.trackScript.user"),
  user: says("vrrp.trackScript.user"),
  vrrp_version: says("vrrp.version"),
  vrrp_mcast_group4: says("vrrp.multicastGroup"),
  vrrp_mcast_group6: notBuilt("VIPs are IPv4 addresses"),
  vrrp_strict: says("vrrp.strict"),
  vrrp_iptables: firewall,
  vrrp_ipsets: firewall,
  nftables: firewall,
  default_interface: says("vrrp.interface"),
  lvs_sync_daemon: says("vrrp.syncDaemon"),
  lvs_sync_daemon_interface: says("vrrp.syncDaemon.interface"),
  lvs_timeouts: saysWith("only in a lab without vrrp; otherwise the kernel's defaults apply", "ipvsadm.timeouts"),
  vrrp_garp_interval: ownDefault,
  vrrp_gna_interval: ownDefault,
  vrrp_skip_check_adv_addr: ownDefault,
  vrrp_garp_master_delay: says("vrrp.garp.masterDelay"),
  vrrp_garp_master_refresh: says("vrrp.garp.masterRefresh"),
  vrrp_garp_master_repeat: says("vrrp.garp.masterRepeat"),
  vrrp_check_unicast_src: adverts,
  max_auto_priority: scheduling,
  vrrp_no_swap: scheduling,
  checker_no_swap: scheduling,
  vrrp_priority: scheduling,
  checker_priority: scheduling,
  dynamic_interfaces: notNeeded("the interfaces exist before keepalived starts"),
  net_namespace: notNeeded("each director is a separate machine"),
  instance: says("vrrp.instance"),

  // vrrp_instance
  vrrp_instance: says("vrrp", part("priority")),
  state: says(part("state")),
  interface: says("vrrp.interface", part("interface"), "nodes.NAME.interfaces"),
  virtual_router_id: says("vrrp.virtualRouterId"),
  vrid: says("vrrp.virtualRouterId"),
  priority: says(part("priority")),
  base_priority: says(part("priority")),
  advert_int: says("vrrp.advertInt"),
  authentication: says("vrrp.authentication"),
  auth_type: says("vrrp.authentication.type"),
  auth_pass: saysWith("or the stack's secret lvs-lab:authPass", "vrrp.authentication.pass"),
  virtual_ipaddress: says("vrrp.virtualAddresses"),
  virtual_ipaddress_excluded: says("vrrp.excludedAddresses"),
  virtual_routes: routes,
  virtual_rules: routes,
  brd: notNeeded("a VIP needs no broadcast address"),
  dev: says("vrrp.interface"),
  label: says("vrrp.label"),
  scope: notBuilt("a VIP has scope global, ip-address(8)"),
  prefix: says("vrrp.prefixLength", "ipvsadm.prefixLength"),
  nopreempt: says(part("nopreempt")),
  preempt: saysWith("without nopreempt the higher priority takes the VIP back", part("nopreempt")),
  preempt_delay: says(part("preemptDelay")),
  mcast_src_ip: saysWith("true: each node's own address", "vrrp.mcastSource"),
  unicast_src_ip: saysWith("true: each node's own address", "vrrp.unicast"),
  unicast_peer: saysWith("true: the addresses of the other nodes", "vrrp.unicast"),
  check_unicast_src: adverts,
  track_src_ip: ownDefault,
  track_interface: says("vrrp.trackInterfaces"),
  dont_track_primary: notBuilt("the loss of vrrp.interface is a FAULT, and the VIP moves"),
  garp_master_delay: says("vrrp.garp.masterDelay"),
  garp_master_repeat: says("vrrp.garp.masterRepeat"),
  garp_master_refresh: says("vrrp.garp.masterRefresh"),
  garp_master_refresh_repeat: says("vrrp.garp.masterRefreshRepeat"),
  garp_lower_prio_delay: says("vrrp.garp.lowerPrioDelay"),
  garp_lower_prio_repeat: says("vrrp.garp.lowerPrioRepeat"),
  higher_prio_send_advert: ownDefault,
  lower_prio_no_advert: ownDefault,
  skip_check_adv_addr: ownDefault,
  strict_mode: says("vrrp.strict"),
  accept: notNeeded("without vrrp.strict the VIP accepts packets"),
  native_ipv6: notBuilt("VIPs are IPv4 addresses"),
  use_vmac: vmac,
  vmac_xmit_base: vmac,
  notify: notify,
  notify_master: notify,
  notify_backup: notify,
  notify_fault: notify,
  notify_stop: notify,
  notify_up: notify,
  notify_down: notify,
  notify_master_rx_lower_pri: notify,
  vrrp_sync_group: notBuilt("a lab has one VRRP instance; vrrp.gateway is an address that moves with the VIPs"),
  group: notBuilt("a lab has one VRRP instance; vrrp.gateway is an address that moves with the VIPs"),

  // vrrp_script, track_process, track_file
  vrrp_script: script,
  track_script: script,
  script,
  interval: says("vrrp.trackScript.interval"),
  timeout: notBuilt("the script of vrrp.trackScript ends by itself"),
  fall: judgedAtOnce,
  rise: judgedAtOnce,
  init_fail: notBuilt("the script of vrrp.trackScript counts as successful until its first run"),
  vrrp_track_process: process,
  track_process: process,
  process,
  delay: notBuilt("a single look decides (vrrp.trackScript)"),
  track_file: script,
  vrrp_track_file: script,
  track_bfd: notBuilt("BFD has no key"),
  bfd_instance: notBuilt("BFD has no key"),

  // virtual_server
  virtual_server: says("virtualServers"),
  virtual_server_group: notBuilt("write a virtual server for each address and port (virtualServers)"),
  fwmark: notBuilt("a virtual server is an address and a port (virtualServers)"),
  delay_loop: says(server("delayLoop")),
  lb_algo: says(server("scheduler")),
  algo: says(server("scheduler")),
  lvs_sched: says(server("scheduler")),
  lb_kind: says(server("forwarding")),
  kind: says(server("forwarding"), "client.kind"),
  lvs_method: says(server("forwarding")),
  persistence_timeout: says(server("persistence")),
  persistence_granularity: notBuilt("persistence goes by the client's whole address"),
  protocol: says(server("protocol")),
  nat_mask: notNeeded("keepalived ignores it"),
  real_server: says(server("realServers")),
  weight: says(server("realServers.NAME.weight"), "proxy.backends.NAME.weight", "vrrp.trackScript.weight"),
  sorry_server: saysWith(
    "a text that each director serves; a separate machine as sorry server is not built",
    server("sorryPage"),
  ),
  sorry_server_inhibit: ownDefault,
  inhibit_on_failure: notBuilt("a real server leaves the table if its check fails"),
  quorum: notBuilt("a virtual server is up while one real server is"),
  quorum_up: notBuilt("a virtual server is up while one real server is"),
  quorum_down: notBuilt("a virtual server is up while one real server is"),
  hysteresis: notBuilt("a virtual server is up while one real server is"),
  alpha: notBuilt("a real server is in the table until its first check fails"),
  omega: notBuilt("keepalived clears the table when it stops, without scripts"),
  ops: notBuilt("one-packet scheduling is for UDP, which is not built"),
  ha_suspend: notNeeded("checks run on both directors"),
  uthreshold: notBuilt("a real server has no limit of connections"),
  lthreshold: notBuilt("a real server has no limit of connections"),

  // checks
  tcp_check: says(check("type")),
  http_get: says(check("type")),
  ssl_get: checkKinds,
  misc_check: checkKinds,
  smtp_check: checkKinds,
  dns_check: checkKinds,
  udp_check: checkKinds,
  ping_check: checkKinds,
  file_check: checkKinds,
  misc_path: checkKinds,
  misc_timeout: checkKinds,
  misc_dynamic: checkKinds,
  connect_timeout: says(check("connectTimeout")),
  connect_port: saysWith("a check asks the real server's own port", server("realServers.NAME.port")),
  connect_ip: notNeeded("a check asks the real server's own address"),
  bindto: notNeeded("a check comes from the director's own address"),
  bind_port: notNeeded("the kernel chooses the port that a check comes from"),
  nb_get_retry: says(check("retry")),
  retry: says(check("retry")),
  delay_before_retry: says(check("delayBeforeRetry")),
  warmup: notBuilt("checks begin at once"),
  url: says(check("path")),
  path: says(check("path")),
  digest: notBuilt("a page is judged by its status (virtualServers[].check.status)"),
  status_code: says(check("status")),
  virtualhost: says(check("virtualHost")),
  http_protocol: notBuilt("HTTP_GET asks as keepalived does by default"),
  regex: notBuilt("a page is judged by its status (virtualServers[].check.status)"),

  // Words of other tools with the same meaning.
  default_gateway: says("nodes.NAME.gateway"),
  gw: says("nodes.NAME.gateway"),
  ip: says("nodes.NAME.interfaces.NAME.address"),
  vips: says("vrrp.virtualAddresses"),
  authpass: saysWith("or the stack's secret lvs-lab:authPass", "vrrp.authentication.pass"),
  password: saysWith("or the stack's secret lvs-lab:authPass", "vrrp.authentication.pass"),
};
