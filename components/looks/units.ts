/** The state of systemd's units. */
import type { Node } from "../../model/topology/topology";
import { HTTPD } from "../roles/web/family";
import type { Look } from "./look";

/** Active and enabled state by unit. */
export type UnitsSeen = Readonly<Record<string, { readonly active: string; readonly enabled: string }>>;

/** What the next boot will start is read from the files, because systemd remembers a unit as it was at first use. */
export const units: Look<{ readonly units: UnitsSeen }> = {
  ask: ({ node, family }) => {
    const words = unitsOf(node)
      .map((name) => (name === "httpd" ? HTTPD[family].unit : name))
      .join(" ");
    return `show active systemctl is-active ${words}\nshow enabled systemctl --root=/ is-enabled ${words}\n`;
  },
  read: (part, { node }) => ({ units: parseUnits(unitsOf(node), part.active ?? "", part.enabled ?? "") }),
};

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

/** State of units from what `systemctl is-active` and `systemctl is-enabled` print: one word each, in the order of the names. */
export function parseUnits(names: readonly string[], active: string, enabled: string): UnitsSeen {
  const words = [active, enabled].map((text) => text.trim().split("\n"));
  return Object.fromEntries(
    names.map((name, index) => [name, { active: words[0]?.[index] ?? "", enabled: words[1]?.[index] ?? "" }]),
  );
}
