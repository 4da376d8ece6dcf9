import { nameOf, type RealServer, type VirtualServer } from "../../keepalived/config/servers";
import type { Position } from "../../keepalived/finding";
import { canonical, isWithin } from "../addresses";
import type { Node } from "../plan";
import { type Found, list, type Rule, type View } from "./rule";

/** A virtual server with its machine. */
interface Service {
  readonly node: Node;
  readonly vs: VirtualServer;
}

/** Identifies a service on several machines. */
const keyOf = (vs: VirtualServer): string => `${nameOf(vs)} ${vs.protocol?.value ?? ""}`;
const portOf = ({ address, port }: RealServer): string => `${address}:${port}`;
const endpoints = ({ realServers }: VirtualServer): readonly string[] => realServers.map(portOf);

/** Whether a firewall mark alone says what belongs to a service. */
const isMarked = ({ service, group }: VirtualServer): boolean =>
  service.kind === "fwmark" ||
  (service.kind === "group" && (group?.entries ?? []).every(({ value }) => value.kind === "fwmark"));

/** Whether two virtual servers are one service. Each machine may have a mark of its own for it: marks do not leave the machine. */
const isTwin = (one: VirtualServer, other: VirtualServer): boolean =>
  keyOf(one) === keyOf(other) ||
  (isMarked(one) &&
    isMarked(other) &&
    one.realServers.length === other.realServers.length &&
    one.realServers.every(({ address }) => other.realServers.some((real) => real.address === address)));

const all = ({ plan }: View): readonly Service[] =>
  plan.nodes.flatMap((node) => node.config.virtualServers.map((vs) => ({ node, vs })));

/** The single addresses of a service, each with its line. */
const placesOf = ({ service, group, at: line }: VirtualServer): readonly { address: string; at: Position }[] =>
  service.kind === "address"
    ? [{ address: service.address, at: line }]
    : (group?.entries ?? []).flatMap(({ value, at }) =>
        value.kind === "addresses" && value.last === undefined ? [{ address: value.address, at }] : [],
      );

/** Whether a check of the real server leaves from an address that the kernel chooses. */
const leavesFromAny = ({ checks }: RealServer): boolean =>
  checks.some(
    (check) =>
      !["MISC_CHECK", "FILE_CHECK", "BFD_CHECK"].includes(check.method) &&
      !("bindto" in check && check.bindto !== undefined),
  );

/** The same service on peers: the first one, with each further one. */
function pairs({ peers }: View): readonly (readonly [right: Node, node: Node])[] {
  const found = new Map<string, readonly [Node, Node]>();
  for (const { members } of peers)
    for (const { node } of members.slice(1)) {
      const right = members[0]?.node;
      if (right && !found.has(`${right.name} ${node.name}`)) found.set(`${right.name} ${node.name}`, [right, node]);
    }
  return [...found.values()];
}

/** Services that two peers have. */
const twins = (view: View): readonly { right: Service; own: Service }[] =>
  pairs(view).flatMap(([right, node]) =>
    node.config.virtualServers.flatMap((vs) => {
      const twin = right.config.virtualServers.find((other) => keyOf(other) === keyOf(vs));
      return twin ? [{ right: { node: right, vs: twin }, own: { node, vs } }] : [];
    }),
  );

