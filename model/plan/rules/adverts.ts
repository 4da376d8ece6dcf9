import { canonical } from "../addresses";
import { excludedOf, isElsewhere, type Member, vipsOf } from "../clusters";
import { deviants, differing, type Found, list, named, type Rule, type View } from "./rule";

const id = ({ instance }: Member): string => String(instance.virtualRouterId?.value);
const place = ({ instance }: Member, ...values: readonly ({ readonly at?: Found["at"] } | undefined)[]): Found["at"] =>
  values.find((value) => value?.at)?.at ?? instance.at;

const both = "each considers the other dead, so both are MASTER and both answer for the VIP";

/** Settings that must be the same on all peers. Otherwise they do not accept each other's adverts. */
export const adverts: readonly Rule[] = [
  {
    name: "vrid-differs",
    severity: "error",
    summary: "Peers have the same VIP but different virtual_router_ids",
    why: `keepalived ignores adverts with another virtual_router_id: ${both}`,
    source: "RFC 3768, 7.1; RFC 5798, 7.1",
    find: (view) =>
      differing(view, id, (member, right) => ({
        at: place(member, member.instance.virtualRouterId),
        also: [right.instance.virtualRouterId?.at],
        message: `${named(member)} has virtual_router_id ${id(member)}, ${named(right)} has ${id(right)} for the same VIP`,
        fix: `use virtual_router_id ${id(right)} on both`,
      })),
  },
  {
    name: "vrid-shared",
    severity: "error",
    summary: "Two virtual routers of one segment have the same virtual_router_id",
    why: "each accepts the other's adverts as its own: they are refused because the VIPs differ, with a log line each second, or the wrong machine wins",
    source: "RFC 5798, 5.2.3: the VRID identifies a virtual router in a LAN",
    find: sharedIds,
  },
  {
    name: "version-differs",
    severity: "error",
    summary: "Peers use different versions of VRRP",
    why: `keepalived drops adverts of the other version: ${both}`,
    source: "RFC 5798, 7.1; keepalived.conf(5), version",
    find: (view) =>
      differing(
        view,
        ({ instance }) => String(instance.version.value),
        (member, right) => ({
          at: place(member, member.instance.version),
          also: [place(right, right.instance.version)],
          message: `${named(member)} speaks VRRPv${member.instance.version.value}, ${named(right)} VRRPv${right.instance.version.value}`,
          fix: `use version ${right.instance.version.value} on both`,
        }),
      ),
  },
  {
    name: "auth-differs",
    severity: "error",
    summary: "Peers have different passwords or kinds of authentication",
    why: `keepalived drops adverts with another authentication: ${both}`,
    source: "RFC 2338, 5.3.6; keepalived.conf(5), authentication",
    find: (view) => view.peers.flatMap((cluster) => authentication(cluster.members)),
  },
  {
    name: "advert-int-differs",
    severity: "error",
    summary: "Peers have different advert_int",
    why: `VRRPv2 drops adverts with another interval: ${both}`,
    source: "RFC 3768, 7.1; RFC 5798, 7.1",
    find: (view) =>
      differing(
        view,
        ({ instance }) => String(instance.advertInt.value),
        (member, right) => ({
          at: place(member, member.instance.advertInt),
          also: [place(right, right.instance.advertInt)],
          message: `${named(member)} has advert_int ${member.instance.advertInt.value}, ${named(right)} ${right.instance.advertInt.value}`,
          fix: `use advert_int ${right.instance.advertInt.value} on both`,
          ...(member.instance.version.value === 3 && right.instance.version.value === 3
            ? {
                severity: "warning" as const,
                why: "a BACKUP with VRRPv3 uses its MASTER's interval, so the length of a failover depends on which machine is MASTER",
              }
            : {}),
        }),
      ),
  },
  {
    name: "vips-differ",
    severity: "error",
    summary: "Peers have different virtual_ipaddress",
    why: "keepalived drops an advert with other addresses, unless skip_check_adv_addr is set: both are MASTER",
    source: "RFC 3768, 7.1; keepalived.conf(5), skip_check_adv_addr",
    find: (view) =>
      differing(
        view,
        ({ instance }) => [...new Set(vipsOf(instance))].sort().join(" "),
        (member, right) => vips(member, right),
      ),
  },
  {
    name: "excluded-vips-differ",
    severity: "warning",
    summary: "Peers have different virtual_ipaddress_excluded",
    why: "adverts do not contain these addresses, so keepalived does not notice: after a failover some are missing",
    source: "keepalived.conf(5), virtual_ipaddress_excluded",
    find: (view) =>
      differing(
        view,
        ({ instance }) => [...new Set(excludedOf(instance))].sort().join(" "),
        (member, right) => {
          const [mine, theirs] = [excludedOf(member.instance), excludedOf(right.instance)];
          const [more, less] = [only(mine, theirs), only(theirs, mine)];
          return {
            at: place(member, member.instance.written.virtualIpaddressExcluded),
            also: [place(right, right.instance.written.virtualIpaddressExcluded)],
            message: `virtual_ipaddress_excluded of ${named(member)} differs from ${named(right)}: ${told(more, less)}`,
            fix: "use the same addresses on both",
          };
        },
      ),
  },
  {
    name: "vip-prefix-differs",
    severity: "warning",
    summary: "Peers have the same VIP with different prefix lengths",
    why: "after a failover the address has another netmask, and the kernel makes other routes for it",
    source: "keepalived.conf(5), virtual_ipaddress",
    find: ({ peers }) =>
      peers.flatMap(({ members: [right, ...others] }) =>
        others.flatMap((member) =>
          [...member.instance.virtualIpaddress, ...member.instance.virtualIpaddressExcluded].flatMap(
            ({ value: mine, at }) => {
              const theirs = [
                ...(right?.instance.virtualIpaddress ?? []),
                ...(right?.instance.virtualIpaddressExcluded ?? []),
              ].find(({ value }) => canonical(value.address) === canonical(mine.address));
              if (!right || !theirs || theirs.value.prefix === mine.prefix) return [];
              return {
                at,
                also: [theirs.at],
                message: `${mine.address} has /${mine.prefix} in ${named(member)} and /${theirs.value.prefix} in ${named(right)}`,
                fix: "use the segment's prefix on both, or none on both",
              };
            },
          ),
        ),
      ),
  },
  {
    name: "vip-order-differs",
    severity: "note",
    summary: "Peers have the same VIPs in another order",
    why: "keepalived accepts such adverts, but other implementations may not; they compare the first address",
    source: "RFC 3768, 7.1: a router compares the addresses of an advert with its own configuration",
    find: (view) =>
      view.peers.flatMap((cluster) =>
        deviants(cluster, ({ instance }) => vipsOf(instance).join(" ")).flatMap(({ member, right }): Found[] => {
          const [mine, theirs] = [vipsOf(member.instance), vipsOf(right.instance)];
          if ([...mine].sort().join(" ") !== [...theirs].sort().join(" ")) return [];
          return [
            {
              at: place(member, member.instance.written.virtualIpaddress),
              also: [place(right, right.instance.written.virtualIpaddress)],
              message: `${named(member)} has the VIPs of ${named(right)} in another order`,
              fix: `use the order ${list(theirs)}`,
            },
          ];
        }),
      ),
  },
];

