import { perFamily } from "../../machine/family";

/** Debian has the daemon alone in a package; its package dnsmasq adds an init script that the lab does not use. */
export const DNSMASQ = perFamily(
  { name: "dnsmasq-base", file: "/usr/sbin/dnsmasq" },
  { name: "dnsmasq", file: "/usr/sbin/dnsmasq" },
);
