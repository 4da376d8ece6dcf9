import { isLinkLocalMulticast } from "../../keepalived/kinds/addresses";
import { canonical, isWithin } from "../addresses";
import { cardOf, type Member, vipsOf } from "../clusters";
import { deviants, type Found, list, named, type Rule } from "./rule";

const LONGEST_ADVERT = 20;

/** Rules about an instance's machine and segment. */
export const machine: readonly Rule[] = [
  {
    name: "multicast-group-snooped",
    severity: "warning",
    summary: "Adverts go to a multicast group outside 224.0.0.0/24",
    why: "switches with IGMP snooping forward such a group only to members, and memberships expire: adverts stop, and both are MASTER",
    source: "RFC 4541, 2.1.2: switches flood 224.0.0.0/24 and snoop other groups",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ name, config }) => {
        const groups = [
          config.global.vrrpMcastGroup4,
          ...config.instances.flatMap(({ written }) => written.mcastDstIp ?? []),
        ];
        return groups.flatMap(({ value, at }): Found[] =>
          at === undefined || isLinkLocalMulticast(value) || value.startsWith("224.0.0.")
            ? []
            : [
                {
                  at,
                  message: `${name} sends adverts to ${value}`,
                  fix: "use VRRP's own group 224.0.0.18, or another group of 224.0.0.0/24",
                },
              ],
        );
      }),
  },
  {
    name: "multicast-group-differs",
    severity: "error",
    summary: "Peers send their adverts to different multicast groups",
    why: "each hears only its own group: both are MASTER",
    source: "keepalived.conf(5), vrrp_mcast_group4, mcast_dst_ip",
    find: ({ peers }) =>
      peers.flatMap((cluster) =>
        cluster.members.every(({ instance }) => !instance.isUnicast)
          ? deviants(cluster, ({ instance }) => canonical(instance.multicastGroup?.value ?? "")).map(
              ({ member, right }): Found => ({
                at: member.instance.multicastGroup?.at ?? member.instance.at,
                also: [right.instance.multicastGroup?.at ?? right.instance.at],
                message: `${named(member)} sends to ${member.instance.multicastGroup?.value ?? ""}, ${named(right)} to ${right.instance.multicastGroup?.value ?? ""}`,
                fix: "use the same group on both",
              }),
            )
          : [],
      ),
  },
  {
    name: "multicast-not-carried",
    severity: "error",
    summary: "Multicast adverts in a segment without multicast",
    why: "no advert arrives: every machine is MASTER",
    source: "site.yaml, segments: multicast is false",
    find: ({ plan, clusters }) =>
      clusters.flatMap(({ members }) =>
        members.flatMap((member): Found[] => {
          const [vip] = vipsOf(member.instance);
          const own = cardOf(member)?.addresses.map(({ address }) => address) ?? [];
          const segment = plan.segments.find(({ cidr }) =>
            [...own, ...(vip ? [vip] : [])].some((one) => isWithin(one, cidr)),
          );
          if (member.instance.isUnicast || !segment || segment.hasMulticast) return [];
          return [
            {
              at: member.instance.at,
              message: `${named(member)} sends by multicast, but segment ${segment.name} does not carry multicast`,
              fix: "set unicast_src_ip to the machine's own address, and unicast_peer to the others'",
            },
          ];
        }),
      ),
  },
  {
    name: "strict-drops-packets",
    severity: "warning",
    summary: "vrrp_strict: the VIP does not accept packets",
    why: "in strict mode a MASTER that is not the owner drops packets to the VIP: it answers no ping and no request",
    source: "RFC 5798, 6.1, Accept_Mode; keepalived.conf(5), vrrp_strict, accept",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ name, config }) => {
        const instance = config.instances.find(({ strictMode, accept }) => strictMode.value && !accept.value);
        if (!instance) return [];
        return [
          {
            at: instance.strictMode.at ?? instance.at,
            also: [instance.at],
            message: `${name}: ${instance.name} runs in strict mode, so ${list(vipsOf(instance))} does not answer`,
            fix: "remove vrrp_strict; with VRRPv3 add accept",
          },
        ];
      }),
  },
  {
    name: "vips-many",
    severity: "note",
    summary: `More than ${LONGEST_ADVERT} VIPs in one instance`,
    why: "an advert contains all of them and grows with them; older keepalived accepted 20",
    source: "keepalived.conf(5), virtual_ipaddress_excluded: for large numbers of addresses",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ name, config }) =>
        config.instances.flatMap(({ name: instance, virtualIpaddress, written, at }): Found[] =>
          virtualIpaddress.length > LONGEST_ADVERT
            ? [
                {
                  at: written.virtualIpaddress?.at ?? at,
                  message: `${name} ${instance} has ${virtualIpaddress.length} VIPs`,
                  fix: "put one address into virtual_ipaddress and the others into virtual_ipaddress_excluded",
                },
              ]
            : [],
        ),
      ),
  },
  {
    name: "vip-of-machine",
    severity: "error",
    summary: "A VIP is also a machine's own address",
    why: "the machine always answers for it, even as BACKUP, so two machines have the same address",
    source: "RFC 5798, 5.2.4: only the owner, with priority 255, may have a VIP as its own address",
    find: ({ plan, clusters }) =>
      clusters.flatMap(({ members }) =>
        members.flatMap((member) =>
          member.instance.virtualIpaddress.flatMap(({ value, at }): Found[] => {
            const owner = plan.nodes.find(({ cards }) =>
              cards.some(({ addresses }) => addresses.some(({ address }) => address === canonical(value.address))),
            );
            const part = members.find(({ node }) => node === owner);
            if (!owner || part?.instance.priority.value === 255) return [];
            return [
              {
                at,
                message: `${named(member)} has the VIP ${value.address}, which is ${owner.name}'s own address`,
                fix: "use an address that no machine has",
              },
            ];
          }),
        ),
      ),
  },
  {
    name: "garp-once",
    severity: "note",
    summary: "No repeated gratuitous ARP after a takeover",
    why: "after a short split brain, or if a switch missed the first ones, ARP tables keep the old machine's MAC until it expires",
    source: "keepalived.conf(5), garp_master_refresh: 0 is the default",
    find: ({ clusters }): readonly Found[] => {
      const [first, ...others] = clusters
        .flatMap(({ members }) => members)
        .filter(({ instance }) => instance.garpMasterRefresh.value === 0 && instance.virtualIpaddress.length > 0);
      if (!first) return [];
      return [
        {
          at: first.instance.at,
          also: others.map(({ instance }) => instance.at),
          message: `${list([first, ...others].map(named))}: no garp_master_refresh`,
          fix: "set vrrp_garp_master_refresh 60 in global_defs",
        },
      ];
    },
  },
  {
    name: "router-id-twice",
    severity: "note",
    summary: "Several machines have the same router_id",
    why: "mails and SNMP traps do not show which machine sent them",
    source: "keepalived.conf(5), router_id: identifies the machine",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ name, config }, index): Found[] => {
        const { routerId } = config.global;
        const twin = plan.nodes.slice(0, index).find((node) => node.config.global.routerId?.value === routerId?.value);
        if (!routerId || !twin) return [];
        return [
          {
            at: routerId.at,
            also: [twin.config.global.routerId?.at],
            message: `${name} and ${twin.name} have router_id ${routerId.value}`,
            fix: `use router_id ${name}`,
            ...(config.global.smtpServer ? { severity: "warning" as const } : {}),
          },
        ];
      }),
  },
  {
    name: "mail-without-server",
    severity: "warning",
    summary: "smtp_alert without a server or an address",
    why: "no mail is sent",
    source: "keepalived.conf(5), smtp_server, notification_email",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ name, config }): Found[] => {
        const { smtpServer, notificationEmail } = config.global;
        const alert = [...config.instances, ...config.virtualServers].find(
          ({ smtpAlert }) => smtpAlert.value && smtpAlert.at !== undefined,
        )?.smtpAlert.at;
        const missing = [
          ...(smtpServer ? [] : ["smtp_server"]),
          ...(notificationEmail?.value.length ? [] : ["notification_email"]),
        ];
        if (!alert || missing.length === 0) return [];
        return [
          {
            at: alert,
            message: `${name} has smtp_alert but no ${missing.join(" and no ")}`,
            fix: `set ${missing.join(" and ")} in global_defs`,
          },
        ];
      }),
  },
  {
    name: "sync-daemon-differs",
    severity: "error",
    summary: "Peers synchronise connections with different ids or groups, or one of them does not synchronise",
    why: "the kernel drops messages with another id, so a failover cuts all connections",
    source: "ipvsadm(8), --syncid; keepalived.conf(5), lvs_sync_daemon",
    find: ({ peers }) => {
      const told = new Set<string>();
      return peers.flatMap((cluster) =>
        deviants(cluster, sync).flatMap(({ member, right }): Found[] => {
          const [mine, theirs] = [member.node, right.node].map(({ config }) => config.global.lvsSyncDaemon);
          const key = `${member.node.name} ${right.node.name}`;
          if (told.has(key)) return [];
          told.add(key);
          return [
            {
              at: mine?.at ?? member.instance.at,
              also: [theirs?.at ?? right.instance.at],
              message: `${member.node.name} has ${sync(member)}, ${right.node.name} has ${sync(right)}`,
              fix: "use lvs_sync_daemon with the same id on both",
              ...(mine && theirs ? {} : { severity: "warning" as const }),
            },
          ];
        }),
      );
    },
  },
  {
    name: "sync-daemon-twice",
    severity: "warning",
    summary: "lvs_sync_daemon_interface on several cards",
    why: "the kernel has only one synchronisation, so the daemon starts only the first",
    source: "keepalived.conf(5), lvs_sync_daemon; ipvsadm(8), --start-daemon",
    find: ({ plan }) =>
      plan.nodes.flatMap(({ name, config }) => {
        const all = config.instances.flatMap(({ lvsSyncDaemonInterface }) => lvsSyncDaemonInterface ?? []);
        const [first, ...others] = all;
        return others.map(
          ({ value, at }): Found => ({
            at,
            also: [first?.at],
            message: `${name} synchronises over ${first?.value ?? ""} and ${value}`,
            fix: "use one lvs_sync_daemon INTERFACE INSTANCE in global_defs",
          }),
        );
      }),
  },
];

/** The settings that the kernel's synchronisation compares. */
function sync({ node }: Member): string {
  const found = node.config.global.lvsSyncDaemon?.value;
  if (!found) return "no lvs_sync_daemon";
  const master = node.config.instances.find(({ name }) => name === found.instance);
  const id = found.id ?? master?.virtualRouterId?.value ?? 0;
  return `lvs_sync_daemon with id ${id}${found.group === undefined ? "" : ` and group ${found.group}`}`;
}
