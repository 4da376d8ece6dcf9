import { stringify } from "yaml";
import { ROLES } from "../../components/roles";
import { shellQuote } from "../../model/shellQuote";
import type { Role } from "../../model/topology/node";
import type { LabOutputs } from "../../infra/outputs";
import { sshOptions, type Way } from "./login";

type Variables = Readonly<Record<string, string>>;

/** An inventory in the form of Ansible's YAML plugin. */
export type Inventory = {
  readonly all: {
    readonly vars: Variables;
    readonly children: Readonly<Record<string, { readonly hosts: Readonly<Record<string, Variables>> }>>;
  };
};

/** The guests of a lab, grouped by role, in Ansible's form. */
export function inventoryOf({ lab, vip, url, nodes }: LabOutputs, way: Way): Inventory {
  const roles = [...new Set(nodes.map(({ role }) => role as Role))];
  // The key has its own variable; Ansible splits the other options as a shell does.
  const { IdentityFile: _, ...options } = sshOptions(way);
  return {
    all: {
      vars: {
        ansible_user: "root",
        ansible_ssh_private_key_file: way.key,
        ansible_ssh_common_args: Object.entries(options)
          .map(([name, value]) => `-o ${shellQuote(`${name}=${value}`)}`)
          .join(" "),
        lab,
        vip,
        url,
      },
      children: Object.fromEntries(
        roles.map((role) => [
          ROLES[role].group,
          {
            hosts: Object.fromEntries(
              nodes
                .filter((node) => node.role === role)
                .map(({ name, address, domain }) => [name, { ansible_host: address, domain }]),
            ),
          },
        ]),
      ),
    },
  };
}

/** The same as a file. */
export const inventoryText = (inventory: Inventory): string => stringify(inventory, { lineWidth: 0 });

/** The same as the answer of an inventory script to `--list`. */
export function inventoryList({ all: { vars, children } }: Inventory): object {
  const groups = Object.entries(children);
  return {
    _meta: { hostvars: Object.assign({}, ...groups.map(([, { hosts }]) => hosts)) as object },
    all: { vars, children: groups.map(([name]) => name) },
    ...Object.fromEntries(groups.map(([name, { hosts }]) => [name, { hosts: Object.keys(hosts) }])),
  };
}
