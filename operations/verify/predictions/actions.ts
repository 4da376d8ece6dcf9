/** How each failure that predict speaks of is brought about, and healed. */
import { posix } from "node:path";
import { type Failure, shown } from "../../../model/plan/predict/failure";
import { processUnit, turnedFile } from "../../../components/roles/director/standIns";
import type { Node as PlanNode, Plan } from "../../../model/plan/plan";
import { guestsOf } from "../../../model/topology/guests";
import type { DirectorNode, Node } from "../../../model/topology/node";
import type { Topology } from "../../../model/topology/topology";
import { shellQuote } from "../../../model/shellQuote";

/** A command in a guest, or something that is done to the machine from outside. */
export type Act =
  | { readonly on: string; readonly command: string }
  | { readonly machine: string; readonly power: "off" | "on" }
  | { readonly machine: string; readonly mac: string; readonly link: "down" | "up" };

/** One failure to be tried. */
export type Trial = {
  /** In words. */
  readonly failure: string;
  /** What predict is asked. */
  readonly predicted: Failure;
  readonly bring: readonly Act[];
  readonly heal: readonly Act[];
  /** The machine that cannot be looked at meanwhile, or whose leftovers do not count. */
  readonly dark?: string;
};

/** A failure that this lab cannot bring about, and why. */
export type Untried = { readonly failure: string; readonly untried: string };

/** A table of the packet filter for the time of a failure. It comes before every other chain. */
const FILTER = "inet lvs-lab-trial";

const filter = (rules: readonly string[]): string =>
  [
    `nft -f - <<'END'`,
    `table ${FILTER} {`,
    "chain input {",
    "type filter hook input priority -300; policy accept;",
    ...rules,
    "}",
    "}",
    "END",
  ].join("\n");

const unfilter = `nft delete table ${FILTER}`;

/** Protocol numbers (IANA): VRRP, and AH, in which an old VRRP is. */
const ADVERTS = "{ 112, 51 }";

/** Adverts of a machine: from its cards, or from its addresses if the daemon sends from a MAC of its own. */
function dropAdverts({ interfaces }: Node): readonly string[] {
  const cards = Object.values(interfaces);
  return [
    `meta l4proto ${ADVERTS} ether saddr { ${cards.map(({ mac }) => mac).join(", ")} } drop`,
    `meta l4proto ${ADVERTS} ip saddr { ${cards.map(({ address }) => address).join(", ")} } drop`,
  ];
}

/** What a real server serves, and its answers to pings. */
function dropServices(node: Node, address: string): readonly string[] {
  const ports = "serves" in node ? [...new Set((node.serves ?? []).map(({ port }) => port))] : [];
  // A director that is a real server too has requests for the VIP, which its table takes.
  const isSix = address.includes(":");
  const to = node.role === "director" ? `${isSix ? "ip6" : "ip"} daddr ${address} ` : "";
  const pings = [...(isSix && to !== "" ? [] : ["icmp"]), ...(isSix || to === "" ? ["icmpv6"] : [])];
  return [
    ...(ports.length === 0
      ? []
      : ["tcp", "udp"].map((transport) => `${to}${transport} dport { ${ports.join(", ")} } drop`)),
    ...pings.map((protocol) => `${to}${protocol} type echo-request drop`),
  ];
}

/** The value of a tracked file that means FAULT: with weight 0 anything but 0, else what reaches -254. */
const faultOf = (weight: number): number => (weight === 0 ? 1 : -Math.sign(weight) * Math.ceil(254 / Math.abs(weight)));

const stop = (unit: string): string => `systemctl stop ${shellQuote(unit)}`;
const start = (unit: string): string => `systemctl start ${shellQuote(unit)}`;

