import { renderKeepalived } from "../../../components/roles/director/keepalived";
import type { Topology } from "../../../model/topology/topology";
import { filesOf } from "../../../model/keepalived/files";
import type { Address } from "../../../model/keepalived/kinds/vip";
import { readConfiguration } from "../../../model/keepalived/read";
import type { Config } from "../../../model/keepalived/config/config";
import type { Statement } from "../../../model/keepalived/entry";
import { type HeadOf, headText, isSame, type Said, saidIn } from "./statements";
import type { Unsaid } from "./unsaid";
import { addedIn, completedIn } from "./unwritten";

/** Why a topology has no such word. All other words simply have no key. */
const REASONS: Readonly<Record<string, string>> = {
  vrrp_instance: "a lab has one vrrp_instance",
  vrrp_sync_group: "a lab has one vrrp_instance, so there is no group",
  unicast_peer: "a lab sends its adverts by multicast",
  unicast_src_ip: "a lab sends its adverts by multicast",
  virtual_server: "a lab has those TCP virtual servers of the first machine whose address is a VIP of its instance",
  virtual_server_group: "a topology's virtual servers are addresses with a port",
  real_server: "a lab's real server is a machine of its own, once",
  vrrp_script: "a lab has one script, which checks its proxy",
  script: "a lab has its own script, which checks its proxy",
  track_script: "a lab has one script, which checks its proxy",
  track_interface: "a lab tracks the cards of its VIPs and of the gateway that moves with them",
  digest: "a lab's check compares the status alone",
  auth_type: "a lab has PASS, with VRRPv2 alone",
  auth_pass: "a lab has one password of at most 8 bytes for all machines, with VRRPv2 alone",
  interface: "a lab's machines have their VIPs on cards of one name",
  advert_int: "a lab has one value for all machines",
  sorry_server: "a lab's sorry server is the director itself, on the port of the service",
  smtp_server: "a lab's machines deliver their mail themselves",
  state: "a lab has one MASTER at the start",
  priority: "a lab's machines have priorities from 1 to 254, each its own",
  router_id: "a lab's machines have router_ids of their own, of letters, digits, _, . and -",
  nopreempt: "a lab has it where it counts: with state BACKUP, on the machine of the highest priority",
  preempt_delay: "a lab has it where it counts: with state BACKUP, not on the machine of the lowest priority",
  notification_email_from: "a lab has one sender for all machines",
};
const NONE = "a topology has no key for it";
const reasonOf = ({ word }: Said): string => {
  const [head = word] = word.split(" ");
  if (/^(?:notify|quorum_)/.test(head)) return "a lab runs no notify scripts";
  if (/_CHECK$|_GET$/.test(head)) return "a lab has one check for all real servers of a service, TCP_CHECK or HTTP_GET";
  if (/^virtual_(?:routes|rules)/.test(head)) return "a lab's routes do not move";
  return REASONS[head] ?? NONE;
};

/** What the comparison must know about one machine. */
export interface Side {
  readonly statements: readonly Statement[];
  readonly config: Config;
  /** The lab's instance, and the script that it tracks. */
  readonly instance: string;
  readonly card: string;
  readonly script: string | undefined;
}

/** The protocol of a virtual server. The daemon's default is UDP. A firewall mark has no protocol. */
function protocolOf({ values: [first], block }: Statement): string {
  if (first?.text === "fwmark" || first?.text === "group") return "";
  const written = block?.statements.find(({ keyword }) => keyword.text === "protocol");
  return written?.values[0]?.text.toUpperCase() ?? "UDP";
}

/** The lab's only instance and script have the same heads on both sides, whatever their names are. */
const headsOf =
  ({ instance, script }: Pick<Side, "instance" | "script">): HeadOf =>
  (statement, blocks) => {
    const head = headText(statement, blocks);
    // A TCP and a UDP service may have the same address and port.
    if (statement.keyword.text === "virtual_server") return `${head} ${protocolOf(statement)}`.trim();
    if (head === `vrrp_instance ${instance}`) return "vrrp_instance";
    return head === `vrrp_script ${script ?? ""}` ? "vrrp_script" : head;
  };

