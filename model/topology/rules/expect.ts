/** Rules about what the topology expects clients to get. */
import { isIP } from "node:net";
import type { Problem } from "../error";
import { clientReaches } from "../packetPaths";
import { toldName } from "../told";
import type { Expectation, Topology } from "../topology";
import { isAddressed } from "./addresses";
import type { Rule } from "./rule";

/** The expectations with their places. */
const all = ({ expect = {} }: Topology): readonly (readonly [path: string, Expectation])[] =>
  Object.entries(expect).map(([name, one]) => [`expect.${name}`, one] as const);

/** The address of a URL that the schema took; undefined: it is none, or the port is none. */
function addressOf(url: string): string | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, "") : "";
  return isIP(host) === 0 ? undefined : host;
}

export const expectUnreachable: Rule = {
  name: "expectUnreachable",
  severity: "error",
  summary: "The client has a way to the address of each url in `expect`. A lab has no names: the url has an address.",
  reads: ["segments", "nodes", "client", "vrrp", "virtualServers", "expect"],
  reason: "docs/topology.md: the client asks from its own segment, and by its routes",
  find(topology) {
    if (!isAddressed(topology)) return [];
    return all(topology).flatMap(([path, { url }]): Problem[] => {
      const address = addressOf(url);
      if (address !== undefined && clientReaches(topology, address)) return [];
      const need =
        address === undefined ? "an address and a port from 1 to 65535" : "an address to which the client has a way";
      return [{ path: `${path}.url`, got: address ?? "another host or port", need }];
    });
  },
};

export const expectSource: Rule = {
  name: "expectSource",
  severity: "error",
  summary: "`from` of an expectation is one of the client's addresses.",
  reads: ["client", "expect"],
  reason: "ip-route(8), src: a machine sends only from addresses that it has",
  find: (topology) =>
    all(topology).flatMap(([path, { from }]): Problem[] => {
      const { addresses } = topology.client;
      if (from === undefined || addresses.includes(from)) return [];
      return [{ path: `${path}.from`, got: from, need: `one of client.addresses: ${addresses.join(", ")}` }];
    }),
};

export const expectServers: Rule = {
  name: "expectServers",
  severity: "error",
  summary: "`servers` of an expectation are nodes, and `times` gives each of them a request.",
  reads: ["nodes", "expect"],
  reason: "docs/working.md: each of the servers answers at least once, and an answer has one server",
  find: (topology) =>
    all(topology).flatMap(([path, { servers = [], times }]): Problem[] => {
      const names = Object.keys(topology.nodes);
      const unknown = servers.flatMap((name, index): Problem[] =>
        names.includes(name)
          ? []
          : [
              {
                path: `${path}.servers[${index}]`,
                got: toldName(name, names),
                need: `one of the nodes: ${names.join(", ")}`,
              },
            ],
      );
      if (unknown.length > 0 || times >= new Set(servers).size) return unknown;
      return [
        {
          path: `${path}.times`,
          got: `${times}`,
          need: `${servers.length} or more, a request for each of its servers`,
        },
      ];
    }),
};
