import { canonical } from "../../model/plan/addresses";
import { contains, overlaps, parseAddress, parsePrefix, type Prefix } from "../../model/topology/addresses";

const RESERVED = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].flatMap(
  (cidr) => parsePrefix(cidr) ?? [],
);
/** Whether a segment of a lab can have the prefix. */
export const isPrefixUsable = (prefix: Prefix): boolean =>
  prefix.length >= 8 && prefix.length <= 30 && !RESERVED.some((one) => overlaps(one, prefix));
/** Whether a machine of a lab can have the address: no loopback, multicast or link-local one. */
export const isUsable = (address: string): boolean => {
  const number = parseAddress(address);
  return number === undefined
    ? !/^(?:fe[89ab]|ff|::1?$)/.test(canonical(address))
    : !RESERVED.some((one) => contains(one, number));
};