const only = (mine: readonly string[], theirs: readonly string[]): readonly string[] =>
  mine.filter((address) => !theirs.includes(address));
const told = (more: readonly string[], less: readonly string[]): string =>
  [
    ...(more.length > 0 ? [`only it has ${list(more)}`] : []),
    ...(less.length > 0 ? [`it lacks ${list(less)}`] : []),
  ].join("; ");

function vips(member: Member, right: Member): Found {
  const [mine, theirs] = [vipsOf(member.instance), vipsOf(right.instance)];
  const [more, less] = [only(mine, theirs), only(theirs, mine)];
  const own = member.instance.virtualIpaddress.find(({ value }) => more.includes(canonical(value.address)));
  const other = right.instance.virtualIpaddress.find(({ value }) => less.includes(canonical(value.address)));
  return {
    at: place(member, own, member.instance.written.virtualIpaddress),
    also: [place(right, other, right.instance.written.virtualIpaddress)],
    message: `the VIPs of ${named(member)} differ from ${named(right)}: ${told(more, less)}`,
    fix: "use the same virtual_ipaddress on both",
    ...(member.instance.skipCheckAdvAddr.value && right.instance.skipCheckAdvAddr.value
      ? {
          severity: "warning" as const,
          why: "skip_check_adv_addr accepts such adverts: after a failover some addresses are missing",
        }
      : {}),
  };
}