/** Rules about virtual servers. */
export const services: readonly Rule[] = [
  {
    name: "service-one-side",
    severity: "warning",
    summary: "A virtual server is missing on a peer",
    why: "after a failover it gets no answer",
    source: "keepalived.conf(5), virtual_server",
    find: (view) =>
      pairs(view).flatMap(([right, node]) =>
        [
          [right, node],
          [node, right],
        ].flatMap(([one, other]) =>
          (one?.config.virtualServers ?? []).flatMap((vs): Found[] =>
            !one || !other || other.config.virtualServers.some((twin) => isTwin(twin, vs))
              ? []
              : [
                  {
                    at: vs.at,
                    message: `${one.name} has ${keyOf(vs).trim()}, ${other.name} has not`,
                    fix: "use the same virtual_server on both",
                  },
                ],
          ),
        ),
      ),
  },
  {
    name: "service-differs",
    severity: "warning",
    summary: "Peers have different settings for a virtual server",
    why: "after a failover the service behaves differently",
    source: "keepalived.conf(5), virtual_server",
    find: (view) =>
      twins(view).flatMap(({ right, own }) =>
        (
          [
            ["lb_algo", own.vs.lbAlgo, right.vs.lbAlgo],
            [
              "lb_kind",
              { ...own.vs.lbKind, value: own.vs.lbKind.value.method },
              { ...right.vs.lbKind, value: right.vs.lbKind.value.method },
            ],
            ["persistence_timeout", own.vs.persistenceTimeout, right.vs.persistenceTimeout],
            ["quorum", own.vs.quorum, right.vs.quorum],
          ] as const
        ).flatMap(([word, mine, theirs]): Found[] =>
          mine?.value === theirs?.value
            ? []
            : [
                {
                  at: mine?.at ?? own.vs.at,
                  also: [theirs?.at ?? right.vs.at],
                  message: `${nameOf(own.vs)} has ${word} ${mine?.value ?? "(none)"} on ${own.node.name} and ${theirs?.value ?? "(none)"} on ${right.node.name}`,
                  fix: `use the same ${word} on both`,
                },
              ],
        ),
      ),
  },
  {
    name: "real-servers-differ",
    severity: "warning",
    summary: "Peers have different real servers for a virtual server",
    why: "after a failover some real servers get no requests, or unused ones get requests",
    source: "keepalived.conf(5), real_server",
    find: (view) =>
      twins(view).flatMap(({ right, own }): Found[] => {
        const [mine, theirs] = [endpoints(own.vs), endpoints(right.vs)];
        const more = own.vs.realServers.filter((rs) => !theirs.includes(portOf(rs)));
        const less = right.vs.realServers.filter((rs) => !mine.includes(portOf(rs)));
        if (more.length === 0 && less.length === 0) return [];
        const told = [
          ...(more.length > 0 ? [`only ${own.node.name} has ${list(more.map(portOf))}`] : []),
          ...(less.length > 0 ? [`only ${right.node.name} has ${list(less.map(portOf))}`] : []),
        ];
        return [
          {
            at: more[0]?.written.at ?? own.vs.at,
            also: [less[0]?.written.at ?? right.vs.at],
            message: `${nameOf(own.vs)}: ${told.join("; ")}`,
            fix: "use the same real servers on both",
          },
        ];
      }),
  },
  {
    name: "weights-differ",
    severity: "warning",
    summary: "Peers give a real server different weights",
    why: "after a failover the load is distributed differently",
    source: "keepalived.conf(5), real_server, weight",
    find: (view) =>
      twins(view).flatMap(({ right, own }) =>
        own.vs.realServers.flatMap((rs): Found[] => {
          const twin = right.vs.realServers.find((other) => portOf(other) === portOf(rs));
          if (!twin || twin.weight.value === rs.weight.value) return [];
          return [
            {
              at: rs.weight.at ?? rs.written.at,
              also: [twin.weight.at ?? twin.written.at],
              message: `${nameOf(own.vs)}: real_server ${rs.address} ${rs.port} has weight ${rs.weight.value} on ${own.node.name} and ${twin.weight.value} on ${right.node.name}`,
              fix: "use the same weight on both",
            },
          ];
        }),
      ),
  },
  {
    name: "service-without-vip",
    severity: "warning",
    summary: "The address of a virtual server is not a VIP of the machine",
    why: "no machine answers for the address, so no packet reaches IPVS",
    source: "keepalived.conf(5), virtual_ipaddress",
    find: (view) =>
      all(view).flatMap(({ node, vs }): Found[] => {
        const { instances, staticAddresses } = node.config;
        if (instances.length === 0) return [];
        const held = [
          ...instances.flatMap(({ virtualIpaddress, virtualIpaddressExcluded }) => [
            ...virtualIpaddress,
            ...virtualIpaddressExcluded,
          ]),
          ...staticAddresses,
        ].map(({ value }) => canonical(value.address));
        const own = node.cards.flatMap(({ addresses }) => addresses.map(({ address }) => address));
        return placesOf(vs)
          .filter(({ address }) => ![...held, ...own].includes(canonical(address)))
          .map(({ address, at }) => ({
            at,
            also: [instances[0]?.at],
            message: `${node.name}: ${nameOf(vs)} needs ${address}, which no vrrp_instance has`,
            fix: `add ${address} to virtual_ipaddress or virtual_ipaddress_excluded`,
          }));
      }),
  },
  {
    name: "vip-as-source",
    severity: "error",
    summary: "Health checks leave from an IPv6 VIP that the real servers hold themselves",
    why: "only a VIP with /128 is deprecated, and of equal addresses Linux takes the newest one as source: the MASTER's checks come from the VIP, a real server of DR or TUN answers itself, and all of them are down",
    source:
      "keepalived.conf(5), preferred_lft; RFC 6724, 5; Linux, net/ipv6/addrconf.c, ipv6_dev_get_saddr; seen in a lab",
    find: (view) =>
      all(view).flatMap(({ node, vs }) => {
        const vips = node.config.instances.flatMap(({ virtualIpaddress, virtualIpaddressExcluded }) => [
          ...virtualIpaddress,
          ...virtualIpaddressExcluded,
        ]);
        return placesOf(vs).flatMap(({ address }): Found[] => {
          const vip = vips.find(({ value }) => canonical(value.address) === canonical(address));
          if (vip?.value.family !== "inet6" || vip.value.prefix === 128 || vip.value.preferredLft === 0) return [];
          const checked = vs.realServers.find(
            (rs) =>
              rs.lvsMethod.value.method !== "NAT" && leavesFromAny(rs) && isWithin(canonical(rs.address), vip.value),
          );
          if (!checked) return [];
          return [
            {
              at: vip.at,
              also: [vs.at],
              message: `${node.name}: the VIP ${address} of ${nameOf(vs)} has /${vip.value.prefix}, and checks of ${checked.address} leave from it`,
              fix: `write ${address}/128, or preferred_lft 0`,
            },
          ];
        });
      }),
  },
  {
    name: "drain-with-persistence",
    severity: "warning",
    summary: "Weight 0 for a real server of a persistent service",
    why: "clients with a persistence template keep going there until the template expires, and each request renews it",
    source: "Linux, Documentation/networking/ipvs-sysctl.rst, expire_quiescent_template: 0 is the default",
    find: (view) =>
      all(view).flatMap(({ node, vs }) =>
        vs.realServers.flatMap((rs): Found[] =>
          rs.weight.value === 0 && vs.persistenceTimeout
            ? [
                {
                  at: rs.weight.at ?? rs.written.at,
                  also: [vs.persistenceTimeout.at],
                  message: `${node.name}: real_server ${rs.address} ${rs.port} has weight 0, and ${nameOf(vs)} is persistent for ${vs.persistenceTimeout.value} s`,
                  fix: "set sysctl net.ipv4.vs.expire_quiescent_template=1, or remove the real server",
                },
              ]
            : [],
        ),
      ),
  },
  {
    name: "sorry-is-real",
    severity: "warning",
    summary: "The sorry server is one of the real servers",
    why: "it is used if all real servers are down, and then it is down too",
    source: "keepalived.conf(5), sorry_server",
    find: (view) =>
      all(view).flatMap(({ node, vs }): Found[] => {
        const { sorryServer } = vs;
        if (!sorryServer) return [];
        const twin = vs.realServers.find(
          ({ address, port }) => address === sorryServer.value.address && port === sorryServer.value.port,
        );
        return twin
          ? [
              {
                at: sorryServer.at,
                also: [twin.written.at],
                message: `${node.name}: the sorry server of ${nameOf(vs)} is its real server ${twin.address} ${twin.port}`,
                fix: "use another address or port as sorry_server",
              },
            ]
          : [];
      }),
  },
  {
    name: "tunnel-mtu",
    severity: "note",
    summary: "Tunnels make packets longer than the MTU",
    why: "each packet to a real server grows by 20 bytes, with IPv6 by 40: large requests are fragmented, or lost if ICMP messages are blocked",
    source: "RFC 2003, 5; RFC 2473, 7",
    find: (view) =>
      view.plan.nodes.flatMap((node): Found[] => {
        const vs = node.config.virtualServers.find(({ realServers }) =>
          realServers.some(({ lvsMethod }) => lvsMethod.value.method === "TUN"),
        );
        return vs
          ? [
              {
                at: vs.lbKind.at ?? vs.at,
                message: `${node.name}: ${nameOf(vs)} reaches its real servers by a tunnel`,
                fix: "use an MTU of 1480 towards the clients, or TCPMSS, and let ICMP pass",
              },
            ]
          : [];
      }),
  },
  {
    name: "director-is-real-server",
    severity: "warning",
    summary: "Directors are real servers of their own service",
    why: "the BACKUP also has the virtual server and balances the MASTER's packets again, so packets loop between the two",
    source: "LVS-HOWTO, LocalNode; keepalived.conf(5), virtual_server fwmark",
    find: (view) =>
      pairs(view).flatMap((pair) =>
        pair.flatMap((node) =>
          node.config.virtualServers.flatMap((vs): Found[] => {
            if (isMarked(vs) || vs.haSuspend) return [];
            const others = view.plan.nodes.filter((other) => pair.includes(other) && other !== node);
            const real = vs.realServers.find(
              ({ address, lvsMethod }) =>
                lvsMethod.value.method !== "NAT" &&
                others.some(({ cards }) =>
                  cards.some(({ addresses }) => addresses.some((own) => own.address === canonical(address))),
                ),
            );
            if (!real) return [];
            const notifies = node.config.instances.some(({ notify, notifyBackup }) => notify ?? notifyBackup);
            return [
              {
                at: real.written.at,
                also: [vs.at],
                message: `${node.name}: the real server ${real.address} of ${nameOf(vs)} is a director of the same service`,
                fix: "use virtual_server fwmark, and mark only packets that do not come from the other director's MAC; or remove the service on the BACKUP by notify scripts",
                ...(notifies
                  ? {
                      severity: "note" as const,
                      why: "there are notify scripts; ignore this if they remove the service on the BACKUP",
                    }
                  : {}),
              },
            ];
          }),
        ),
      ),
  },
];
