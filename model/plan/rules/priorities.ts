import { canonical } from "../addresses";
import type { Cluster, Member } from "../clusters";
import { type Found, list, named, type Rule, seconds } from "./rule";

const priority = ({ instance }: Member): number => instance.priority.value;
const at = ({ instance }: Member): Found["at"] => instance.priority.at ?? instance.at;

/** Members by priority, the highest first. */
export const ranked = ({ members }: Cluster): readonly Member[] =>
  [...members].sort((a, b) => priority(b) - priority(a));

const isMaster = ({ instance }: Member): boolean => instance.state.value === "MASTER";

/** A note instead, if all of them have nopreempt. */
const isCalm = ({ instance }: Member): boolean => !instance.preempt.value;

/** Rules about which machine becomes MASTER, and which takes the VIP back. */
export const priorities: readonly Rule[] = [
  {
    name: "priorities-equal",
    severity: "warning",
    summary: "Peers have the same priority",
    why: "the machine that starts first becomes MASTER, or the one with the higher address",
    source: "RFC 3768, 6.4.3; RFC 5798, 6.4.3: with equal priorities the higher address stays MASTER",
    find: ({ peers }) =>
      peers.flatMap((cluster) =>
        ranked(cluster).flatMap((member, index, all): Found[] => {
          const above = all[index - 1];
          if (!above || priority(above) !== priority(member)) return [];
          return [
            {
              at: at(member),
              also: [at(above)],
              message: `${named(member)} and ${named(above)} have priority ${priority(member)}`,
              fix: "give each a different priority",
              ...(isCalm(member) && isCalm(above)
                ? {
                    severity: "note" as const,
                    why: "with nopreempt on both, the MASTER stays MASTER; ignore this if you mean it",
                  }
                : {}),
            },
          ];
        }),
      ),
  },
  {
    name: "masters-two",
    severity: "warning",
    summary: "Several peers have state MASTER",
    why: "whenever the lower one starts, both are MASTER for a moment, until it hears an advert",
    source: "keepalived.conf(5), state: the state at start, before any advert; the priority decides",
    find: ({ peers }) =>
      peers.flatMap((cluster) =>
        ranked(cluster)
          .filter(isMaster)
          .flatMap((member, index, [first]): Found[] =>
            index === 0 || !first
              ? []
              : [
                  {
                    at: member.instance.state.at ?? member.instance.at,
                    also: [first.instance.state.at],
                    message: `${named(member)} and ${named(first)} both have state MASTER`,
                    fix: `use state BACKUP on ${member.node.name}`,
                  },
                ],
          ),
      ),
  },
  {
    name: "master-below-backup",
    severity: "warning",
    summary: "The peer with state MASTER has a lower priority than a BACKUP",
    why: "the priority decides, so the machine that is called MASTER is the BACKUP; keepalived before 2.0 also takes the VIP for a moment at each start",
    source: "RFC 5798, 6.4.3: a MASTER that hears a higher priority becomes BACKUP; keepalived.conf(5), state",
    find: ({ peers }) =>
      peers.flatMap((cluster) => {
        const [top] = ranked(cluster);
        const master = ranked(cluster).find(isMaster);
        if (!top || !master || isMaster(top) || priority(top) === priority(master)) return [];
        return [
          {
            at: at(master),
            also: [at(top)],
            message: `${named(master)} has state MASTER with priority ${priority(master)}, ${named(top)} has state BACKUP with ${priority(top)}`,
            fix: `use state MASTER with the higher priority, or state BACKUP on all`,
          },
        ];
      }),
  },
  {
    name: "owner-without-address",
    severity: "warning",
    summary: "Priority 255 on a machine whose own address is not the VIP",
    why: "255 is for the machine whose own address is the VIP: keepalived then ignores nopreempt, weights and accept",
    source: "RFC 5798, 5.2.4; keepalived.conf(5), priority",
    find: ({ clusters }) =>
      clusters.flatMap(({ members }) =>
        members.flatMap((member): Found[] => {
          if (priority(member) !== 255) return [];
          const own = member.node.cards.flatMap(({ addresses }) => addresses.map(({ address }) => address));
          const vips = member.instance.virtualIpaddress.map(({ value }) => canonical(value.address));
          if (vips.some((vip) => own.includes(vip))) return [];
          return [
            {
              at: at(member),
              message: `${named(member)} has priority 255, but ${list(vips)} is not its own address${own.length === 0 ? " as far as known" : ""}`,
              fix: "use a priority up to 254; if it is the owner, list its addresses in address.json or site.yaml",
            },
          ];
        }),
      ),
  },
  {
    name: "nopreempt-elsewhere",
    severity: "warning",
    summary: "nopreempt is missing on the machine with the highest priority",
    why: "that machine takes the VIP back when it returns; on a lower one nopreempt changes nothing",
    source: "keepalived.conf(5), nopreempt: it is for the machine that would take over",
    find: ({ peers }) =>
      peers.flatMap((cluster) => {
        const [top, ...others] = ranked(cluster);
        const calm = others.find(isCalm);
        if (!top || !calm || isCalm(top) || priority(calm) === priority(top) || top.instance.written.nopreempt)
          return [];
        return [
          {
            at: calm.instance.preempt.at ?? calm.instance.at,
            also: [at(top)],
            message: `${named(calm)} has nopreempt, but ${named(top)} with the higher priority ${priority(top)} does not`,
            fix: `add nopreempt, with state BACKUP, on ${top.node.name}`,
          },
        ];
      }),
  },
  {
    name: "preempt-delay-idle",
    severity: "warning",
    summary: "preempt_delay is only on a machine that never preempts",
    why: "it delays a machine that takes the VIP from a lower priority; the lowest priority never does",
    source: "keepalived.conf(5), preempt_delay",
    find: ({ peers }) =>
      peers.flatMap((cluster) => {
        const all = ranked(cluster);
        const last = all.at(-1);
        const delay = last?.instance.preemptDelay;
        if (
          !last ||
          !delay?.at ||
          delay.value === 0 ||
          all.slice(0, -1).some((member) => member.instance.preemptDelay.at)
        )
          return [];
        return [
          {
            at: delay.at,
            also: [all[0] && at(all[0])],
            message: `${named(last)} has preempt_delay ${seconds(delay.value)} and the lowest priority, ${priority(last)}`,
            fix: `set preempt_delay on ${all[0]?.node.name ?? "the other machine"}, with state BACKUP`,
          },
        ];
      }),
  },
  {
    name: "instance-alone",
    severity: "warning",
    summary: "An instance on only one machine",
    why: "if this machine fails, no other takes over its VIPs",
    source: "RFC 5798, 1: a virtual router consists of several routers",
    find: ({ plan, clusters }) => {
      const known = plan.nodes.flatMap(({ cards, config }) => [
        ...cards.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
        ...config.instances.flatMap(({ sourceIp }) => (sourceIp ? [canonical(sourceIp.value)] : [])),
      ]);
      return clusters.flatMap(({ members: [member, other] }): Found[] => {
        if (!member || other || plan.nodes.length < 2) return [];
        const listed = member.instance.unicastPeer.map(({ value }) => canonical(value.address));
        // Its peers are machines whose files are not here.
        if (listed.length > 0 && !listed.some((address) => known.includes(address))) return [];
        return [
          {
            at: member.instance.at,
            message: `${named(member)} is on no other machine`,
            fix: `add vrrp_instance ${member.instance.name} on another machine, with the same virtual_router_id and VIPs`,
          },
        ];
      });
    },
  },
];
