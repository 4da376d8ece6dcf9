/** Rules about VRRP across the directors: what `keepalived -t` on one machine cannot see. */
import { isSite } from "../own/config";
import { balancersOf, vrrpVips, vrrpInterface } from "../queries";
import type { BalancerNode, DirectorVrrp } from "../node";
import type { Topology } from "../topology";
import type { Problem } from "../error";
import { extended } from "../refused";
import { toldName } from "../told";
import { twice } from "./addresses";
import { caseNamed } from "../vrrpCase";
import type { Rule } from "./rule";

/** The directors with a part in the instance, each with that part's path. */
const parts = (topology: Topology): readonly (DirectorVrrp & { readonly name: string; readonly path: string })[] =>
  balancersOf(topology).flatMap(({ name, vrrp }) =>
    vrrp === undefined ? [] : [extended(vrrp, { name, path: `nodes.${name}.vrrp` })],
  );

const names = (directors: readonly BalancerNode[]): string => directors.map(({ name }) => name).join(", ");

export const balancerMissing: Rule = {
  name: "balancerMissing",
  severity: "error",
  summary: "A lab has a director or a proxy.",
  reads: ["nodes", "virtualServers"],
  reason: "000, 001, 002: a director (DS) or a proxy holds the VIP",
  find(topology) {
    return balancersOf(topology).length > 0
      ? []
      : [{ path: "nodes", got: "no director", need: "one or more nodes with role director", fix: "add one" }];
  },
};

export const instanceMissing: Rule = {
  name: "instanceMissing",
  severity: "error",
  summary: "Proxies and several directors have a vrrp section: they share the VIP by VRRP.",
  reads: ["nodes", "vrrp"],
  reason: "000, 004: VRRP decides which node holds the VIP; without VRRP every node would answer ARP for it",
  find(topology) {
    const directors = balancersOf(topology);
    // Directors' own configurations hold it.
    if (topology.vrrp !== undefined || isSite(topology)) return [];
    if (directors[0]?.role === "proxy") {
      const fix = `${names(directors)} would have no VIP`;
      return [{ path: "vrrp", got: "nothing, with proxies", need: "the VRRP instance that moves the VIP", fix }];
    }
    if (directors.length > 1) {
      const got = `nothing, with ${directors.length} directors`;
      const fix = `without VRRP ${names(directors)} would all hold the VIP`;
      return [{ path: "vrrp", got, need: "the VRRP instance that they share", fix }];
    }
    return parts(topology).map(({ path }) => ({
      path,
      got: "a part in VRRP",
      need: "a vrrp section of the lab",
      fix: "add that section, or remove this",
    }));
  },
};

export const partMissing: Rule = {
  name: "partMissing",
  severity: "error",
  summary: "With VRRP every director has its part in it.",
  reads: ["nodes", "vrrp"],
  reason: "keepalived.conf(5): each node sets its own router_id and priority",
  find(topology) {
    if (topology.vrrp === undefined) return [];
    return balancersOf(topology)
      .filter(({ vrrp }) => vrrp === undefined)
      .map(({ name }) => ({
        path: `nodes.${name}.vrrp`,
        got: "nothing",
        need: "the node's routerId and priority",
        fix: "the lab has a vrrp section",
      }));
  },
};

export const interfaceMissing: Rule = {
  name: "interfaceMissing",
  severity: "error",
  summary: "Every director has the interface that carries adverts, all in one segment.",
  reads: ["segments", "nodes", "vrrp"],
  reason: "RFC 3768 5.2.2: routers do not forward adverts, so adverts stay in the segment of the instance's interface",
  find(topology) {
    const { vrrp } = topology;
    if (vrrp === undefined) return [];
    const directors = balancersOf(topology);
    // Another rule reports a segment that does not exist.
    const isPlaced = (segment = ""): boolean => Object.hasOwn(topology.segments, segment);
    const cardOf = (node: BalancerNode) => {
      const name = vrrpInterface(topology, node) ?? "";
      return { name, card: Object.hasOwn(node.interfaces, name) ? node.interfaces[name] : undefined };
    };
    const first = directors.find((node) => isPlaced(cardOf(node).card?.segment));
    const segment = first && cardOf(first).card?.segment;
    const cards = directors.flatMap(({ interfaces }) => Object.keys(interfaces));
    return directors.flatMap((node): Problem[] => {
      const { name: own, card } = cardOf(node);
      const { name, interfaces } = node;
      if (card === undefined && node.vrrp?.interface !== undefined) {
        const need = `an interface of ${name}: ${Object.keys(interfaces).join(", ")}`;
        return [{ path: `nodes.${name}.vrrp.interface`, got: toldName(own, cards), need }];
      }
      if (card === undefined) {
        const need = `an interface that every director has; ${name} has ${Object.keys(interfaces).join(", ")}`;
        const fix = `rename it, add it to ${name}, or set nodes.${name}.vrrp.interface`;
        return [{ path: "vrrp.interface", got: toldName(own, cards), need, fix }];
      }
      if (card.segment === segment || !isPlaced(card.segment)) return [];
      const fix = `${first?.name}'s ${first && cardOf(first).name} is in that segment, and adverts do not leave a segment`;
      return [{ path: `nodes.${name}.interfaces.${own}.segment`, got: card.segment, need: segment ?? "", fix }];
    });
  },
};

