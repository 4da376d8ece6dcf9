import type { Context } from "../entry";
import type { Position } from "../finding";
import { isLinkLocal } from "../kinds/addresses";
import { familyOfInstance, linesOf, roundedInterval, type VrrpInstance } from "./instances";
import type { Tell } from "./tell";
import { judgeUnicast } from "./unicast";

/** Problems that the daemon reports when it completes an instance: words that exclude each other, and the values that it resets. */
export function judgeInstance(instance: VrrpInstance, context: Context): void {
  const { written, name } = instance;
  const tell: Tell = (at, complaint) =>
    context.report.add(at ?? written.at, {
      severity: "warning",
      rule: "conflict",
      refused: true,
      ...complaint,
      message: `${name}: ${complaint.message}`,
    });
  judgeIdentity(instance, tell);
  judgeFamily(instance, tell);
  judgeSecurity(instance, tell);
  judgeUnicast(instance, tell);
  judgePreemption(instance, tell);
  judgeTracking(instance, tell);
  if (instance.strictMode.value) judgeStrict(instance, tell);
  judgeInterval(instance, tell);
}

function judgeIdentity(instance: VrrpInstance, tell: Tell): void {
  const { written, version, strictMode, virtualIpaddress } = instance;
  if (!written.virtualRouterId)
    tell(written.at, {
      severity: "error",
      rule: "incomplete-block",
      message: "it has no virtual_router_id",
      why: "the daemon refuses an instance without one",
      suggestion: "virtual_router_id NUMBER",
    });
  if (!written.interface && !(written.unicastPeer && instance.sourceIp))
    tell(written.at, {
      severity: "error",
      rule: "incomplete-block",
      message: "it has no interface",
      why: "the daemon refuses the instance; only unicast with unicast_src_ip works without an interface",
      suggestion: "interface NAME",
    });
  if (virtualIpaddress.length > 0 || (written.noVirtualIpaddress && !strictMode.value)) return;
  const isFatal = version.value === 3 || strictMode.value;
  tell(written.virtualIpaddress?.at, {
    severity: isFatal ? "error" : "warning",
    rule: "incomplete-block",
    message: "it has no virtual_ipaddress",
    why: isFatal
      ? "the daemon refuses such an instance with VRRPv3 and in strict mode"
      : "the daemon complains and continues; --config-test fails",
    suggestion: "virtual_ipaddress { ADDRESS }, or no_virtual_ipaddress (2.2.8)",
  });
}

function judgeFamily(instance: VrrpInstance, tell: Tell): void {
  const { written, family, version } = instance;
  const name = family === "inet" ? "IPv4" : "IPv6";
  const other = (at: Position, word: string): void =>
    tell(at, {
      severity: "error",
      message: `${word} is not of the instance's address family, ${name}`,
      why: "the daemon drops the address: the first address decides the family",
      suggestion: "a second instance for the other family, in a vrrp_sync_group",
    });
  for (const peer of linesOf(written.unicastPeer))
    if (peer.value.family !== family) other(peer.at, `the peer ${peer.value.address}`);
  for (const address of linesOf(written.virtualIpaddress))
    if (address.value.family !== family) other(address.at, `the address ${address.value.address}`);
  for (const source of [written.mcastSrcIp, written.unicastSrcIp])
    if (source && source.value.includes(":") !== (family === "inet6"))
      other(source.at, `the source address ${source.value}`);
  if (familyOfInstance(written) === "inet6" && written.version?.value === 2)
    tell(written.version.at, {
      severity: "error",
      message: "VRRPv2 has no IPv6",
      why: "the daemon ignores the word and uses version 3",
      suggestion: "version 3",
    });
  if (written.nativeIpv6 && family === "inet")
    tell(written.nativeIpv6.at, {
      severity: "error",
      message: "native_ipv6 is used together with IPv4 addresses",
      why: "the daemon ignores it",
    });
  const [first] = instance.virtualIpaddress;
  if (family === "inet6" && !instance.isUnicast && version.value === 3 && first && !isLinkLocal(first.value.address))
    tell(first.at, {
      severity: instance.strictMode.value ? "error" : "note",
      message: `the first address is ${first.value.address}, which is not link-local`,
      why: "RFC 5798, 5.2.9: the first IPv6 address must be link-local; the daemon complains in strict mode, otherwise it logs it",
      suggestion: "put an address of fe80::/64 before the others",
      refused: instance.strictMode.value,
    });
}

function judgeSecurity(instance: VrrpInstance, tell: Tell): void {
  const { written, family, version, strictMode } = instance;
  const { authType, authPass } = written.authentication?.value ?? {};
  const { authHmac } = written;
  if (authType) {
    const { at } = authType;
    if (strictMode.value)
      tell(at, {
        message: "strict mode does not allow authentication",
        why: "the daemon sends adverts without it; RFC 3768 has no authentication",
        suggestion: "remove the block authentication",
      });
    else if (version.value === 3)
      tell(at, {
        message: "VRRPv3 has no authentication",
        why: "the daemon sends adverts without it; RFC 5798, 9",
        suggestion: "remove the block authentication, or use version 2",
      });
    else if (!authPass || authPass.value.length === 0)
      tell(at, {
        severity: "error",
        rule: "incomplete-block",
        message: "authentication has no password",
        why: "the daemon sends adverts without it",
        suggestion: "auth_pass PASSWORD",
      });
    else if (family === "inet6" && authType.value === "AH")
      tell(at, {
        message: "AH does not work with IPv6",
        why: "the daemon sends adverts without it",
        suggestion: "auth_type PASS",
      });
    else if (authType.value === "AH" && instance.state.value === "MASTER" && instance.priority.value !== 255)
      tell(written.state?.at, {
        message: "state MASTER cannot be combined with AH",
        why: "the daemon starts as BACKUP, because it must receive an advert first",
        suggestion: "state BACKUP",
      });
    if (authHmac)
      tell(at, { message: "authentication is used together with auth_hmac", why: "the daemon drops authentication" });
  } else if (authPass)
    tell(authPass.at, {
      severity: "warning",
      rule: "incomplete-block",
      message: "auth_pass is used without auth_type",
      why: "the daemon sends adverts without a password",
      suggestion: "auth_type PASS",
      refused: false,
    });
  if (authHmac && !authHmac.value.key.some((key) => key.value.id === authHmac.value.activeKey?.value))
    tell(authHmac.at, {
      severity: "error",
      rule: "unknown-name",
      message: "auth_hmac has no key with the id of active_key",
      why: "the daemon continues without auth_hmac",
      suggestion: "active_key ID, with the id of a key in the block",
    });
}

