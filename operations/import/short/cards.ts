import type { VrrpInstance } from "../../../model/keepalived/config/instances";

const INTERFACE = /^[a-zA-Z][a-zA-Z0-9_-]{0,14}$/;
/** The name of a card in a topology, which may not have the dot of a VLAN. */
export const cardName = (name: string): string => {
  const plain = name.replace(/[^a-zA-Z0-9_-]/g, "-").slice(0, 15);
  return INTERFACE.test(plain) ? plain : "eth0";
};

/** The IPv4 addresses of an instance on its own card, and the address on another card that moves with them. */
export function addressesOf(instance: VrrpInstance, card: string) {
  const all = instance.virtualIpaddress.map(({ value }) => value).filter(({ family }) => family === "inet");
  const vips = all.filter(({ dev }) => dev === undefined || dev === card);
  const gateway = all.find(({ dev }) => dev !== undefined && dev !== card);
  return { vips, gateway };
}