/** An address without its card if that is the default card. */
const onCard = (value: unknown, card: string): unknown => {
  if (typeof value !== "object" || value === null || !("hasPrefix" in value)) return value;
  const { dev, hasPrefix: _, ...rest } = value as Address;
  return dev === undefined || dev === card ? rest : { ...rest, dev };
};

/** Compares one machine's configuration with the topology: how many things it says, and which of them the topology does not. */
export function compareWith(
  side: Side,
  topology: Topology,
  host: string,
  pass: string | undefined,
): { readonly all: number; readonly unsaid: readonly Unsaid[] } {
  const text = renderKeepalived(topology, host, pass === undefined ? {} : { authPass: pass });
  const { tree, config } = readConfiguration("rendered", filesOf(new Map([["rendered", text]])));
  const script = config.scripts[0]?.name;
  const rendered = saidIn(tree.statements, headsOf({ instance: topology.vrrp?.instance ?? "", script }));
  const said = saidIn(side.statements, headsOf(side));
  const placeOf = ({ blocks, word }: Said): string => [...blocks, word].join("\n");
  const there = new Map<string, Said[]>();
  for (const one of rendered) there.set(placeOf(one), [...(there.get(placeOf(one)) ?? []), one]);
  const missing = new Set<string>();
  const seen = new Set<string>();
  const unsaid = said.flatMap((one): readonly Unsaid[] => {
    const place = placeOf(one);
    // Do not report the content of a block that is missing as a whole.
    if (one.blocks.some((_, index) => missing.has(one.blocks.slice(0, index + 1).join("\n")))) {
      if (one.kind === "block") missing.add(place);
      return [];
    }
    const what = [...one.blocks, one.kind === "unknown" && !one.entry ? "a word" : one.word].join(": ");
    if (one.kind === "unknown")
      return [{ at: one.at, what, reason: "keepalived does not know the word and ignores it" }];
    const found = there.get(place) ?? [];
    if (one.kind === "word" && one.value === undefined)
      return [{ at: one.at, what, reason: "keepalived refuses the value; lab audit says why" }];
    if (one.kind === "block") {
      // The daemon merges several global_defs. Anything else that stands twice counts as two things.
      if (found.length > 0 && (one.word === "global_defs" || !seen.has(place) || found[0]?.entry?.repeats !== "all")) {
        seen.add(place);
        return [];
      }
      missing.add(place);
      return [{ at: one.at, what, reason: reasonOf(one) }];
    }
    const isThere = found.some(({ value }) =>
      isSame(onCard(value, topology.vrrp?.interface ?? ""), onCard(one.value, side.card)),
    );
    // The daemon's default needs no word unless the lab has another value.
    const isDefault = found.length === 0 && one.entry?.shape === "given" && isSame(one.value, one.entry.fallback);
    if (isThere || isDefault || isSaidOtherwise(one, topology, side)) return [];
    return [
      {
        at: one.at,
        what,
        reason: found.length > 0 && one.kind === "word" ? `the lab has another value; ${reasonOf(one)}` : reasonOf(one),
      },
    ];
  });
  const start = side.config.instances.find(({ name }) => name === side.instance)?.at ?? {
    file: side.config.file,
    line: 1,
    column: 1,
  };
  const instance = topology.vrrp?.instance ?? "";
  const renamed =
    side.instance === instance
      ? []
      : [{ at: start, what: `vrrp_instance ${side.instance}`, reason: `the lab's instance has the name ${instance}` }];
  const added = [
    ...renamed,
    ...addedIn(said, rendered, start),
    ...completedIn(side.config, config, side.instance, side.card),
  ];
  return { all: said.filter(({ kind }) => kind !== "block").length, unsaid: [...unsaid, ...added] };
}

/** Whether another word of the topology says it. */
function isSaidOtherwise({ word, value, blocks }: Said, { vrrp, virtualServers }: Topology, side: Side): boolean {
  switch (word) {
    case "version":
    case "vrrp_version":
      return value === vrrp?.version;
    case "default_interface":
      return value === side.card;
    case "smtp_alert":
      return value === true && vrrp?.notification !== undefined;
    case "virtualhost":
      return virtualServers.some(
        ({ check, vip }) => check.virtualHost === value && blocks.some((head) => head.includes(vip)),
      );
    case "track_script":
      return (
        side.script !== undefined && vrrp?.trackScript !== undefined && (value as { name: string }).name === side.script
      );
    default:
      return false;
  }
}
