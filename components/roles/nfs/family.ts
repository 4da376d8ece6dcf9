import { perFamily, samePackage } from "../../machine/family";

export const NFS_SERVER = perFamily(
  { name: "nfs-kernel-server", file: "/usr/sbin/exportfs" },
  { name: "nfs-utils", file: "/usr/sbin/exportfs" },
);

export const NFS_CLIENT = perFamily(
  { name: "nfs-common", file: "/usr/sbin/mount.nfs" },
  { name: "nfs-utils", file: "/usr/sbin/mount.nfs" },
);

export const RPCBIND = samePackage("rpcbind", "/usr/sbin/rpcbind");
