import type { WrittenRealServer, WrittenServer } from "../keepalived/config/servers";
import type { Draft } from "../keepalived/draft";
import type { Written } from "../keepalived/entry";
import type { Position } from "../keepalived/finding";
import { type Check, httpGet, tcpCheck, url } from "../keepalived/keywords/checks";
import { realServer, virtualServer } from "../keepalived/keywords/servers";
import { settingsOf } from "../keepalived/settings";
import type { Node } from "./node";
import { realServerAddress } from "./queries";
import type { HealthCheck, Topology, VirtualServer } from "./topology";

/** One virtual server of the topology, by its index. */
export function balanced(draft: Draft, topology: Topology, director: Node, index: number): Written<WrittenServer> {
  const server = topology.virtualServers[index];
  if (server === undefined) throw new Error(`lab ${topology.name} has no virtual server ${index}`);
  const from = `virtualServers[${index}]`;
  return draft.block(
    (at): WrittenServer =>
      Object.freeze({
        ...settingsOf(virtualServer, {
          delayLoop: draft.word(server.delayLoop, `${from}.delayLoop`),
          lbAlgo: draft.word(server.scheduler, `${from}.scheduler`),
          lbKind: draft.word(Object.freeze({ method: server.forwarding }), `${from}.forwarding`),
          // Without persistence there is no line. keepalived refuses document 000's 0.
          ...(server.persistence !== undefined && {
            persistenceTimeout: draft.word(server.persistence, `${from}.persistence`),
          }),
          protocol: draft.word(server.protocol, `${from}.protocol`),
          ...(server.sorryPage !== undefined && sorryServer(draft, server, `${from}.sorryPage`)),
          realServer: Object.freeze(
            Object.entries(server.realServers).map(([name, one]) =>
              draft.block((place): WrittenRealServer => {
                const node = topology.nodes[name];
                if (node === undefined) throw new Error(`${name} is not a node of lab ${topology.name}`);
                draft.comment(name);
                return Object.freeze({
                  ...settingsOf(realServer, {
                    weight: draft.word(one.weight, `${from}.realServers.${name}.weight`),
                  }),
                  address: realServerAddress(director, node),
                  port: one.port,
                  family: "inet",
                  checks: Object.freeze([
                    draft.block((start) => healthCheck(draft, server.check, one.port, start), `${from}.check`).value,
                  ]),
                  at: place,
                });
              }, `${from}.realServers.${name}`),
            ),
          ),
        }),
        service: Object.freeze({ kind: "address", family: "inet", address: server.vip, port: server.port }),
        at,
      }),
    from,
  );
}

/**
 * The director itself: IPVS gives it the packet unchanged. With the virtual server's method, NAT to a
 * loopback address would be refused for packets from outside (net/netfilter/ipvs/ip_vs_xmit.c, ip_vs_nat_xmit).
 */
const sorryServer = (draft: Draft, { port, forwarding }: VirtualServer, from: string) => ({
  sorryServer: draft.word(Object.freeze({ address: "127.0.0.1", port }), from),
  ...(forwarding === "NAT" && { sorryServerLvsMethod: draft.word(Object.freeze({ method: "DR" as const }), from) }),
});

function healthCheck(draft: Draft, check: HealthCheck, port: number, at: Position): Check {
  // The block is said already: its words come from the same section of the topology.
  const from = draft.originOf(at);
  const connection = () => ({
    connectPort: draft.word(port),
    connectTimeout: draft.word(check.connectTimeout, `${from}.connectTimeout`),
    retry: Object.freeze({
      ...draft.word(check.retry, `${from}.retry`),
      ...(check.retryWord === "nb_get_retry" && { alias: check.retryWord }),
    }),
    delayBeforeRetry: draft.word(check.delayBeforeRetry, `${from}.delayBeforeRetry`),
  });
  switch (check.type) {
    case "TCP_CHECK":
      return Object.freeze({ ...settingsOf(tcpCheck, connection()), method: check.type, at });
    case "HTTP_GET": {
      const page = draft.block((place) =>
        Object.freeze({
          ...settingsOf(url, {
            path: draft.word(check.path ?? "/", `${from}.path`),
            statusCode: Object.freeze([
              draft.word(
                Object.freeze([Object.freeze({ min: check.status ?? 200, max: check.status ?? 200 })]),
                `${from}.status`,
              ),
            ]),
            ...(check.virtualHost !== undefined && {
              virtualhost: draft.word(check.virtualHost, `${from}.virtualHost`),
            }),
          }),
          at: place,
        }),
      );
      return Object.freeze({
        ...settingsOf(httpGet, { url: Object.freeze([page]), ...connection() }),
        method: check.type,
        at,
      });
    }
  }
}
