/** The looks that only some roles need. */
import { IPVSADM_RULES } from "../roles/director/family";
import { DOCUMENT_ROOT } from "../roles/nfs/mount";
import { checkScriptPath } from "../roles/proxy/checkScript";
import { type Look, textOf } from "./look";

/** ipvsadm's own files and timeouts; undefined: not a director that uses ipvsadm. */
export type WithIpvsadm = {
  readonly ipvsadm?: {
    /** /etc/ipvsadm.rules. */
    readonly rules: string;
    /** Seconds for tcp, tcpfin and udp, from `ipvsadm -l --timeout`. */
    readonly timeouts: string;
  };
};

export const ipvsadm: Look<WithIpvsadm> = {
  ask: ({ node, family }) =>
    node.role === "director" && node.vrrp === undefined
      ? `show rules cat ${IPVSADM_RULES[family]}\nshow timeouts ipvsadm --list --timeout\n`
      : "",
  read: (part, { node }) =>
    node.role === "director" && node.vrrp === undefined
      ? {
          ipvsadm: {
            rules: textOf(part, "rules"),
            timeouts: /: *([\d ]+)/.exec(textOf(part, "timeouts"))?.[1]?.trim() ?? "",
          },
        }
      : {},
};

/** The mount on a web server's document root; undefined: it needs none. */
export type WithMount = {
  readonly mount?: {
    /** Lines of /etc/fstab. */
    readonly fstab: readonly string[];
    /** Source and type of the mount on the document root; empty: nothing is mounted. */
    readonly mounted: string;
    /** The web server's own index.html, beneath the mount. */
    readonly ownPage: string;
  };
};

export const mount: Look<WithMount> = {
  // umount in a separate mount namespace does not affect anybody else.
  ask: ({ node }) =>
    node.role === "web" && node.contentFrom !== undefined
      ? `show fstab cat /etc/fstab
show mounted grep ' ${DOCUMENT_ROOT} ' /proc/mounts
show beneath unshare --mount sh -c 'umount ${DOCUMENT_ROOT}; cat ${DOCUMENT_ROOT}/index.html'
`
      : "",
  read: (part, { node }) => {
    if (node.role !== "web" || node.contentFrom === undefined) return {};
    const [source = "", , type = ""] = textOf(part, "mounted").split(" ");
    const fstab = textOf(part, "fstab").split("\n").filter(Boolean);
    return { mount: { fstab, mounted: `${source} ${type}`.trim(), ownPage: textOf(part, "beneath") } };
  },
};

/** What a proxy has besides its daemons; undefined: not a proxy. */
export type WithProxy = {
  readonly proxy?: {
    /** The script that checks the proxy; empty: there is none. */
    readonly script: string;
  };
};

export const proxy: Look<WithProxy> = {
  ask: ({ topology, node }) =>
    node.role === "proxy" ? `show script cat ${checkScriptPath(topology.proxy?.software ?? "haproxy")}\n` : "",
  read: (part, { node }) => (node.role === "proxy" ? { proxy: { script: part.script?.replace(/\n$/, "") ?? "" } } : {}),
};

/** What an NFS server shares; undefined: not an NFS server. */
export type WithShare = {
  readonly share?: {
    /** Lines of /etc/exports. */
    readonly exports: readonly string[];
    /** Lines of `showmount -e` without the heading: folder and hosts. */
    readonly shown: readonly string[];
    /** index.html of the share. */
    readonly page: string;
  };
};

export const share: Look<WithShare> = {
  ask: ({ node }) =>
    node.role === "nfs"
      ? `show exports cat /etc/exports
show shown showmount --no-headers --exports
show page cat ${node.share}/index.html
`
      : "",
  read: (part, { node }) => {
    const lines = (name: string) => textOf(part, name).split("\n").filter(Boolean);
    return node.role === "nfs"
      ? { share: { exports: lines("exports"), shown: lines("shown"), page: textOf(part, "page") } }
      : {};
  },
};
