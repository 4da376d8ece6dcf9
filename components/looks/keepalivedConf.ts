/** keepalived's file on a machine. */
import { MASKED } from "../../model/topology/secrets";
import { linesOf, type Look } from "./look";

export type KeepalivedConfSeen = {
  /** /etc/keepalived/keepalived.conf with the password masked. */
  readonly keepalivedConf: string;
  /** Whether the packaged file was kept. */
  readonly keepalivedBackup: boolean;
};

export const keepalivedConf: Look<KeepalivedConfSeen> = {
  ask: () => "show conf cat /etc/keepalived/keepalived.conf\nshow backup ls /etc/keepalived/keepalived.conf.bak\n",
  read: (part) => ({
    keepalivedConf: maskPassword((part.conf ?? "").replace(/\n$/, "")),
    keepalivedBackup: linesOf(part, "backup").length > 0,
  }),
};

/** Masks the VRRP password of a keepalived.conf: everything after its keyword, in quotes or not. */
export const maskPassword = (conf: string): string => conf.replace(/(auth_pass[^\S\n]+)\S.*$/gm, `$1${MASKED}`);
