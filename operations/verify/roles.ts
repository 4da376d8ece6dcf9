/** The looks that only some roles need, and how their output is read. */
import { DOCUMENT_ROOT } from "../../components/roles/nfs/mount";
import { checkScriptPath } from "../../components/roles/proxy/checkScript";
import { IPVSADM_RULES } from "../../components/roles/director/family";
import type { Family } from "../../model/topology/guest";
import type { Node, Topology } from "../../model/topology/topology";
import type { NodeSeen } from "./seen";

/** Units of a role whose state the checks judge. `httpd` stands for the web server's unit. */
export function unitsOf(node: Node): readonly string[] {
  switch (node.role) {
    case "director":
      return ["keepalived", "ipvsadm", ...(node.vrrp === undefined ? ["lvs-lab-vip"] : [])];
    case "web":
      return ["httpd", ...(node.contentFrom === undefined ? [] : ["remote-fs.target"]), "lvs-lab-vip"];
    case "nfs":
      return ["rpcbind", "nfs-server"];
    case "proxy":
      return ["keepalived", "haproxy", "nginx"];
    case "router":
    case "client":
      return [];
  }
}

/** Shell text, in the form of the other looks (look.ts). */
export function lookAtRole({ proxy }: Topology, node: Node, family: Family): string {
  switch (node.role) {
    case "director":
      return node.vrrp === undefined
        ? `show rules cat ${IPVSADM_RULES[family]}\nshow timeouts ipvsadm --list --timeout\n`
        : "";
    case "web":
      // umount in a separate mount namespace does not affect anybody else.
      return node.contentFrom === undefined
        ? ""
        : `show fstab cat /etc/fstab
show mounted grep ' ${DOCUMENT_ROOT} ' /proc/mounts
show beneath unshare --mount sh -c 'umount ${DOCUMENT_ROOT}; cat ${DOCUMENT_ROOT}/index.html'
`;
    case "proxy":
      return `show script cat ${checkScriptPath(proxy?.software ?? "haproxy")}\n`;
    case "nfs":
      return `show exports cat /etc/exports
show shown showmount --no-headers --exports
show page cat ${node.share}/index.html
`;
    case "router":
    case "client":
      return "";
  }
}

/** Reads the outputs of those looks, by section. */
export function roleSeen(
  node: Node,
  part: Readonly<Record<string, string>>,
): Pick<NodeSeen, "ipvsadm" | "share" | "mount" | "proxy"> {
  const text = (section: string) => (part[section] ?? "").trim();
  const lines = (section: string) => text(section).split("\n").filter(Boolean);
  switch (node.role) {
    case "director":
      if (node.vrrp !== undefined) return {};
      return {
        ipvsadm: { rules: text("rules"), timeouts: /: *([\d ]+)/.exec(text("timeouts"))?.[1]?.trim() ?? "" },
      };
    case "web": {
      if (node.contentFrom === undefined) return {};
      const [source = "", , type = ""] = text("mounted").split(" ");
      return { mount: { fstab: lines("fstab"), mounted: `${source} ${type}`.trim(), ownPage: text("beneath") } };
    }
    case "proxy":
      return { proxy: { script: part.script?.replace(/\n$/, "") ?? "" } };
    case "nfs":
      return { share: { exports: lines("exports"), shown: lines("shown"), page: text("page") } };
    case "router":
    case "client":
      return {};
  }
}
