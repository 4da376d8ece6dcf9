import { type Look, textOf } from "../../looks/look";

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
