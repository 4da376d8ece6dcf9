import type { SeedArgs } from "../../../../../../components/platform/libvirt/vm/seed";

/** A web server with one card. */
export const WEB1: SeedArgs = {
  name: "web1",
  interfaces: [{ name: "ens33", mac: "52:54:00:0A:00:85", address: "192.168.10.133", prefixLength: 24 }],
  authorizedKey: "ssh-ed25519 AAAALOGIN lvs-lab",
  hostPrivateKey: "THE PRIVATE HOST KEY\nHAS TWO LINES\n",
  hostPublicKey: "ssh-ed25519 AAAAHOST web1\n",
};

/** A machine with two cards and a default route. */
export const ROUTER: SeedArgs = {
  ...WEB1,
  name: "router",
  interfaces: [
    { name: "ens33", mac: "52:54:00:0a:00:01", address: "192.168.10.1", prefixLength: 24, gateway: "192.168.10.254" },
    { name: "ens37", mac: "52:54:00:0a:01:01", address: "10.1.0.1", prefixLength: 16 },
  ],
};

/** A client: one card with several addresses. */
export const CLIENT: SeedArgs = {
  ...WEB1,
  name: "client",
  interfaces: [
    {
      name: "client0",
      mac: "52:54:00:0a:02:01",
      address: "192.168.10.135",
      aliases: ["192.168.10.136/24", "192.168.10.137/24"],
      prefixLength: 24,
    },
  ],
};

/** A card with further addresses of both families, and a dot in its name. */
export const SERVER: SeedArgs = {
  ...WEB1,
  name: "server",
  interfaces: [
    {
      name: "eth0.10",
      mac: "52:54:00:0a:03:01",
      address: "192.168.10.138",
      aliases: ["192.168.11.138/25", "2001:db8:10::138/64"],
      ipv6: true,
      prefixLength: 24,
    },
  ],
};

export const CASES = { web1: WEB1, router: ROUTER, client: CLIENT, server: SERVER } as const;