export const routerIdTwice: Rule = {
  name: "routerIdTwice",
  severity: "error",
  summary: "Every director has a router_id of its own.",
  reads: ["nodes"],
  reason: "000: main and backup must have different names; mails name their node by router_id (keepalived.conf(5))",
  find(topology) {
    return twice(
      parts(topology).map(({ path, routerId }) => ({ path: `${path}.routerId`, value: routerId })),
      "a router_id of its own",
    );
  },
};

export const prioritiesEqual: Rule = {
  name: "prioritiesEqual",
  severity: "error",
  summary: "Every director has a priority of its own, so that the election has a winner.",
  reads: ["nodes"],
  reason:
    "000: equal priorities are a cause of split brain; RFC 3768 6.4.2: a node of equal priority does not take the VIP back",
  find(topology) {
    return twice(
      parts(topology).map(({ path, priority }) => ({ path: `${path}.priority`, value: String(priority) })),
      "a priority of its own",
    );
  },
};

export const mastersTwo: Rule = {
  name: "mastersTwo",
  severity: "error",
  summary:
    "Only one director starts as MASTER: two would both hold the VIP until they hear each other's first advert (vrrpCase both-master shows it).",
  reads: ["nodes"],
  reason: "keepalived.conf(5), state: the state of a node before the first election",
  find(topology, documents) {
    const wanted = caseNamed(documents, topology.vrrpCase);
    if (wanted?.part(true).state === "MASTER" && wanted.part(false).state === "MASTER") return [];
    const [first, ...others] = parts(topology).filter(({ state }) => state === "MASTER");
    return others.map(({ path }) => ({
      path: `${path}.state`,
      got: "MASTER",
      need: "BACKUP",
      fix: `${first?.path}.state is MASTER: both would hold the VIP when they start`,
    }));
  },
};

export const nopreemptMaster: Rule = {
  name: "nopreemptMaster",
  severity: "error",
  summary: 'keepalived clears nopreempt on a director that starts as MASTER (vrrp.c: "nopreempt will not work …").',
  reads: ["nodes"],
  reason: "keepalived.conf(5), nopreempt: the initial state must be BACKUP; 000, 001: both must be BACKUP",
  find(topology) {
    return parts(topology)
      .filter(({ state, nopreempt }) => nopreempt && state === "MASTER")
      .map(({ path }) => ({
        path: `${path}.state`,
        got: "MASTER with nopreempt",
        need: "BACKUP",
        fix: "keepalived ignores nopreempt on a director that starts as MASTER",
      }));
  },
};

export const nopreemptWrongNode: Rule = {
  name: "nopreemptWrongNode",
  severity: "error",
  summary: "nopreempt works on the director that would preempt: the one of higher priority.",
  reads: ["nodes"],
  reason:
    "keepalived.conf(5), nopreempt: it makes the higher priority leave the VIP to the lower one, so the node of higher priority needs it",
  find(topology) {
    const all = parts(topology);
    return all.flatMap(({ path, priority, nopreempt }): Problem[] => {
      const free = all.find((other) => other.priority > priority && !other.nopreempt);
      if (!nopreempt || free === undefined) return [];
      const need = `nopreempt also on ${free.name}, which has priority ${free.priority}`;
      const fix = `only the higher priority preempts: set ${free.path}.nopreempt`;
      return [{ path: `${path}.nopreempt`, got: `true at priority ${priority}`, need, fix }];
    });
  },
};

