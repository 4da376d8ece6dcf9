import type { Position } from "../finding";
import { linesOf, type VrrpInstance } from "./instances";
import type { Tell } from "./tell";

/** Conflicts between words about unicast adverts. */
export function judgeUnicast(instance: VrrpInstance, tell: Tell): void {
  const { written, isUnicast } = instance;
  const word = written.unicastPeer ?? written.unicastSrcIp ?? written.checkUnicastSrc ?? written.oldUnicastChecksum;
  if (!isUnicast && word && !written.unicastFaultNoPeer)
    tell(word.at, {
      message: "there are unicast settings but no unicast_peer",
      why: "the daemon sends its adverts by multicast; --config-test fails since 2.2.5",
      suggestion: "unicast_peer { ADDRESS }, or mcast_src_ip",
    });
  if (!isUnicast && written.unicastTtl)
    tell(written.unicastTtl.at, { message: "unicast_ttl is used without unicast_peer", why: "the daemon ignores it" });
  if (isUnicast && written.mcastDstIp)
    tell(written.mcastDstIp.at, {
      message: "mcast_dst_ip is used together with unicast_peer",
      why: "the daemon ignores it",
    });
  if (isUnicast && written.useVmac && !written.interface)
    tell(written.useVmac.at, {
      severity: "error",
      message: "use_vmac needs an interface",
      why: "the daemon continues without a virtual MAC",
    });
  else if (isUnicast && written.useVmac && !written.vmacXmitBase)
    tell(written.useVmac.at, {
      message: "use_vmac with unicast_peer needs vmac_xmit_base",
      why: "the daemon sets it; --config-test fails",
      suggestion: "vmac_xmit_base",
    });
  const seen = new Map<string, Position>();
  for (const { value, at } of linesOf(written.unicastPeer)) {
    if (seen.has(value.address))
      tell(at, {
        severity: "warning",
        rule: "written-twice",
        message: `the peer ${value.address} is listed twice`,
        why: "the daemon drops the second",
      });
    seen.set(value.address, at);
    if ((value.minTtl ?? 0) > (value.maxTtl ?? 255))
      tell(at, {
        severity: "error",
        message: `min_ttl of ${value.address} is above its max_ttl`,
        why: "the daemon drops every advert of this peer",
      });
  }
  if (written.useVmac && written.promoteSecondaries)
    tell(written.promoteSecondaries.at, {
      message: "promote_secondaries is used together with use_vmac",
      why: "with a virtual MAC the daemon does that anyway; --config-test fails",
      suggestion: "remove it",
    });
  if (written.vrf && (written.interface || !isUnicast))
    tell(written.vrf.at, {
      severity: "error",
      message: "vrf needs unicast_peer and must have no interface",
      why: "the daemon ignores it",
    });
  if (instance.strictMode.value && isUnicast && written.interface)
    tell(written.unicastPeer?.at, {
      severity: "error",
      message: "strict mode does not allow unicast",
      why: "the daemon refuses the instance; RFC 5798 has only multicast",
    });
}
