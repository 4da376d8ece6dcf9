import type { Context } from "../entry";
import { isKnownOlder } from "../version";
import { linesOf } from "./instances";
import type { VrrpInstance } from "./instances";

/** Instances of one machine that would accept each other's adverts: same VRID, family, interface and group. */
export function judgeRivals(instances: readonly VrrpInstance[], context: Context): void {
  for (const [index, instance] of instances.entries()) {
    judgeAddresses(instance, context);
    const rival = instances.slice(0, index).find((other) => isRival(instance, other));
    if (rival)
      context.report.add(instance.virtualRouterId?.at ?? instance.at, {
        severity: "error",
        rule: "conflict",
        message: `${instance.name} and ${rival.name} have the same virtual_router_id ${instance.virtualRouterId?.value ?? ""} on one interface`,
        why: "they would answer each other's adverts, so the daemon refuses it",
        suggestion: "another virtual_router_id",
      });
  }
}

function isRival(a: VrrpInstance, b: VrrpInstance): boolean {
  const isAlike =
    a.virtualRouterId !== undefined &&
    a.virtualRouterId.value === b.virtualRouterId?.value &&
    a.family === b.family &&
    a.isUnicast === b.isUnicast;
  if (!isAlike || a.interface?.value !== b.interface?.value) return false;
  if (!a.isUnicast) return a.multicastGroup?.value === b.multicastGroup?.value;
  if (a.sourceIp?.value !== b.sourceIp?.value) return false;
  return a.unicastPeer.some((peer) => b.unicastPeer.some((other) => other.value.address === peer.value.address));
}

/** Reports an address that an instance lists twice. */
function judgeAddresses({ name, written, virtualIpaddress }: VrrpInstance, context: Context): void {
  const seen = new Map<string, string | undefined>();
  const tell = (address: string, at: (typeof virtualIpaddress)[number]["at"]): void =>
    context.report.add(at, {
      severity: "warning",
      rule: "written-twice",
      message: `${name}: the address ${address} is listed twice`,
      why: "the daemon drops the second",
      refused: !isKnownOlder(context.version, "2.3.3"),
    });
  for (const { value, at } of virtualIpaddress) {
    if (seen.has(value.address)) tell(value.address, at);
    seen.set(value.address, value.dev);
  }
  const excluded = new Set<string>();
  for (const { value, at } of linesOf(written.virtualIpaddressExcluded)) {
    const key = `${value.address} ${value.dev ?? ""}`;
    if (excluded.has(key) || (seen.has(value.address) && seen.get(value.address) === value.dev))
      tell(value.address, at);
    excluded.add(key);
  }
}