function judgePreemption(instance: VrrpInstance, tell: Tell): void {
  const { written, state, priority, strictMode } = instance;
  const { nopreempt, preemptDelay } = written;
  const isOwner = priority.value === 255;
  const hasNopreempt = nopreempt && !(written.preempt && written.preempt.at.line > nopreempt.at.line);
  if (hasNopreempt && isOwner)
    tell(nopreempt.at, {
      message: "nopreempt cannot be combined with priority 255",
      why: "the daemon ignores it, because the owner of the addresses always takes over",
    });
  else if (hasNopreempt && state.value === "MASTER")
    tell(nopreempt.at, {
      message: "nopreempt cannot be combined with state MASTER",
      why: "the daemon ignores it, so this node takes over whenever it comes back",
      suggestion: "state BACKUP",
    });
  if (preemptDelay.at && preemptDelay.value > 0) {
    if (state.value === "MASTER")
      tell(preemptDelay.at, {
        message: "preempt_delay cannot be combined with state MASTER",
        why: "the daemon ignores it",
        suggestion: "state BACKUP",
      });
    else if (strictMode.value)
      tell(preemptDelay.at, {
        message: "preempt_delay cannot be combined with strict mode",
        why: "the daemon ignores it",
      });
    else if (hasNopreempt && !isOwner)
      tell(preemptDelay.at, { message: "preempt_delay is used together with nopreempt", why: "the daemon ignores it" });
  }
  if (written.timerExpiredBackup && !hasNopreempt)
    tell(written.timerExpiredBackup.at, {
      message: "timer_expired_backup needs nopreempt",
      why: "the daemon ignores it",
    });
  if (written.ownerIgnoreAdverts?.value && !isOwner)
    tell(written.ownerIgnoreAdverts.at, {
      message: "owner_ignore_adverts needs priority 255",
      why: "the daemon ignores it",
    });
}

function judgeTracking({ interface: own, trackInterface }: VrrpInstance, tell: Tell): void {
  for (const { value, at } of trackInterface)
    if (value.name === own?.value)
      tell(at, {
        severity: "note",
        message: `it tracks ${value.name}, which is its own interface`,
        why: "the daemon ignores the line, because an instance always tracks its own interface; --config-test fails where there is one",
        suggestion: "remove the line",
        refused: false,
      });
}

function judgeStrict(instance: VrrpInstance, tell: Tell): void {
  const { written, priority, version } = instance;
  const isOwner = priority.value === 255;
  if (written.state && (written.state.value === "MASTER") !== isOwner)
    tell(written.state.at, {
      message: `strict mode allows state MASTER only with priority 255, and this is ${written.state.value} with ${priority.value}`,
      why: `the daemon uses ${isOwner ? "MASTER" : "BACKUP"}`,
    });
  if (version.value === 2 && written.accept && !isOwner)
    tell(written.accept.at, {
      message: "strict mode does not allow accept with VRRPv2",
      why: "the daemon ignores it; RFC 3768",
    });
  if (written.downTimerAdverts && written.downTimerAdverts.value !== 3)
    tell(written.downTimerAdverts.at, {
      message: "down_timer_adverts cannot be combined with strict mode",
      why: "the daemon uses 3",
    });
  if (written.garpLowerPrioRepeat?.value)
    tell(written.garpLowerPrioRepeat.at, {
      message: "garp_lower_prio_repeat cannot be combined with strict mode",
      why: "the daemon uses 0",
    });
  if (written.garpLowerPrioDelay?.value)
    tell(written.garpLowerPrioDelay.at, {
      message: "garp_lower_prio_delay cannot be combined with strict mode",
      why: "the daemon uses 0",
    });
  if (written.lowerPrioNoAdvert?.value === false)
    tell(written.lowerPrioNoAdvert.at, {
      message: "lower_prio_no_advert off cannot be combined with strict mode",
      why: "the daemon uses on",
    });
  if (written.higherPrioSendAdvert?.value)
    tell(written.higherPrioSendAdvert.at, {
      message: "higher_prio_send_advert cannot be combined with strict mode",
      why: "the daemon uses off",
    });
}

function judgeInterval(instance: VrrpInstance, tell: Tell): void {
  const { written, version, advertInt } = instance;
  const rounded = roundedInterval(written.advertInt.value, version.value);
  if (rounded === written.advertInt.value) return;
  tell(written.advertInt.at, {
    rule: "clamped-value",
    message: `advert_int ${written.advertInt.value} cannot be combined with VRRPv${version.value}`,
    why: `the daemon uses ${advertInt.value}: VRRPv2 has whole seconds up to 255, VRRPv3 hundredths up to 40.95`,
    suggestion: version.value === 2 ? "version 3, or whole seconds" : `advert_int ${rounded}`,
  });
}
