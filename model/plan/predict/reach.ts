import { canonical, isWithin } from "../addresses";
import { isElsewhere, type Member, sourceOf, vipsOf } from "../clusters";
import type { Plan } from "../plan";
import { hearsLinkLocalOnly, sendsToNoLinkLocal } from "../rules/unicast";
import { type Failure } from "./failure";
import { isCardDown } from "./tracked";

/** Why a member never accepts adverts of another one; undefined: it does. Passwords are compared but not shown. */
export function deafness(
  plan: Plan,
  from: Member,
  to: Member,
  sources: ReadonlyMap<Member, string>,
): string | undefined {
  const [sent, heard] = [from.instance, to.instance];
  if (sent.virtualRouterId?.value !== heard.virtualRouterId?.value)
    return `virtual_router_id ${sent.virtualRouterId?.value ?? "none"} and ${heard.virtualRouterId?.value ?? "none"}`;
  if (sent.version.value !== heard.version.value)
    return `VRRP version ${sent.version.value} and ${heard.version.value}`;
  if (sent.isUnicast !== heard.isUnicast) return "one sends by unicast, the other by multicast";
  if (sent.isUnicast) {
    const address = sources.get(to);
    const isListed = sent.unicastPeer.some(({ value }) => canonical(value.address) === address);
    if (address !== undefined && !isListed) return `${address} is not in unicast_peer of ${from.node.name}`;
    if (hearsLinkLocalOnly(to) && sendsToNoLinkLocal(from))
      return `${to.node.name} has no unicast_src_ip, and hears only its link-local address`;
  } else {
    if (sent.multicastGroup?.value !== heard.multicastGroup?.value) return "different multicast groups";
    if (isElsewhere(from, to)) return "different segments";
    const silent = plan.segments.find(
      ({ cidr, hasMulticast }) => !hasMulticast && isWithin(sourceOf(to) ?? vipsOf(heard)[0] ?? "", cidr),
    );
    if (silent) return `${silent.name} carries no multicast`;
  }
  const [mine, theirs] = [sent.authentication, heard.authentication];
  if (mine?.type.value !== theirs?.type.value || (mine && theirs && !mine.pass.value.equals(theirs.pass.value)))
    return "the authentication differs";
  if (sent.version.value === 2 && sent.advertInt.value !== heard.advertInt.value)
    return `advert_int ${sent.advertInt.value} and ${heard.advertInt.value}`;
  if ([...vipsOf(sent)].sort().join() !== [...vipsOf(heard)].sort().join()) return "the VIPs differ";
  return undefined;
}

/** Whether an advert arrives despite the failures. */
export const isOpen = (from: Member, to: Member, failures: readonly Failure[]): boolean =>
  !isCardDown(from, failures) &&
  !isCardDown(to, failures) &&
  !failures.some(
    (failure) =>
      failure.kind === "cut" && failure.nodes.includes(from.node.name) && failure.nodes.includes(to.node.name),
  );
