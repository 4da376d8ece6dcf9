/** Rules about directors that bring their own keepalived.conf. */
import type { Config } from "../../keepalived/config/config";
import { canonical } from "../../plan/addresses";
import type { Problem } from "../error";
import { isSite, ownDirectorsOf, readingOfOwn } from "../own/config";
import { directorsOf, vipsOf } from "../queries";
import type { Rule } from "./rule";

const PARTS = ["vrrp", "ipvsadm", "proxy"] as const;

export const ownMixed: Rule = {
  name: "ownMixed",
  severity: "error",
  summary: "All directors of a lab bring a keepalived.conf, or none.",
  reads: ["nodes"],
  reason: "keepalived.conf(5): peers share VIPs, passwords and virtual servers; nobody else writes a peer's part",
  find(topology) {
    if (!isSite(topology)) return [];
    const fix = "the other directors have one";
    return directorsOf(topology)
      .filter(({ keepalived }) => keepalived === undefined)
      .map(({ name }) => ({ path: `nodes.${name}.keepalived`, got: "nothing", need: "its keepalived.conf", fix }));
  },
};

export const ownBeside: Rule = {
  name: "ownBeside",
  severity: "error",
  summary: "A lab whose directors bring a keepalived.conf has no section and no part that would say the same again.",
  reads: ["nodes", "vrrp", "ipvsadm", "proxy", "virtualServers", "vrrpCase"],
  reason: "keepalived.conf(5): the file holds the instances and the virtual servers",
  find(topology) {
    if (!isSite(topology)) return [];
    const fix = "the directors bring a keepalived.conf: remove it";
    const need = "nothing beside it";
    return [
      ...PARTS.filter((part) => topology[part] !== undefined).map(
        (part): Problem => ({ path: part, got: "a section", need, fix }),
      ),
      ...(topology.vrrpCase === undefined ? [] : [{ path: "vrrpCase", got: topology.vrrpCase, need, fix }]),
      ...(topology.virtualServers.length === 0
        ? []
        : [{ path: "virtualServers", got: `${topology.virtualServers.length}`, need, fix }]),
      ...directorsOf(topology)
        .filter(({ vrrp }) => vrrp !== undefined)
        .map(({ name }) => ({ path: `nodes.${name}.vrrp`, got: "a part in VRRP", need, fix })),
    ];
  },
};

export const ownCardMissing: Rule = {
  name: "ownCardMissing",
  severity: "error",
  summary: "A director has the interfaces on which its keepalived.conf has VRRP instances.",
  reads: ["nodes"],
  reason: "keepalived.conf(5), interface: without it the daemon does not start the instance",
  find: (topology) =>
    ownDirectorsOf(topology).flatMap((node) => {
      const cards = Object.keys(node.interfaces);
      const asked = readingOfOwn(node).config.instances.flatMap(({ interface: card }) => card?.value ?? []);
      return [...new Set(asked)]
        .filter((card) => card !== "lo" && !cards.includes(card))
        .map((card) => ({
          path: `nodes.${node.name}.interfaces`,
          got: cards.join(", "),
          need: `also ${card}, which its keepalived.conf uses`,
          fix: "name a card as the machine does",
        }));
    }),
};

export const servingRendered: Rule = {
  name: "servingRendered",
  severity: "error",
  summary:
    "Only a director that brings a keepalived.conf serves something itself, holds VIPs, takes tunnels or marks packets.",
  reads: ["nodes"],
  reason: "docs/topology.md: a rendered director has real servers of the role web, which serve and hold VIPs",
  find: (topology) =>
    directorsOf(topology)
      .filter(({ keepalived }) => keepalived === undefined)
      .flatMap((node) =>
        (["serves", "holds", "tunnel", "marks"] as const)
          .filter((key) => node[key] !== undefined)
          .map((key) => ({
            path: `nodes.${node.name}.${key}`,
            got: "a director without a keepalived.conf of its own",
            need: `no ${key} here`,
            fix: "only a director with `keepalived:` stands in for a server too: remove it",
          })),
      ),
};

export const markedByNobody: Rule = {
  name: "markedByNobody",
  severity: "error",
  summary:
    "What a director marks is a service of its keepalived.conf, at a VIP of a director, and leaves out other directors alone.",
  reads: ["nodes"],
  reason: "keepalived.conf(5), virtual_server fwmark; nft(8), meta mark set: another mark changes nothing",
  find(topology) {
    const directors = ownDirectorsOf(topology);
    if (directors.length === 0) return [];
    const names = directors.map(({ name }) => name);
    const vips = new Set(vipsOf(topology));
    return directors.flatMap((node) => {
      // Another rule tells why its file could not be read.
      if (Object.keys(node.keepalived.files).length === 0) return [];
      const known = [...new Set(marksIn(readingOfOwn(node).config))];
      return (node.marks ?? []).flatMap(({ mark, to, port, lastPort = port, notFrom = [] }, index): Problem[] => {
        const path = `nodes.${node.name}.marks[${index}]`;
        const vip = canonical(to.split("/")[0] ?? "");
        const others = names.filter((name) => name !== node.name);
        const far = notFrom.filter((name) => !others.includes(name));
        return [
          ...(known.includes(mark)
            ? []
            : [
                {
                  path: `${path}.mark`,
                  got: `${mark}`,
                  need:
                    known.length === 0
                      ? "no marks: its keepalived.conf has no fwmark"
                      : `a fwmark of its keepalived.conf: ${known.join(", ")}`,
                },
              ]),
          ...(vips.has(vip) ? [] : [{ path: `${path}.to`, got: to, need: `a VIP: ${[...vips].join(", ")}` }]),
          ...(lastPort >= port
            ? []
            : [{ path: `${path}.lastPort`, got: `${lastPort}`, need: `at least port ${port}` }]),
          ...far.map((name) => ({
            path: `${path}.notFrom[${notFrom.indexOf(name)}]`,
            // A name that nobody has may be a secret in the wrong place.
            got: name === node.name ? "the director itself" : "a name that no director has",
            need: `another director${others.length === 0 ? ", and there is none" : `: ${others.join(", ")}`}`,
          })),
        ];
      });
    });
  },
};

/** The firewall marks of a configuration's virtual servers. */
const marksIn = ({ virtualServers }: Config): readonly number[] =>
  virtualServers.flatMap(({ service, group }) => [
    ...(service.kind === "fwmark" ? [service.fwmark] : []),
    ...(group?.entries ?? []).flatMap(({ value }) => (value.kind === "fwmark" ? [value.fwmark] : [])),
  ]);

export const serviceOnceOnPort: Rule = {
  name: "serviceOnceOnPort",
  severity: "error",
  summary: "A stand-in serves one protocol on each port of TCP and of UDP.",
  reads: ["nodes"],
  reason: "bind(2): one socket has a port",
  find: ({ nodes }) =>
    Object.values(nodes).flatMap((node) => {
      const serves = (node.role === "server" || node.role === "director" ? node.serves : undefined) ?? [];
      const sockets = serves.map(({ protocol, port }) =>
        (protocol === "dns" ? ["tcp", "udp"] : [protocol === "udp" ? "udp" : "tcp"]).map((one) => `${one} ${port}`),
      );
      return sockets.flatMap((own, index): Problem[] => {
        const first = sockets.findIndex((other) => other.some((one) => own.includes(one)));
        const path = `nodes.${node.name}.serves`;
        return first === index
          ? []
          : [
              {
                path: `${path}[${index}].port`,
                got: `${serves[index]?.port}`,
                need: "a port of its own",
                fix: `${path}[${first}] has it`,
              },
            ];
      });
    }),
};
