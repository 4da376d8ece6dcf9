import { isWithin } from "../addresses";
import type { Cluster } from "../clusters";
import type { Node, Plan } from "../plan";

/** A single failure. */
export type Failure =
  /** The machine loses power and sends nothing more. */
  | { readonly kind: "node"; readonly node: string }
  /** keepalived stops and sends an advert with priority 0. */
  | { readonly kind: "daemon"; readonly node: string }
  /** A card has no link. */
  | { readonly kind: "card"; readonly node: string; readonly name: string }
  /** A vrrp_script fails, a process is missing, or the value of a file means FAULT. */
  | { readonly kind: "script" | "process" | "file"; readonly node: string; readonly name: string }
  /** No advert gets from one machine to the other, and both keep running. */
  | { readonly kind: "cut"; readonly nodes: readonly [string, string] }
  /** A real server does not answer. */
  | { readonly kind: "server"; readonly address: string };

/** The failure in words. */
export function shown(failure: Failure): string {
  switch (failure.kind) {
    case "node":
      return `${failure.node} is down`;
    case "daemon":
      return `keepalived stops on ${failure.node}`;
    case "card":
      return `${failure.name} of ${failure.node} is down`;
    case "script":
      return `script ${failure.name} fails on ${failure.node}`;
    case "process":
      return `process ${failure.name} ends on ${failure.node}`;
    case "file":
      return `file ${failure.name} says FAULT on ${failure.node}`;
    case "cut":
      return `no adverts between ${failure.nodes.join(" and ")}`;
    case "server":
      return `real server ${failure.address} is down`;
  }
}

/** A VLAN's card fails with the card below it: eth0.10 with eth0. */
export const isCard = (name: string, down: string): boolean => name === down || name.startsWith(`${down}.`);

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

/** The cards that matter: those of instances, tracked ones, and those with real servers behind them. */
function cardsOf({ config, cards }: Node): readonly string[] {
  const reals = config.virtualServers.flatMap(({ realServers }) => realServers);
  return unique([
    ...config.instances.flatMap(({ interface: card, trackInterface }) => [
      ...(card ? [card.value] : []),
      ...trackInterface.map(({ value }) => value.name),
    ]),
    ...config.syncGroups.flatMap(({ trackInterface }) => (trackInterface?.value ?? []).map(({ value }) => value.name)),
    ...cards
      .filter(({ addresses }) => reals.some((rs) => addresses.some((own) => isWithin(rs.address, own))))
      .map(({ name }) => name),
  ]);
}

/** Every single failure of a site. */
export function failuresOf(plan: Plan, clusters: readonly Cluster[]): readonly Failure[] {
  const running = plan.nodes.filter(({ config }) => config.instances.length > 0);
  const cuts = running.flatMap((a, index) =>
    running
      .slice(index + 1)
      .filter((b) => clusters.some(({ members }) => [a, b].every((one) => members.some(({ node }) => node === one))))
      .map((b): Failure => ({ kind: "cut", nodes: [a.name, b.name] })),
  );
  const servers = unique(
    plan.nodes.flatMap(({ config }) =>
      config.virtualServers.flatMap(({ realServers }) => realServers.map(({ address }) => address)),
    ),
  );
  return Object.freeze([
    ...running.map(({ name: node }): Failure => ({ kind: "node", node })),
    ...running.map(({ name: node }): Failure => ({ kind: "daemon", node })),
    ...running.flatMap((node) => cardsOf(node).map((name): Failure => ({ kind: "card", node: node.name, name }))),
    ...running.flatMap(({ name: node, config }) => [
      ...config.scripts.map(({ name }): Failure => ({ kind: "script", node, name })),
      ...config.trackProcesses.map(({ name }): Failure => ({ kind: "process", node, name })),
      ...config.trackFiles.map(({ name }): Failure => ({ kind: "file", node, name })),
    ]),
    ...cuts,
    ...servers.map((address): Failure => ({ kind: "server", address })),
  ]);
}
