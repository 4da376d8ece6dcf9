import { perFamily, samePackage } from "../../machine/family";

export const IPVSADM = samePackage("ipvsadm", "/usr/sbin/ipvsadm");
export const KEEPALIVED = samePackage("keepalived", "/usr/sbin/keepalived");

/** File for the saved IPVS table of a director without keepalived. */
export const IPVSADM_RULES = perFamily("/etc/ipvsadm.rules", "/etc/sysconfig/ipvsadm");