export const preemptDelayWithoutEffect: Rule = {
  name: "preemptDelayWithoutEffect",
  severity: "error",
  summary:
    "A preempt_delay needs a node that can preempt. A script's weight can make even the lowest priority preempt.",
  reads: ["nodes", "vrrp"],
  reason:
    "keepalived.conf(5), preempt_delay: the initial state must be BACKUP, and only a node with a higher priority than another preempts",
  find(topology) {
    const all = parts(topology);
    const fixed = topology.vrrp?.trackScript?.weight === undefined;
    return all
      .filter(({ preemptDelay }) => preemptDelay > 0)
      .flatMap(({ name, path: part, preemptDelay, nopreempt, state, priority }): Problem[] => {
        const path = `${part}.preemptDelay`;
        const lowest = fixed && all.every((other) => other.name === name || other.priority > priority);
        return [
          ...(nopreempt
            ? [{ path, got: `${preemptDelay} with nopreempt`, need: "only one of the two", fix: "remove one" }]
            : []),
          ...(state === "MASTER"
            ? [
                {
                  path,
                  got: `${preemptDelay} with state MASTER`,
                  need: "state BACKUP",
                  fix: "keepalived ignores preempt_delay on a director that starts as MASTER",
                },
              ]
            : []),
          ...(lowest && !nopreempt && state !== "MASTER"
            ? [
                {
                  path,
                  got: `${preemptDelay} at the lowest priority, ${priority}`,
                  need: "preemptDelay on a node of higher priority",
                  fix: `${name} never takes the VIP from another node: remove it`,
                },
              ]
            : []),
        ];
      });
  },
};

export const labelLong: Rule = {
  name: "labelLong",
  severity: "error",
  summary: "A VIP's label (the interface's name, a colon, a number) has at most 15 characters (IFNAMSIZ).",
  reads: ["nodes", "vrrp"],
  reason: "ip-address(8): a label begins with the device's name; it has at most 15 characters (IFNAMSIZ)",
  find(topology) {
    const { vrrp } = topology;
    if (vrrp?.label !== true) return [];
    const most = 15 - `:${vrrpVips(vrrp).length - 1}`.length;
    const need = `a name of at most ${most} characters, or no vrrp.label`;
    const fix = "the label of a VIP is the name, a colon and a number, at most 15 characters together";
    return [{ path: "vrrp", ...vrrp }, ...parts(topology)].flatMap(({ path, interface: card = "" }): Problem[] =>
      card.length <= most ? [] : [{ path: `${path}.interface`, got: `the name ${card} with a label`, need, fix }],
    );
  },
};

export const advertIntOutOfVersion: Rule = {
  name: "advertIntOutOfVersion",
  severity: "error",
  summary: "advertInt fits into the advert's field: version 2 has whole seconds, version 3 has 12 bits of hundredths.",
  reads: ["vrrp"],
  reason: "RFC 3768 5.3.7: 8 bits of seconds; RFC 5798 5.2.7: 12 bits of hundredths",
  find({ vrrp }) {
    if (vrrp === undefined) return [];
    const { version, advertInt } = vrrp;
    const path = "vrrp.advertInt";
    const hundredths = Math.round(advertInt * 100);
    if (version === 2 && !Number.isInteger(advertInt) && advertInt >= 0.01) {
      const need = "whole seconds with VRRP version 2";
      return [{ path, got: `${advertInt}`, need, fix: "set vrrp.version: 3 for shorter adverts" }];
    }
    if (version === 3 && (Math.abs(hundredths - advertInt * 100) > 1e-6 || (hundredths > 4095 && advertInt <= 255))) {
      return [{ path, got: `${advertInt}`, need: "hundredths of a second, 0.01 to 40.95, with VRRP version 3" }];
    }
    return [];
  },
};

export const authenticationInVersion3: Rule = {
  name: "authenticationInVersion3",
  severity: "error",
  summary: "VRRP version 3 has no authentication.",
  reads: ["vrrp"],
  reason: "RFC 5798 9: VRRP version 3 has no authentication",
  find({ vrrp }) {
    return vrrp?.version === 3 && vrrp.authentication !== undefined
      ? [
          {
            path: "vrrp.authentication",
            got: "authentication with VRRP version 3",
            need: "none",
            fix: "version 3 has no authentication: remove it, or set vrrp.version: 2",
          },
        ]
      : [];
  },
};
