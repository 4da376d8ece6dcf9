import type { WebNode } from "../../../model/topology/node";
import { type Look, textOf } from "../../looks/look";
import { DOCUMENT_ROOT } from "../nfs/mount";

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

export const mount: Look<WithMount, WebNode> = {
  // umount in a separate mount namespace does not affect anybody else.
  ask: ({ node }) =>
    node.contentFrom === undefined
      ? ""
      : `show fstab cat /etc/fstab
show mounted grep ' ${DOCUMENT_ROOT} ' /proc/mounts
show beneath unshare --mount sh -c 'umount ${DOCUMENT_ROOT}; cat ${DOCUMENT_ROOT}/index.html'
`,
  read: (part, { node }) => {
    if (node.contentFrom === undefined) return {};
    const [source = "", , type = ""] = textOf(part, "mounted").split(" ");
    const fstab = textOf(part, "fstab").split("\n").filter(Boolean);
    return { mount: { fstab, mounted: `${source} ${type}`.trim(), ownPage: textOf(part, "beneath") } };
  },
};
