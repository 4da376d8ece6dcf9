import { posix } from "node:path";
import { nameOf, type RealServer, type VirtualServer } from "../../model/keepalived/config/servers";
import type { Position } from "../../model/keepalived/finding";
import { canonical, rangeOf } from "../../model/plan/addresses";
import { type Cluster, sourceOf } from "../../model/plan/clusters";
import type { Node, Plan } from "../../model/plan/plan";
import type { Machine } from "../../model/plan/site";
import type { SiteCard } from "./cards";
import type { Made } from "./lab";
import type { Notes } from "./notes";
import { MOST_ADDRESSES } from "./services";

/** Words of DPVS, another program with a configuration that looks alike. */
const DPVS = new Set([
  "laddr_group_name",
  "local_address_group",
  "syn_proxy",
  "vip_bind_dev",
  "defer_rs_jump_first",
  "expire_quiescent_conn",
  "whitelist_address_group_name",
  "blklst_addr_gname",
  "whtlst_addr_gname",
]);
/** Programs and addresses by which a script speaks to a cloud. */
const CLOUD = /\b(?:aws|gcloud|az|openstack|aliyun|hcloud|doctl|oci|linode-cli|scw)\s+[a-z]|169\.254\.169\.254/;
/** Files beside a configuration that set up the machine in other ways. */
const BESIDE =
  /(?:^|\/)(?:ipvsadm(?:\.rules)?|iptables[^/]*|ip6tables[^/]*|rules\.v[46]|nftables\.conf|[^/]+\.nft|sysctl\.conf|sysctl\.d\/[^/]+)$/;

/** Notes everything of a site that the lab does not show. */
export function noteUnrehearsed(
  plan: Plan,
  machines: readonly Machine[],
  { clusters, cards, marks }: Pick<Made, "clusters" | "cards" | "marks">,
  notes: Notes,
): void {
  for (const [index, node] of plan.nodes.entries()) {
    ofMachine(node, notes);
    for (const vs of node.config.virtualServers) ofService(vs, notes);
    const machine = machines[index];
    if (machine) ofFiles(node, machine, marks.files, notes);
  }
  ofPeers(clusters, cards, notes);
}

function ofMachine({ name, config }: Node, notes: Notes): void {
  const { top, global } = config;
  const lose = (written: { readonly at: Position } | undefined, what: string, why: string): void => {
    if (written) notes.lose(written.at, what, why);
  };
  lose(
    top.netNamespace,
    "net_namespace",
    "the lab's machines have no such namespace; keepalived does not start without it",
  );
  const mail = global.smtpServer?.value.address ?? "";
  if (global.notificationEmail && mail !== "" && !/^(?:127\.|::1$|localhost$)/.test(mail))
    lose(global.smtpServer, "mails about changes", "the lab has no such mail server");
  lose(config.linkbeatInterfaces[0], "linkbeat_interfaces", "a virtual card has no such registers");
  for (const { word, at } of config.notUnderstood)
    if (DPVS.has(word)) notes.lose(at, word, "it is a word of DPVS, and the lab runs keepalived");
  for (const instance of config.instances) {
    lose(instance.vrf, "vrf", "the lab's machines have no such card");
    lose(instance.linkbeatUsePolling, "linkbeat_use_polling", "a virtual card has no such registers");
    const { notify, notifyMaster, virtualIpaddress, virtualIpaddressExcluded } = instance;
    if (virtualIpaddress.length + virtualIpaddressExcluded.length === 0)
      notes.lose(
        instance.at,
        `${instance.name} has no VIP`,
        (notify ?? notifyMaster)
          ? "what moves is what its notify scripts do elsewhere; the lab shows when they run"
          : "clients have nothing to ask",
      );
    if (instance.authentication?.type.value === "AH")
      notes.assume(`${name}: ${instance.name} authenticates by AH; the lab's image has what it needs`);
  }
}

function ofService(vs: VirtualServer, notes: Notes): void {
  const name = nameOf(vs);
  if (vs.protocol?.value === "SCTP") notes.lose(vs.at, name, "no stand-in serves SCTP");
  for (const { value, at } of vs.group?.entries ?? [])
    if (value.kind === "addresses" && rangeOf(value.address, value.last, MOST_ADDRESSES + 1).length > MOST_ADDRESSES)
      notes.lose(at, `${name}: a range of addresses`, `the lab has its first ${MOST_ADDRESSES} addresses`);
  for (const real of vs.realServers) ofChecks(name, real, notes);
}

function ofChecks(name: string, { checks, address, lvsMethod, written }: RealServer, notes: Notes): void {
  if (address.includes(":") && lvsMethod.value.method === "NAT")
    notes.lose(
      written.at,
      `${name} behind NAT`,
      "the gateway of a lab's machine is IPv4: answers over IPv6 pass by the director",
    );
  for (const check of checks) {
    if (check.method === "BFD_CHECK")
      notes.lose(written.at, `${name}: BFD_CHECK`, "no stand-in speaks BFD: the real server counts as down");
    if (check.method === "UDP_CHECK" && check.requireReply && check.requireReply.value !== "")
      notes.lose(
        written.at,
        `${name}: require_reply`,
        "a stand-in answers with its name: the real server counts as down",
      );
    if (check.method !== "HTTP_GET" && check.method !== "SSL_GET") continue;
    for (const { value } of check.url)
      if (value.regex) notes.lose(value.regex.at, `${name}: regex`, "the page of a stand-in is its name");
  }
}

function ofFiles(node: Node, machine: Machine, marking: ReadonlySet<string>, notes: Notes): void {
  const words = new Map(node.programs.map((program) => [posix.basename(program.path), program]));
  for (const [file, { text }] of machine.files) {
    const program = words.get(posix.basename(file));
    const lines = program ? text.split("\n") : [];
    const line = lines.findIndex((one) => !one.trimStart().startsWith("#") && CLOUD.test(one));
    if (program && line >= 0)
      notes.lose(
        { file, line: line + 1, column: 1 },
        program.word,
        "it asks the API of a cloud, which the lab does not have",
      );
    if (BESIDE.test(file))
      notes.lose(
        { file, line: 1, column: 1 },
        posix.basename(file),
        marking.has(file) ? "the lab takes over its marks alone" : "the lab does not apply it",
      );
  }
}

/** Peers that no machine of the site has. */
function ofPeers(clusters: readonly Cluster[], cards: readonly SiteCard[], notes: Notes): void {
  const own = new Set(cards.flatMap((card) => card.own.map(({ address }) => canonical(address))));
  for (const { members } of clusters) {
    const sources = members.flatMap((member) => sourceOf(member) ?? []);
    const [first] = members;
    if (members.length === 1 && first)
      notes.assume(
        `${first.node.name} alone has ${first.instance.name}: no file of a peer is here, so nobody takes over`,
      );
    for (const { instance } of members)
      for (const { value, at } of instance.unicastPeer) {
        const address = canonical(value.address);
        if (!own.has(address) && !sources.includes(address))
          notes.lose(at, `the peer ${address}`, "no machine here has this address");
      }
  }
}