/** How a failure is brought about in a lab; a text: why it cannot be. */
function actionsOf(topology: Topology, plan: Plan, failure: Failure): Omit<Trial, "failure" | "predicted"> | string {
  const guests = guestsOf(topology);
  const both = (on: string, bring: string, heal: string) => ({
    bring: [{ on, command: bring }],
    heal: [{ on, command: heal }],
  });
  switch (failure.kind) {
    case "daemon":
      return both(failure.node, stop("keepalived"), start("keepalived"));
    case "node":
      return {
        bring: [
          // What was written is on the disk then, as on a machine that has run for a while.
          { on: failure.node, command: "sync" },
          { machine: failure.node, power: "off" },
        ],
        heal: [{ machine: failure.node, power: "on" }],
        dark: failure.node,
      };
    case "card": {
      const mac = guests[failure.node]?.interfaces[failure.name]?.mac;
      if (mac === undefined) return `${failure.node} has no card ${failure.name} of its own`;
      const isSsh = Object.keys(guests[failure.node]?.interfaces ?? {})[0] === failure.name;
      return {
        bring: [{ machine: failure.node, mac, link: "down" }],
        heal: [{ machine: failure.node, mac, link: "up" }],
        ...(isSsh ? { dark: failure.node } : {}),
      };
    }
    case "script":
      return scriptActions(plan, guests[failure.node], failure);
    case "process":
      return both(failure.node, stop(processUnit(failure.name)), start(processUnit(failure.name)));
    case "file": {
      const config = configOf(plan, failure.node);
      const file = config?.trackFiles.find(({ name }) => name === failure.name);
      if (file?.file === undefined) return `the file of ${failure.name} is not known`;
      const tracked = [...(config?.instances ?? [])].flatMap(({ trackFile }) => trackFile);
      const weight = tracked.find(({ value }) => value.name === failure.name)?.value.weight ?? file.weight.value.weight;
      const path = shellQuote(file.file.value);
      return both(failure.node, `echo ${faultOf(weight)} >${path}`, `echo 0 >${path}`);
    }
    case "cut": {
      const [a, b] = failure.nodes.map((name) => guests[name]);
      if (a === undefined || b === undefined) return "one of them is no machine of the lab";
      return {
        bring: [
          { on: a.name, command: filter(dropAdverts(b)) },
          { on: b.name, command: filter(dropAdverts(a)) },
        ],
        heal: [a, b].map(({ name }) => ({ on: name, command: unfilter })),
      };
    }
    case "server": {
      const node = Object.values(guests).find(({ interfaces }) =>
        Object.values(interfaces).some((card) => addressesOf(card).includes(failure.address)),
      );
      if (node === undefined) return "no machine of the lab has this address";
      return both(node.name, filter(dropServices(node, failure.address)), unfilter);
    }
  }
}

const addressesOf = ({ address, aliases = [] }: Node["interfaces"][string]): readonly string[] => [
  address,
  ...aliases.map((one) => one.split("/")[0] ?? one),
];

const configOf = ({ nodes }: Plan, name: string): PlanNode["config"] | undefined =>
  nodes.find((one) => one.name === name)?.config;

/** A stand-in has its file; a script of the site is covered by a program that always fails. */
function scriptActions(
  plan: Plan,
  node: Node | undefined,
  { node: on, name }: { readonly node: string; readonly name: string },
): Omit<Trial, "failure" | "predicted"> | string {
  const command = configOf(plan, on)?.scripts.find((one) => one.name === name)?.script?.value.command ?? [];
  const [path = ""] = command;
  const own = (node as DirectorNode | undefined)?.keepalived;
  if (own?.standIns.scripts.includes(path)) {
    const turned = turnedFile(command);
    const file = shellQuote(turned);
    return {
      bring: [{ on, command: `mkdir -p ${posix.dirname(turned)} && touch ${file}` }],
      heal: [{ on, command: `rm -f ${file}` }],
    };
  }
  if (own !== undefined && Object.hasOwn(own.files, path))
    return {
      bring: [{ on, command: `mount --bind /usr/bin/false ${shellQuote(path)}` }],
      heal: [{ on, command: `umount ${shellQuote(path)}` }],
    };
  return `${path || "its program"} is the system's own, which others need too`;
}

/** Failures that are brought about by a kill: what a machine without power does for the others, but its VIPs stay on its cards. */
function killed(failure: Extract<Failure, { kind: "node" }>): Trial {
  const { node: on } = failure;
  return {
    failure: `keepalived is killed on ${on}`,
    predicted: failure,
    // A unit that starts it again would end the failure. systemd kills every process of it.
    bring: [
      {
        on,
        command: `mkdir -p ${DROP_IN} && printf '[Service]\\nRestart=no\\n' >${DROP_IN}/lvs-lab-trial.conf && systemctl daemon-reload && systemctl kill --signal=KILL keepalived`,
      },
    ],
    heal: [
      {
        on,
        command: `rm -r ${DROP_IN}; systemctl daemon-reload; systemctl reset-failed keepalived; ${start("keepalived")}`,
      },
    ],
    dark: on,
  };
}

const DROP_IN = "/run/systemd/system/keepalived.service.d";

/** How every failure is tried, in the order of predict; a kill of keepalived stands behind its stop. */
export const trialsOf = (topology: Topology, plan: Plan, failures: readonly Failure[]): readonly (Trial | Untried)[] =>
  failures.flatMap((predicted): readonly (Trial | Untried)[] => {
    const acts = actionsOf(topology, plan, predicted);
    const failure = shown(predicted);
    if (typeof acts === "string") return [{ failure, untried: acts }];
    return [{ failure, predicted, ...acts }, ...(predicted.kind === "node" ? [killed(predicted)] : [])];
  });
