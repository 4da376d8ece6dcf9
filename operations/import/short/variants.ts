import { DOCUMENTS } from "../../../documents";
import type { WrittenPart, WrittenTopology } from "./data";

/** A topology with the same meaning, for use if the plain one is refused. */
export interface Variant {
  readonly data: WrittenTopology;
  /** What a reader should know about it. */
  readonly assumed: readonly string[];
}

const partsOf = ({ nodes }: WrittenTopology): readonly WrittenPart[] =>
  Object.values(nodes).flatMap(({ vrrp }) => vrrp ?? []);

/** Two machines with state MASTER: a document's case, where this is intended. */
function bothMaster(data: WrittenTopology): readonly Variant[] {
  const parts = partsOf(data);
  if (parts.length !== 2 || !parts.every(({ state, nopreempt }) => state === "MASTER" && !nopreempt)) return [];
  const copy = structuredClone(data);
  copy.vrrpCase = "both-master";
  for (const part of partsOf(copy)) delete part.state;
  return [{ data: copy, assumed: [] }];
}

/** Variants with a document's mistakes that a lab can be built with; the last document first. */
const asPrinted = (data: WrittenTopology): readonly Variant[] =>
  DOCUMENTS.filter(({ mistakesInFiles = false }) => mistakesInFiles)
    .reverse()
    .map(({ id }) => ({
      data: { ...data, document: id, form: "as-printed" as const },
      assumed: [`form as-printed of document ${id}: only this form allows a lab with the mistakes of these files`],
    }));

/** A variant without the VRRP mistakes that no lab can have. The comparison reports what differs from the files. */
function mended(data: WrittenTopology): Variant {
  const copy = structuredClone(data);
  const parts = partsOf(copy);
  const ranked = [...parts].sort((a, b) => b.priority - a.priority);
  const ids = new Set<string>();
  for (const [name, { vrrp }] of Object.entries(copy.nodes)) {
    if (!vrrp) continue;
    if (ids.has(vrrp.routerId)) vrrp.routerId = name;
    ids.add(vrrp.routerId);
  }
  let free = 254;
  for (const part of ranked) {
    part.priority = Math.max(1, Math.min(part.priority, free));
    free = part.priority - 1;
  }
  const [top] = ranked;
  const master = parts.find(({ state }) => state === "MASTER");
  for (const part of parts) if (part.state === "MASTER" && part !== master) part.state = "BACKUP";
  for (const part of parts) {
    if (part.state === "MASTER" || !top?.nopreempt) delete part.nopreempt;
    if (part.state === "MASTER" || part.nopreempt || part === ranked.at(-1)) delete part.preemptDelay;
  }
  if (copy.vrrp.trackScript) {
    const { interval, weight = 0 } = copy.vrrp.trackScript;
    const gap = (top?.priority ?? 0) - (ranked.at(-1)?.priority ?? 0);
    if (Math.abs(weight) <= gap || top?.nopreempt) copy.vrrp.trackScript = { interval };
  }
  if (copy.vrrp.version === 3) delete copy.vrrp.authentication;
  return { data: copy, assumed: [] };
}

/** A variant without the address on another card, which may be another network's VIP and not a gateway. */
function withoutGateway(data: WrittenTopology): readonly Variant[] {
  if (data.vrrp.gateway === undefined) return [];
  const { gateway: _, ...vrrp } = data.vrrp;
  return [{ data: { ...data, vrrp }, assumed: [] }];
}

/** The plain topology first; each further variant is less like the files. */
export function variantsOf(data: WrittenTopology): readonly Variant[] {
  const last = mended(data);
  return [{ data, assumed: [] }, ...bothMaster(data), ...asPrinted(data), last, ...withoutGateway(last.data)];
}