/** Passwords are compared and never shown. */
function authentication([right, ...others]: readonly Member[]): readonly Found[] {
  if (!right) return [];
  const theirs = right.instance.authentication;
  return others.flatMap((member): Found[] => {
    const mine = member.instance.authentication;
    const found = (message: string, fix: string): Found[] => [
      {
        at: place(
          member,
          member.instance.written.authentication?.value.authPass,
          member.instance.written.authentication,
        ),
        also: [
          place(right, right.instance.written.authentication?.value.authPass, right.instance.written.authentication),
        ],
        message,
        fix,
      },
    ];
    if (member.instance.version.value !== right.instance.version.value || (!mine && !theirs)) return [];
    if (!mine || !theirs)
      return found(
        `${named(mine ? member : right)} has authentication, ${named(mine ? right : member)} has none`,
        "use the same block authentication on both, or none",
      );
    if (mine.type.value !== theirs.type.value)
      return found(
        `${named(member)} has auth_type ${mine.type.value}, ${named(right)} ${theirs.type.value}`,
        `auth_type ${theirs.type.value} on both`,
      );
    return mine.pass.value.equals(theirs.pass.value)
      ? []
      : found(`auth_pass of ${named(member)} differs from ${named(right)}`, "use the same auth_pass on both");
  });
}

/** Clusters that would hear each other: same id and family, multicast, and as far as known the same segment. */
function sharedIds({ clusters }: View): readonly Found[] {
  return clusters.flatMap((cluster, index) =>
    clusters.slice(0, index).flatMap((other): Found[] => {
      const [mine, theirs] = [cluster.members[0], other.members[0]];
      if (!mine || !theirs || id(mine) !== id(theirs) || mine.instance.virtualRouterId === undefined) return [];
      if (mine.instance.family !== theirs.instance.family) return [];
      if (mine.instance.isUnicast || theirs.instance.isUnicast) return [];
      if (mine.instance.multicastGroup?.value !== theirs.instance.multicastGroup?.value) return [];
      const onOneNode = cluster.members.some(({ node }) => other.members.some((member) => member.node === node));
      if (onOneNode || isElsewhere(mine, theirs) || !isNear(mine, theirs)) return [];
      return [
        {
          at: place(mine, mine.instance.virtualRouterId),
          also: [theirs.instance.virtualRouterId?.at],
          message: `${named(mine)} (${list(vipsOf(mine.instance))}) and ${named(theirs)} (${list(vipsOf(theirs.instance))}) are two virtual routers with virtual_router_id ${id(mine)}`,
          fix: "use a different virtual_router_id for each of them",
        },
      ];
    }),
  );
}

/** Whether VIPs are in one network: by the written prefix, or by the first 24 or 64 bits. */
function isNear(a: Member, b: Member): boolean {
  const network = (vip: string): string =>
    vip.includes(":") ? vip.split(":").slice(0, 4).join(":") : vip.split(".").slice(0, 3).join(".");
  const mine = vipsOf(a.instance).map(network);
  return vipsOf(b.instance).some((vip) => mine.includes(network(vip)));
}
